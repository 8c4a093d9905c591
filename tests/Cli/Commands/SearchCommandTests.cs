using System.Text.Json;
using SshLog.Formatting.Search;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Protocol;
using SshLog.Formatting;

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
                sshlog replay 20261122T074517-970236-4f2a --from '#4'  # after /usr/bin/rm -rf /tmp/Secret
            2026-11-22 08:45:22  alice  output   no line end: secret
                sshlog replay 20261122T074517-970236-4f2a --from '#6'  # after /usr/bin/rm -rf /tmp/Secret

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

    [Fact]
    public async Task The_index_is_asked_for_what_must_be_in_a_line_and_only_the_places_that_it_names_are_read()
    {
        var cli = Prepare();
        var state = new RecordedText();
        foreach (var entry in Samples.Page(Samples.Alice, 1, _session[..4]))
            state.Take(entry);
        GatewayProtocol.FindText? asked = null;
        cli.Gateway.Override = request => request is not GatewayProtocol.FindText find ? null : Places(asked = find, state.Save());
        await cli.RunAsync("search", "--regex", "line e.*secret$");
        Assert.Equal(["line e", "secret"], asked!.Parts);
        Assert.Equal([4L], cli.Gateway.Requests.OfType<GatewayProtocol.ReadJournal>().Select(r => r.AfterSequenceNr));
        Assert.StartsWith("2026-11-22 08:45:22  alice  output   no line end: secret\n", cli.Output, StringComparison.Ordinal);

        static GatewayProtocol.TextPlaces Places(GatewayProtocol.FindText find, byte[] state) => new(
            [new GatewayProtocol.SessionPlaces(find.Sessions[0], [new GatewayProtocol.TextPlace(4, 6, state, true, true)], false)]);
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abcd?ef", "abc")]
    [InlineData("abc+def", "abc", "def")]
    [InlineData("abcd{0,2}efg", "abc", "efg")]
    [InlineData("abc|def")]
    [InlineData("(abc|def)ghi", "ghi")]
    [InlineData("(a[)]bc(d|e)?)*ghi", "ghi")]
    [InlineData("[abc]def[]x]ghi", "def", "ghi")]
    [InlineData("[^^]abc|def")]
    [InlineData("abc\\.def\\w+ghi", "abc.def", "ghi")]
    [InlineData("\\x41bc.\\u0041bcd", "bcd")]
    [InlineData("\\p{Lu}abc", "abc")]
    [InlineData("(?:abc)def", "def")]
    [InlineData("(?i)abc")]
    [InlineData("(?<name>abc)def")]
    [InlineData("^abc$", "abc")]
    [InlineData("a{b}cde", "cde")]
    public void What_must_be_there_is_found_in_an_expression(string expression, params string[] parts) =>
        Assert.Equal(parts, RegexParts.Of(expression));

    private static TestCli Prepare()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 1, _session[..4]));
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 5, _session[4..]));
        return cli;
    }
}
