using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog holds</c>: the recordings that are kept until they are released.</summary>
internal sealed class HoldsCommand : ICommand
{
    private readonly Option<bool> _json = CommonOptions.Json("A JSON object a hold, one a line: the event session_held");

    public HoldsCommand()
    {
        Definition = new Command("holds", "List the recordings that are kept until they are released, with who said so and why.");
        Definition.Options.Add(_json);
    }

    public Command Definition { get; }

    public string Examples => "sshlog holds\nsshlog holds --json | jq -r .reason";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var holds = new List<JournalledEvent>();
        GatewayProtocol.EventPage page;
        do
        {
            page = await context.Gateway.AskAsync<GatewayProtocol.EventPage>(new GatewayProtocol.ListHolds(holds.Count), cancellation);
            holds.AddRange(page.Events);
        }
        while (!page.Ended);

        if (context.Parsed.GetValue(_json))
        {
            foreach (var hold in holds)
                new JsonOutput(context.Host.Output).WriteLine(json => EventJson.Write(json, hold, new SessionFacts(((SessionHeld)hold.Event).Subject)));
            return ExitCodes.Ok;
        }

        if (holds.Count == 0)
            context.WriteNote("no recording is on hold");
        else
            context.WriteText(writer => Table(holds).Write(writer, context.Style));
        return ExitCodes.Ok;
    }

    private static TextTable Table(IEnumerable<JournalledEvent> holds)
    {
        var table = new TextTable("SESSION", "USER", "HELD SINCE", "BY", "REASON");
        foreach (var held in holds.Select(h => h.Event).OfType<SessionHeld>())
        {
            table.Add(
                held.Subject.Session.Text, SafeText.Escape(held.Subject.User), Quantities.Rfc3339(held.At),
                SafeText.Escape(held.By.User), SafeText.Escape(held.Reason));
        }

        return table;
    }
}
