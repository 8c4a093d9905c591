using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog sessions</c>: who is connected now.</summary>
internal sealed class SessionsCommand : ICommand
{
    private readonly Option<bool> _json = CommonOptions.Json("A JSON array, an object a session");
    private readonly Option<bool> _wide = new("--wide") { Description = "Also id, state, commands, bytes and gaps" };

    public SessionsCommand()
    {
        Definition = new Command("sessions", "List the sessions that are open.");
        Definition.Options.Add(_json);
        Definition.Options.Add(_wide);
    }

    public Command Definition { get; }

    public string Examples => "sshlog sessions\nsshlog sessions --wide\nsshlog sessions --json | jq -r '.[].username'";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var sessions = await context.Gateway.FindSessionsAsync(new SessionQuery(OnlyOpen: true), cancellation);
        if (context.Parsed.GetValue(_json))
        {
            new JsonOutput(context.Host.Output).WriteArray(sessions, SummaryJson.WriteSession);
            return ExitCodes.Ok;
        }

        var table = new SessionTable(context.Host.Time, context.Host.OutputIsTerminal, context.Style);
        context.WriteText(writer => table.WriteOpen(writer, sessions, context.Parsed.GetValue(_wide)));
        return ExitCodes.Ok;
    }
}
