using SshLog.Core.Rules;
using SshLog.Native;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>Ends the session that the event is about.</summary>
internal sealed class KillSessionAction : IEndsSession, IPreview
{
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;

    private KillSessionAction(ActionContext context)
    {
        _grace = context.Parameters.FindDuration("grace") ?? TimeSpan.FromSeconds(3);
        _time = context.Time;
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("kill_session_action", "Ends the session.",
            new ParameterDescription("grace", ValueShape.Duration, new SettingValue.Text("3 s"),
                Summary: "How long the session has to end by itself after the hang-up.")),
        context => new KillSessionAction(context));

    public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        if (happened.MonitorStartedAt is not { } started)
            return ActionOutcome.Done;
        var ended = await SessionKiller.EndAsync(happened.MonitorPid, started, _grace, _time, cancellation).ConfigureAwait(false);
        return ended == SessionEnding.Survived
            ? ActionOutcome.TryAgain($"sshd process {happened.MonitorPid} is still there")
            : ActionOutcome.Done;
    }

    public string Preview(PluginEvent happened) => $"end session {happened.Session} of {happened.User}";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
