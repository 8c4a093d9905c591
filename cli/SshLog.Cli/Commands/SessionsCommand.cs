using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog sessions</c>: who is connected now.</summary>
internal sealed class SessionsCommand : ICommand
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);

    private readonly Option<bool> _json = CommonOptions.Json("A JSON array, an object a session");
    private readonly Option<bool> _wide = new("--wide") { Description = "Also id, state, commands, bytes, viewers and gaps" };
    private readonly Option<bool> _watch = new("--watch") { Description = "Again every two seconds, until Ctrl+C" };

    public SessionsCommand()
    {
        Definition = new Command("sessions", "List the sessions that are open.");
        Definition.Options.Add(_json);
        Definition.Options.Add(_wide);
        Definition.Options.Add(_watch);
    }

    public Command Definition { get; }

    public string Examples => "sshlog sessions\nsshlog sessions --wide --watch\nsshlog sessions --json | jq -r '.[].username'";

    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_watch) && parsed.GetValue(_json))
            throw new CliException(ExitCodes.Usage, "--watch is for a person; a program reads sshlog watch --json");
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        if (!context.Parsed.GetValue(_watch))
            return await ListAsync(context, cancellation);
        while (true)
        {
            // From the corner on, and what stood there before.
            if (context.Host.OutputIsTerminal)
                context.WriteText(writer => writer.Write("\e[H\e[2J"));
            await ListAsync(context, cancellation);
            await Task.Delay(_pause, context.Host.Time, cancellation);
        }
    }

    private async Task<int> ListAsync(CommandContext context, CancellationToken cancellation)
    {
        var sessions = await context.Gateway.FindSessionsAsync(new SessionQuery(OnlyOpen: true, Limit: int.MaxValue), cancellation);
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
