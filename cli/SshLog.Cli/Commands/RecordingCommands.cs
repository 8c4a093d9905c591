using System.CommandLine;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog hold</c> and <c>sshlog release</c>: recordings that must be kept.</summary>
internal sealed class HoldCommand : ICommand
{
    private readonly GatewayProtocol.RecordingChange _change;
    private readonly Argument<string> _session = CommonOptions.Session();
    private readonly Option<string?> _reason = RecordingRequest.Reason("Recorded with the audit event");

    private HoldCommand(GatewayProtocol.RecordingChange change, string description)
    {
        _change = change;
        Definition = new Command(change == GatewayProtocol.RecordingChange.Hold ? "hold" : "release", description);
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_reason);
    }

    /// <summary><c>sshlog hold</c>.</summary>
    public static HoldCommand Hold() => new(
        GatewayProtocol.RecordingChange.Hold,
        "Keep a recording until it is released, whatever the configuration says (for administrators).");

    /// <summary><c>sshlog release</c>.</summary>
    public static HoldCommand Release() => new(
        GatewayProtocol.RecordingChange.Release,
        "End a hold: the recording is kept as long as the configuration says (for administrators).");

    public Command Definition { get; }

    public string Examples => $"sshlog {Definition.Name} 20261122T074517-970236-4f2a --reason \"case 17\"";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(context.Parsed.GetValue(_session)!, cancellation);
        await RecordingRequest.ChangeAsync(context, session, _change, context.Parsed.GetValue(_reason), cancellation);
        return ExitCodes.Ok;
    }
}

/// <summary><c>sshlog delete</c>: deletes a recording.</summary>
internal sealed class DeleteCommand : ICommand
{
    private readonly Argument<string> _session = CommonOptions.Session();
    private readonly Option<string?> _reason = RecordingRequest.Reason("Why; recorded with the audit event");
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask" };

    public DeleteCommand()
    {
        Definition = new Command(
            "delete", "Delete a recording as a whole, with its key frames; that it was deleted, by whom and why stays (for administrators).");
        _reason.Required = true;
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_reason);
        Definition.Options.Add(_yes);
    }

    public Command Definition { get; }

    public string Examples => "sshlog delete 20261122T074517-970236-4f2a --reason \"request of the user\"";

    public void Check(ParseResult parsed)
    {
        if (string.IsNullOrWhiteSpace(parsed.GetValue(_reason)))
            throw new CliException(ExitCodes.Usage, "a deletion needs a reason: --reason TEXT");
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(context.Parsed.GetValue(_session)!, cancellation);
        if (session.EndedAt is null)
            throw new CliException(ExitCodes.NoPermission, $"session {session.Id.Text} is open: end it first (sshlog kill)");
        if (!context.Parsed.GetValue(_yes) && !Confirms(context, session))
            return ExitCodes.Ok;
        await RecordingRequest.ChangeAsync(
            context, session, GatewayProtocol.RecordingChange.Delete, context.Parsed.GetValue(_reason), cancellation);
        return ExitCodes.Ok;
    }

    // What is deleted is gone, so here silence is no answer.
    private static bool Confirms(CommandContext context, SessionSummary session)
    {
        if (!context.Host.InputIsTerminal || !context.Host.OutputIsTerminal)
            throw new CliException(ExitCodes.Usage, "a deletion is asked about, and here is no terminal to ask on: say --yes");
        return context.Confirms(
            $"Delete the recording of {SafeText.Escape(session.User)} from {session.Client} ({session.Id.Text}) for ever?");
    }
}

/// <summary>What the commands about recordings have in common.</summary>
internal static class RecordingRequest
{
    public static Option<string?> Reason(string description) => new("--reason") { Description = description, HelpName = "TEXT" };

    public static async Task ChangeAsync(
        CommandContext context, SessionSummary session, GatewayProtocol.RecordingChange change, string? reason, CancellationToken cancellation) =>
        await AskAsync(context, new GatewayProtocol.ChangeRecording(session.Id, change, reason ?? string.Empty), cancellation);

    public static async Task AskAsync(CommandContext context, GatewayProtocol.ChangeRecording request, CancellationToken cancellation)
    {
        var changed = await context.Gateway.AskAsync<GatewayProtocol.RecordingChanged>(request, cancellation);
        context.WriteText(writer => writer.WriteLine(changed.How));
    }
}
