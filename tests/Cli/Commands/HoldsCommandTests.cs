using System.Net;
using System.Text.Json;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

public sealed class HoldsCommandTests
{
    [Fact]
    public async Task Holds_are_listed_over_pages_with_who_and_why()
    {
        var cli = Prepare(3);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("holds"));
        var lines = cli.Output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal(
            $"{Samples.Alice.Text}  al\\x1bice  {Quantities.Rfc3339(Samples.At(0))}  root  case 0", lines[1]);
        Assert.EndsWith("case 2", lines[3], StringComparison.Ordinal);
        Assert.Equal([0L, 1, 2], cli.Gateway.Requests.OfType<GatewayProtocol.ListHolds>().Select(r => r.After));
    }

    [Fact]
    public async Task As_json_each_is_the_event()
    {
        var cli = Prepare(1);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("holds", "--json"));
        var hold = JsonDocument.Parse(cli.Output).RootElement;
        Assert.Equal("session_held", hold.GetProperty("event_type").GetString());
        Assert.Equal("case 0", hold.GetProperty("reason").GetString());
        Assert.Equal("root", hold.GetProperty("by_user").GetString());
    }

    [Fact]
    public async Task Without_any_it_says_so()
    {
        var cli = Prepare(0);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("holds"));
        Assert.Equal(("", "sshlog: no recording is on hold\n"), (cli.Output, cli.Errors));
    }

    private static TestCli Prepare(int holds)
    {
        var cli = new TestCli();
        // A page holds one.
        cli.Gateway.Override = request => request is GatewayProtocol.ListHolds(var after)
            ? new GatewayProtocol.EventPage(after < holds ? [Held(after)] : [], after + 1, after + 1 >= holds)
            : null;
        return cli;
    }

    private static JournalledEvent Held(long number) => new(number + 1, Samples.Alice, 0, new SessionHeld(
        Samples.At(number),
        new RecordingSubject(
            Samples.Alice, "host1", 7, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 22), Samples.At(0), "al\eice", 1000),
        new AuditActor(0, "root", "pid 7"), $"case {number}"));
}
