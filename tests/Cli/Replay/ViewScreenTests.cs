using System.Text;
using SshLog.Cli.Replay;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Probe;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Cli.Tests.Replay;

/// <summary>The viewer's terminal while the process is stopped, goes on, and when its window changes.</summary>
public sealed class ViewScreenTests : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly HeadlessTerminal _viewer = new(40, 10);
    private readonly ViewScreen _screen;
    private WindowSize _size = new(40, 10);

    public ViewScreenTests()
    {
        _viewer.Feed("$ sshlog replay\r\n"u8);
        _screen = new ViewScreen(_output, () => _size);
        _screen.Begin();
        _screen.Resize(40, 10);
        Print("recorded");
        Assert.Equal(["recorded"], Seen());
    }

    public void Dispose() => _output.Dispose();

    [Fact]
    public void The_shell_has_its_screen_while_the_replay_is_stopped_and_the_replay_has_its_own_afterwards()
    {
        _screen.Leave();
        Assert.Equal(["$ sshlog replay"], Seen());
        // On its own thread the replay goes on until the process really stops.
        Print(" and more");
        _screen.Status("paused");
        Assert.Equal(["$ sshlog replay"], Seen());

        _screen.Return();
        Assert.Equal(["recorded and more", "paused"], Seen());
    }

    [Fact]
    public void Going_on_without_having_left_paints_everything_anew()
    {
        _viewer.Feed("\e[2J\e[HStopped"u8);
        _screen.Return();
        Assert.Equal(["recorded"], Seen());
    }

    [Fact]
    public void A_window_of_another_size_is_painted_anew()
    {
        _size = new WindowSize(20, 5);
        _viewer.Resize(20, 5);
        _viewer.Feed("\e[2J"u8);
        _screen.Repaint();
        Assert.Equal(["recorded"], Seen());
    }

    [Fact]
    public void After_the_end_nothing_is_painted()
    {
        _screen.End();
        Assert.Equal(["$ sshlog replay", "recorded"], Seen());
        _screen.Repaint();
        _screen.Return();
        Print("late");
        Assert.Equal(["$ sshlog replay", "recorded"], Seen());
    }

    private void Print(string text) =>
        _screen.Write(new ReplayStep.Output(Samples.Start, ChannelKind.Pty, ChannelStream.Output, Encoding.ASCII.GetBytes(text)));

    private string[] Seen()
    {
        _viewer.Feed(_output.ToArray());
        _output.SetLength(0);
        return [.. Enumerable.Range(0, _viewer.Rows).Select(row => _viewer.TextAt(row).Trim()).Where(text => text.Length > 0)];
    }
}
