using System.Text.Json;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;

namespace SshLog.Cli.Tests.Commands;

public sealed class SearchCommandTests
{
    private static readonly SessionEvent[] _session =
    [
        Samples.Opened(),
        Samples.Pty(),
        Samples.Started(2, 4001, "rm", "-rf", "/tmp/Secret"),
        Samples.Output(3, "one \u001b[31mSec\u001b[0mret line\r\nanother"),
        Samples.Output(4, " line\r\nno line end: secr"),
        Samples.Output(5, "et"),
    ];

    [Fact]
    public async Task Commands_and_lines_are_found_coloured_ones_too_with_the_way_there()
    {
        var cli = Prepare();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("search", "secret"));
        Assert.Equal(
            """
            2026-11-22 08:45:19  alice  command  /usr/bin/rm -rf /tmp/Secret
                sshlog replay 20261122T074517-970236-4f2a --from '#3'
            2026-11-22 08:45:20  alice  output   one Secret line
                sshlog replay 20261122T074517-970236-4f2a --from '#4'
            2026-11-22 08:45:22  alice  output   no line end: secret
                sshlog replay 20261122T074517-970236-4f2a --from '#6'

            """,
            cli.Output);
    }

    [Theory]
    [InlineData(2, "Secret")]
    [InlineData(1, "--commands", "secret")]
    [InlineData(2, "--regex", "secret( line|$)", "--limit", "2")]
    [InlineData(1, "--regex", "^another line$")]
    [InlineData(0, "--user", "bob", "secret")]
    public async Task Only_what_is_asked_for_is_found(int hits, params string[] arguments)
    {
        var cli = Prepare();
        await cli.RunAsync(["search", "--json", .. arguments]);
        var found = cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(hits, found.Count);
        Assert.All(found, hit => Assert.StartsWith("sshlog replay 2026", hit.GetProperty("replay").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("(", "--regex")]
    [InlineData("(a)\\1", "--regex")]
    [InlineData("a", "--since=yesterday")]
    public async Task What_makes_no_sense_is_a_usage_error(params string[] arguments) =>
        Assert.Equal(ExitCodes.Usage, await Prepare().RunAsync(["search", .. arguments]));

    private static TestCli Prepare()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 1, _session[..4]));
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 5, _session[4..]));
        return cli;
    }
}
