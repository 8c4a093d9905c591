using SshLog.Remoting.Sockets;

namespace SshLog.Remoting.Tests;

public sealed class AnswerWindowTests
{
    private const int MostOpen = 16;

    private readonly StoppedClock _clock = new();

    [Fact]
    public async Task With_sixteen_open_the_next_waits_for_an_answer()
    {
        var window = new AnswerWindow(_clock);
        await FillAsync(window);
        var next = window.OpenAsync().AsTask();
        Assert.False(next.IsCompleted);
        window.Answered();
        await next.WaitAsync(TestDaemon.Patience);
        Assert.False(window.OpenAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Without_any_answer_it_waits_a_while_and_is_heard_all_the_same()
    {
        var window = new AnswerWindow(_clock);
        await FillAsync(window);
        var next = window.OpenAsync().AsTask();
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(21));
        await next.WaitAsync(TestDaemon.Patience);
    }

    [Fact]
    public async Task What_has_no_answer_is_forgotten_after_a_second()
    {
        var window = new AnswerWindow(_clock);
        await FillAsync(window);
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        await FillAsync(window);
        Assert.False(window.OpenAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task What_was_not_asked_for_gives_no_room_later()
    {
        var window = new AnswerWindow(_clock);
        for (var i = 0; i < 100; i++)
            window.Answered();
        await FillAsync(window);
        Assert.False(window.OpenAsync().AsTask().IsCompleted);
    }

    private static async Task FillAsync(AnswerWindow window)
    {
        for (var i = 0; i < MostOpen; i++)
        {
            var opened = window.OpenAsync().AsTask();
            Assert.True(opened.IsCompleted);
            await opened;
        }
    }

    private sealed class StoppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
