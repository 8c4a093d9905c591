using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Cli.Watching;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog watch</c>: what happens from now on, a line an event.</summary>
internal sealed class WatchCommand : ICommand
{
    private readonly Option<bool> _json = CommonOptions.Json("A JSON object a line");

    public WatchCommand()
    {
        Definition = new Command("watch", "Show logins, commands and logouts as they happen, until Ctrl+C.");
        Definition.Options.Add(_json);
    }

    public Command Definition { get; }

    public string Examples => "sshlog watch"
        + "\nsshlog watch --json | jq -c 'select(.event_type == \"command_start\") | .argv'";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var directory = new SessionDirectory(context.Gateway);
        var cursor = GatewayProtocol.ReadFeed.FromNow;
        while (true)
        {
            var request = new GatewayProtocol.ReadFeed(cursor);
            var page = await context.Gateway.AskAsync<GatewayProtocol.EventPage>(request, cancellation);
            cursor = page.Cursor;
            directory.Prepare(page.Events);
            foreach (var entry in page.Events.Where(e => EventNames.Of(e.Event) is not null))
            {
                if (await directory.FindAsync(entry, cancellation) is { } facts)
                    Write(context, entry, facts);
                directory.Forget(entry);
            }
        }
    }

    private void Write(CommandContext context, JournalledEvent entry, SessionFacts facts)
    {
        if (context.Parsed.GetValue(_json))
            new JsonOutput(context.Host.Output).WriteLine(json => EventJson.Write(json, entry, facts));
        else if (EventLine.Format(entry.Event, facts, context.Host.Time, context.Style) is { } line)
            context.WriteText(writer => writer.WriteLine(line));
    }
}
