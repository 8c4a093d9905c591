using SshLog.Cli.Tests.Support;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

/// <summary>A deletion is for ever: it happens after a yes, or after --yes.</summary>
public sealed class DeleteCommandTests
{
    [Fact]
    public async Task Without_a_terminal_to_ask_on_nothing_is_deleted()
    {
        var cli = Prepare(terminal: false, string.Empty);
        Assert.Equal(ExitCodes.Usage, await DeleteAsync(cli));
        Assert.Contains("--yes", cli.Errors, StringComparison.Ordinal);
        Assert.Empty(Deletions(cli));
    }

    [Theory]
    [InlineData("")]
    [InlineData("n\n")]
    [InlineData("maybe\n")]
    public async Task Anything_but_yes_deletes_nothing(string answer)
    {
        var cli = Prepare(terminal: true, answer);
        Assert.Equal(ExitCodes.Ok, await DeleteAsync(cli));
        Assert.Contains("for ever? [y/N]", cli.Output, StringComparison.Ordinal);
        Assert.Empty(Deletions(cli));
    }

    [Theory]
    [InlineData(true, "y\n")]
    [InlineData(true, "yes\n")]
    [InlineData(false, "", "--yes")]
    [InlineData(false, "", "-y")]
    public async Task A_yes_deletes(bool terminal, string answer, params string[] more)
    {
        var cli = Prepare(terminal, answer);
        Assert.Equal(ExitCodes.Ok, await DeleteAsync(cli, more));
        Assert.Contains("Deleted", cli.Output, StringComparison.Ordinal);
        var deletion = Assert.Single(Deletions(cli));
        Assert.Equal((GatewayProtocol.RecordingChange.Delete, "room"), (deletion.Change, deletion.Reason));
    }

    private static TestCli Prepare(bool terminal, string answer)
    {
        var cli = new TestCli { InputIsTerminal = terminal, OutputIsTerminal = terminal, Input = answer };
        cli.Gateway.Override = request => request switch
        {
            GatewayProtocol.ResolveSession => new GatewayProtocol.ResolvedSession(
                Samples.Session(Samples.Alice) with { EndedAt = Samples.At(9) }),
            GatewayProtocol.ChangeRecording => new GatewayProtocol.RecordingChanged("Deleted."),
            _ => null,
        };
        return cli;
    }

    private static Task<int> DeleteAsync(TestCli cli, params string[] more) =>
        cli.RunAsync(["delete", Samples.Alice.Text, "--reason", "room", .. more]);

    private static IEnumerable<GatewayProtocol.ChangeRecording> Deletions(TestCli cli) =>
        cli.Gateway.Requests.OfType<GatewayProtocol.ChangeRecording>();
}
