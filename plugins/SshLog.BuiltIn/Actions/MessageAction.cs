using SshLog.Native;
using SshLog.Plugins;
using SshLog.Terminal;

namespace SshLog.BuiltIn.Actions;

/// <summary>Writes a line to the session's terminal, as wall(1) does.</summary>
internal sealed class MessageAction : IAction, IPreview
{
    private readonly string _text;

    private MessageAction(ActionContext context) => _text = context.Parameters.Text("text");

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("message_action", "Writes a line to the session's terminal.",
            CommonParameters.Required("text", "{{field}} stands for a field of the event.")),
        context => new MessageAction(context));

    // A terminal that is somebody else's by now, or takes nothing, is left alone.
    public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        if (happened.Tty is { } tty && UserDatabase.FindId(happened.User) is { } owner)
            TerminalMessage.TryWrite(tty, owner, $"\r\n{SafeText.Escape(Preview(happened))}\r\n");
        return Task.FromResult(ActionOutcome.Done);
    }

    public string Preview(PluginEvent happened) => Templates.Fill(_text, happened);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
