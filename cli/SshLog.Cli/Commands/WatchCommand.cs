using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog watch</c>: what happens from now on, a line an event.</summary>
internal sealed class WatchCommand : ICommand
{
    private readonly Option<bool> _json = CommonOptions.Json("A JSON object a line");

    private readonly Option<string[]> _users = new("--user")
    {
        Description = "Only what this user does; may be repeated",
        HelpName = "USER",
    };

    private readonly Option<string[]> _types = new("--type")
    {
        Description = "Only events of this type, such as command_start or loss; may be repeated",
        HelpName = "TYPE",
    };

    private readonly Option<string?> _session = new("--session")
    {
        Description = "Only this session: id or the start of one, tty number, or user name",
        HelpName = "SESSION",
    };

    public WatchCommand()
    {
        Definition = new Command("watch", "Show logins, commands and logouts as they happen, until Ctrl+C.");
        Definition.Options.Add(_users);
        Definition.Options.Add(_types);
        Definition.Options.Add(_session);
        Definition.Options.Add(_json);
    }

    public Command Definition { get; }

    public string Examples => "sshlog watch\nsshlog watch --user alice --type command_start --type command_finish"
        + "\nsshlog watch --json | jq -c 'select(.event_type == \"command_start\") | .argv'";

    public void Check(ParseResult parsed)
    {
        foreach (var type in parsed.GetValue(_types) ?? [])
        {
            if (!EventNames.All.Contains(type))
            {
                throw new CliException(
                    ExitCodes.Usage, $"--type '{SafeText.Escape(type)}' is not known; known are {string.Join(", ", EventNames.All)}");
            }
        }
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var isWanted = await ReadFilterAsync(context, cancellation);
        var directory = new SessionDirectory(context.Gateway.FindSessionsAsync, context.Gateway.ListCommandsAsync);
        var cursor = GatewayProtocol.ReadFeed.FromNow;
        while (true)
        {
            var request = new GatewayProtocol.ReadFeed(cursor);
            var page = await context.Gateway.AskAsync<GatewayProtocol.EventPage>(request, cancellation);
            cursor = page.Cursor;
            directory.Prepare(page.Events);
            foreach (var entry in page.Events.Where(e => EventNames.Of(e.Event) is not null))
            {
                if (await directory.FindAsync(entry, cancellation) is { } facts && isWanted(entry, facts))
                    Write(context, entry, facts);
                directory.Forget(entry);
            }
        }
    }

    private async Task<Func<JournalledEvent, SessionFacts, bool>> ReadFilterAsync(
        CommandContext context, CancellationToken cancellation)
    {
        var users = context.Parsed.GetValue(_users) ?? [];
        var types = context.Parsed.GetValue(_types) ?? [];
        var session = context.Parsed.GetValue(_session) is { } name ? await context.Gateway.ResolveAsync(name, cancellation) : null;
        return (entry, facts) => (users.Length == 0 || users.Contains(facts.User))
            && (types.Length == 0 || types.Contains(EventNames.Of(entry.Event)))
            && (session is null || entry.Session == session.Id);
    }

    private void Write(CommandContext context, JournalledEvent entry, SessionFacts facts)
    {
        if (context.Parsed.GetValue(_json))
            new JsonOutput(context.Host.Output).WriteLine(json => EventJson.Write(json, entry, facts));
        else if (EventLine.Format(entry.Event, facts, context.Host.Time, context.Style) is { } line)
            context.WriteText(writer => writer.WriteLine(line));
    }
}
