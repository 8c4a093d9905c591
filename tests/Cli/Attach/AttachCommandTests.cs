using System.Text;
using SshLog.Cli.Attach;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Cli.Tests.Attach;

public sealed class AttachCommandTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_signal_leaves_the_terminal_usable_and_is_the_exit_status(int signal)
    {
        var cli = new TestCli { InputIsTerminal = true, OutputIsTerminal = true };
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Override = request => request switch
        {
            GatewayProtocol.Attach => new GatewayProtocol.Attached(0, ChannelKind.Pty, MayType: true, string.Empty),
            GatewayProtocol.ReadLive => Live(cli, signal),
            _ => null,
        };
        Assert.Equal(128 + signal, await cli.RunAsync("attach", "alice"));
        Assert.True(cli.TerminalRestored);
        var left = cli.Output[cli.Output.LastIndexOf("\e[?1049l", StringComparison.Ordinal)..];
        Assert.StartsWith("\e[?1049lhello", left, StringComparison.Ordinal);
        Assert.Contains("\e[?2004l", cli.Output, StringComparison.Ordinal);
        Assert.Contains("\e[?25h", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_the_process_and_restores_the_terminal_all_the_same()
    {
        var cli = new TestCli { InputIsTerminal = true, OutputIsTerminal = true };
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Override = request =>
        {
            if (request is GatewayProtocol.Attach)
                return new GatewayProtocol.Attached(0, ChannelKind.Pty, MayType: true, string.Empty);
            if (request is not GatewayProtocol.ReadLive)
                return null;
            Assert.True(cli.Raise!(15));
            Assert.False(cli.TerminalRestored);
            Assert.False(cli.Raise(15));
            Assert.True(cli.TerminalRestored);
            return new GatewayProtocol.LivePage([]);
        };
        Assert.Equal(143, await cli.RunAsync("attach", "alice"));
    }

    [Fact]
    public void Everything_is_painted_anew_after_something_else_was_on_the_terminal()
    {
        using var output = new MemoryStream();
        var view = new LiveView(output, () => new WindowSize(80, 24), ChannelKind.Pty, mayType: false);
        view.Show([Screen("hello")]);
        output.SetLength(0);
        view.Repaint();
        Assert.Contains("hello", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_is_marked_until_what_is_behind_it_goes_on()
    {
        using var output = new MemoryStream();
        var view = new LiveView(output, () => new WindowSize(80, 24), ChannelKind.Pty, mayType: false);
        var viewer = new HeadlessTerminal(80, 24);
        view.Show([Screen("hello")]);

        // In one page: the mark must not be gone before it was seen.
        view.Show([new LiveUpdate.Missing(1234), new LiveUpdate.Output("a"u8.ToArray())]);
        viewer.Feed(output.ToArray());
        Assert.Equal("[1,234 bytes are missing here]", viewer.TextAt(23).Trim());

        output.SetLength(0);
        view.Show([new LiveUpdate.Output("b"u8.ToArray())]);
        viewer.Feed(output.ToArray());
        Assert.Equal("helloab", viewer.TextAt(0));
        Assert.Equal(string.Empty, viewer.TextAt(23).Trim());
    }

    private static GatewayProtocol.LivePage Live(TestCli cli, int signal)
    {
        Assert.True(cli.Raise!(signal));
        return new GatewayProtocol.LivePage([Screen("hello")]);
    }

    private static LiveUpdate.ScreenPart Screen(string text)
    {
        var terminal = new HeadlessTerminal(80, 24);
        terminal.Feed(Encoding.ASCII.GetBytes(text));
        return new LiveUpdate.ScreenPart(0, new ChannelScreen(0, terminal).SaveTerminal(), IsLast: true);
    }
}
