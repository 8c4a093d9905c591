using System.CommandLine;
using SshLog.Cli.Gateway;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog kill</c>: ends a session.</summary>
internal sealed class KillCommand : ICommand
{
    private readonly Argument<string> _session = CommonOptions.Session();
    private readonly Option<string?> _reason = new("--reason")
    {
        Description = "Recorded, and shown to the user",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask" };

    public KillCommand()
    {
        Definition = new Command("kill", "End a session: hang up, and kill it when that does not help (for operators).");
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_reason);
        Definition.Options.Add(_yes);
    }

    public Command Definition { get; }

    public string Examples => "sshlog kill 17\nsshlog kill 20261122T074517-970236-4f2a --yes --reason \"maintenance at noon\"";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(context.Parsed.GetValue(_session)!, cancellation);
        if (session.EndedAt is not null)
            throw new CliException(ExitCodes.NoInput, $"session {session.Id.Text} is over");
        if (!context.Parsed.GetValue(_yes) && context.Host.OutputIsTerminal && !context.Confirms(
            $"End the session of {SafeText.Escape(session.User)} from {session.Client} ({session.Id.Text})?"))
            return ExitCodes.Ok;
        var killed = await context.Gateway.AskAsync<GatewayProtocol.SessionKilled>(
            new GatewayProtocol.KillSession(session.Id, context.Parsed.GetValue(_reason) ?? string.Empty), cancellation);
        context.WriteText(writer => writer.WriteLine(killed.How));
        return ExitCodes.Ok;
    }
}
