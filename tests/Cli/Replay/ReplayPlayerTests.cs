using System.Text;
using SshLog.Cli.Replay;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Probe;

namespace SshLog.Cli.Tests.Replay;

public sealed class ReplayPlayerTests
{
    private readonly SteppingTime _time = new();
    private readonly RecordingScreen _screen;

    public ReplayPlayerTests() => _screen = new RecordingScreen(_time);

    [Fact]
    public async Task Waits_do_not_add_up_when_showing_takes_time()
    {
        _screen.Takes = TimeSpan.FromSeconds(0.4);
        var player = Player();
        await player.RunAsync(Steps(Output(0, "a"), Output(1, "b"), Output(2, "c")), default);
        Assert.Equal([0.0, 1.0, 2.0], _screen.Times);
    }

    [Fact]
    public async Task Being_far_behind_is_not_made_up_for()
    {
        _screen.Takes = TimeSpan.FromSeconds(100);
        var player = Player();
        await player.RunAsync(Steps(Output(0, "a"), Output(1, "b"), Output(1.5, "c")), default);
        Assert.Equal([0.0, 100.0, 200.0], _screen.Times);
    }

    [Fact]
    public async Task A_clock_that_went_back_stops_nothing()
    {
        await Player().RunAsync(Steps(Output(5, "a"), Output(3, "b"), Output(4, "c")), default);
        Assert.Equal([0.0, 0.0, 1.0], _screen.Times);
    }

    [Fact]
    public async Task Speed_keys_double_and_halve()
    {
        var player = Player();
        _screen.OnShow["a"] = () => player.Press(ReplayKey.Faster);
        _screen.OnShow["b"] = () =>
        {
            player.Press(ReplayKey.Slower);
            player.Press(ReplayKey.Slower);
        };
        await player.RunAsync(Steps(Output(0, "a"), Output(10, "b"), Output(20, "c")), default);
        Assert.Equal([0.0, 5.0, 25.0], _screen.Times);
    }

    [Fact]
    public async Task Paused_it_shows_one_output_at_each_step_and_goes_on_after_the_pause()
    {
        var player = Player();
        _screen.OnShow["a"] = () => player.Press(ReplayKey.NextOutput);
        _screen.OnShow["b"] = () => player.Press(ReplayKey.NextOutput);
        _screen.OnShow["c"] = () => player.Press(ReplayKey.Pause);
        await player.RunAsync(
            Steps(Output(0, "a"), Output(10, "b"), Output(20, "c"), Output(25, "d")), default);
        Assert.Equal(["a", "b", "c", "d"], _screen.Shown);
        Assert.Equal([0.0, 0.0, 0.0, 5.0], _screen.Times);
    }

    [Fact]
    public async Task While_paused_nothing_is_shown()
    {
        var player = Player();
        player.Press(ReplayKey.Pause);
        var run = player.RunAsync(Steps(Output(0, "a")), default);
        Assert.False(run.IsCompleted);
        Assert.Empty(_screen.Shown);
        player.Press(ReplayKey.Pause);
        await run.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["a"], _screen.Shown);
    }

    [Fact]
    public async Task The_command_key_skips_to_the_next_command()
    {
        var player = Player();
        _screen.OnShow["a"] = () => player.Press(ReplayKey.NextCommand);
        await player.RunAsync(
            Steps(
                Output(0, "a"), Output(10, "b"), Output(20, "c"), new ReplayStep.Command(Samples.At(21)), Output(22, "d")),
            default);
        Assert.Equal([0.0, 0.0, 0.0, 2.0], _screen.Times);
    }

    [Fact]
    public async Task Quit_ends_in_the_middle_of_a_wait()
    {
        var player = Player();
        _screen.OnShow["a"] = () => player.Press(ReplayKey.Quit);
        await player.RunAsync(Steps(Output(0, "a"), Output(1000, "b")), default);
        Assert.Equal(["a"], _screen.Shown);
    }

    [Fact]
    public async Task Quit_works_while_paused_and_without_waiting()
    {
        var player = new ReplayPlayer(new ReplayOptions(1, null, Wait: false), _screen, _time);
        player.Press(ReplayKey.Pause);
        var run = player.RunAsync(Steps(Output(0, "a")), default);
        player.Press(ReplayKey.Quit);
        await run.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(_screen.Shown);
    }

    [Fact]
    public async Task Cancelling_ends_a_pause()
    {
        using var stop = new CancellationTokenSource();
        var player = Player();
        player.Press(ReplayKey.Pause);
        var run = player.RunAsync(Steps(Output(0, "a")), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData('q', ReplayKey.Quit)]
    [InlineData('\u0003', ReplayKey.Quit)]
    [InlineData(' ', ReplayKey.Pause)]
    [InlineData('.', ReplayKey.NextOutput)]
    [InlineData(']', ReplayKey.NextCommand)]
    [InlineData('+', ReplayKey.Faster)]
    [InlineData('-', ReplayKey.Slower)]
    [InlineData('x', ReplayKey.None)]
    public void Keys_have_their_meaning(char typed, object expected) =>
        Assert.Equal((ReplayKey)expected, ReplayKeys.Read((byte)typed));

    private ReplayPlayer Player() => new(new ReplayOptions(1, null, Wait: true), _screen, _time);

    private static ReplayStep.Output Output(double seconds, string text) =>
        new(Samples.At(seconds), ChannelKind.Pty, ChannelStream.Output, Encoding.UTF8.GetBytes(text));

    private static async IAsyncEnumerable<ReplayStep> Steps(params ReplayStep[] steps)
    {
        await Task.CompletedTask;
        foreach (var step in steps)
            yield return step;
    }

    private sealed class RecordingScreen(SteppingTime time) : IReplayScreen
    {
        public TimeSpan Takes { get; set; }

        public List<string> Shown { get; } = [];

        public List<double> Times { get; } = [];

        public Dictionary<string, Action> OnShow { get; } = [];

        public void Write(ReplayStep.Output recorded)
        {
            var text = Encoding.UTF8.GetString(recorded.Bytes.Span);
            Shown.Add(text);
            Times.Add(Math.Round(time.Elapsed.TotalSeconds, 1));
            OnShow.GetValueOrDefault(text)?.Invoke();
            time.Advance(Takes);
        }

        public void Mark(string text) => Shown.Add(text);
    }
}
