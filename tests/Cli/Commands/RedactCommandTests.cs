using SshLog.Cli.Tests.Support;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

public sealed class RedactCommandTests
{
    [Theory]
    [InlineData("17", "17-17")]
    [InlineData("#17-#23", "17-23")]
    [InlineData("1-2500", "1-1000 1001-2000 2001-2500")]
    public async Task Events_are_redacted_a_thousand_at_a_time(string events, string asked)
    {
        var cli = Prepare(open: false);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("redact", "alice", "--events", events, "--reason", "a password"));
        var changes = cli.Gateway.Requests.OfType<GatewayProtocol.ChangeRecording>().ToList();
        Assert.Equal(asked, string.Join(' ', changes.Select(c => $"{c.From}-{c.UpTo}")));
        Assert.All(changes, c => Assert.Equal((GatewayProtocol.RecordingChange.Redact, "a password"), (c.Change, c.Reason)));
        Assert.StartsWith("Taken out.\n", cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9-3")]
    [InlineData("1-2-3")]
    [InlineData("x")]
    [InlineData("-5")]
    public async Task What_is_no_range_is_a_usage_error(string events) =>
        Assert.Equal(ExitCodes.Usage, await Prepare(open: false).RunAsync("redact", "alice", "--events=" + events, "--reason", "x"));

    [Fact]
    public async Task A_reason_is_needed_and_an_open_session_is_left_alone()
    {
        Assert.Equal(ExitCodes.Usage, await Prepare(open: false).RunAsync("redact", "alice", "--events", "1", "--reason", " "));
        Assert.Equal(ExitCodes.NoPermission, await Prepare(open: true).RunAsync("redact", "alice", "--events", "1", "--reason", "x"));
    }

    private static TestCli Prepare(bool open)
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session() with { EndedAt = open ? null : Samples.At(99) });
        cli.Gateway.Override = request => request is GatewayProtocol.ChangeRecording ? new GatewayProtocol.RecordingChanged("Taken out.") : null;
        return cli;
    }
}
