using System.Globalization;
using Akka.Actor;
using Petabridge.Cmd;
using SshLog.Actors.Gateway;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Actors.Pbm;

/// <summary>What the palette answers that it asks others for.</summary>
/// <param name="connection">Serves the requests of whoever runs the command, with their role.</param>
internal sealed class PaletteAnswers(IActorRef connection)
{
    // Ending a session takes its grace period.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>A line for each action.</summary>
    public static async Task<CommandResponse> ActionsAsync(GatewayServices services) =>
        await ActionRequests.ListAsync(services).ConfigureAwait(false) switch
        {
            GatewayProtocol.ActionList { Actions: [] } => new CommandResponse("There are no actions."),
            GatewayProtocol.ActionList list => new CommandResponse(string.Join('\n', list.Actions.Select(Line))),
            var other => Failed(other),
        };

    /// <summary>The journal's figures.</summary>
    public static async Task<CommandResponse> JournalAsync(GatewayServices services)
    {
        var details = (await StatusReader.ReadAsync(services).ConfigureAwait(false)).Details ?? new GatewayProtocol.StatusDetails();
        return new CommandResponse(string.Create(
            CultureInfo.InvariantCulture,
            $"""
             bytes: {details.Storage.JournalBytes}
             free: {details.Storage.FreeBytes} of {details.Storage.TotalBytes} bytes
             position: {details.JournalPosition}
             waiting: {details.WaitingBytes} bytes
             """));
    }

    /// <summary>Ends a session.</summary>
    public async Task<CommandResponse> KillAsync(string session, string? reason)
    {
        if (await AskAsync(new GatewayProtocol.ResolveSession(session)).ConfigureAwait(false) is not GatewayProtocol.ResolvedSession found)
            return new ErroredCommandResponse($"'{SafeText.Escape(session)}' is not one session; the command sessions lists them.");
        return await AskAsync(new GatewayProtocol.KillSession(found.Session.Id, reason ?? string.Empty)).ConfigureAwait(false) switch
        {
            GatewayProtocol.SessionKilled killed => new CommandResponse(killed.How),
            var other => Failed(other),
        };
    }

    /// <summary>Reads the configuration again.</summary>
    public async Task<CommandResponse> ReloadAsync() =>
        await AskAsync(GatewayProtocol.ReloadConfiguration.Instance).ConfigureAwait(false) switch
        {
            GatewayProtocol.ConfigurationReloaded reloaded => Reloaded(reloaded),
            var other => Failed(other),
        };

    /// <summary>Changes what is logged.</summary>
    public async Task<CommandResponse> ChangeLogLevelAsync(string level) =>
        await AskAsync(new ChangeLogLevel(level)).ConfigureAwait(false) switch
        {
            LogLevelChanged => new CommandResponse($"The daemon logs from {level} on."),
            var other => Failed(other),
        };

    private static CommandResponse Reloaded(GatewayProtocol.ConfigurationReloaded reloaded)
    {
        var lines = string.Join('\n', reloaded.Lines.Select(SafeText.Escape));
        return reloaded.Accepted
            ? new CommandResponse(lines.Length > 0 ? lines : "The configuration was read again.")
            : new ErroredCommandResponse("The configuration was not taken; the one of before goes on:\n" + lines);
    }

    private Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request) => connection.Ask<GatewayProtocol.IReply>(request, _patience);

    private static ErroredCommandResponse Failed(GatewayProtocol.IReply reply) =>
        new(reply is GatewayProtocol.Failure failure ? failure.Message : $"The daemon answered with {reply.GetType().Name}.");

    private static string Line(GatewayProtocol.ActionStatus action) => string.Create(
        CultureInfo.InvariantCulture,
        $"{SafeText.Escape(action.Name)}  {action.Plugin}  {action.State}  behind {action.Behind}, delivered {action.Delivered}, given up {action.DeadLetters}"
        + $"{(action.LastError is { } error ? "  " + SafeText.Escape(error) : string.Empty)}");
}
