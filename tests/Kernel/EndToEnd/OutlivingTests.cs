using SshLog.Core.Events;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Commands in the background when their session ends.</summary>
[Collection("probe")]
public sealed class OutlivingTests : DaemonTest
{
    [Fact]
    public async Task A_command_that_outlives_its_session_is_said_to_and_its_end_stands_in_the_sessions_journal()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("/bin/sleep 5 &\n");
        await WaitForAsync(all => all.OfType<CommandStarted>().Any(c => c.Executable == "/usr/bin/sleep"));
        client.Type("exit\n");
        await client.WaitForExitAsync();
        var events = await WaitForAsync(all => all.OfType<SessionClosed>().Any() && Ends(all, "/usr/bin/sleep").Any());

        var closed = Assert.Single(events.OfType<SessionClosed>());
        Assert.Equal(1, closed.StillRunning);
        var end = Assert.Single(Ends(events, "/usr/bin/sleep"));
        Assert.Equal((0, true), (end.ExitCode, end.At > closed.At));
        Assert.True(events.IndexOf(end) > events.IndexOf(closed));
    }

    /// <summary>The shell, its child and sshd end in any order; none of the commands may be missing.</summary>
    [Fact]
    public async Task A_command_started_right_before_exit_has_its_start_and_its_end()
    {
        const int sessions = 10;
        await _daemon.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(async i =>
        {
            using var client = _sshd.Connect(_sshd.User);
            client.Type($"/usr/bin/env true marked-{i} & exit\n");
            await client.WaitForExitAsync();
        }));
        var events = await WaitForAsync(all => all.OfType<SessionClosed>().Count() == sessions && Marked(all).All(c => IsOver(all, c))
            && Marked(all).Count() == sessions);
        Assert.Equal(sessions, Marked(events).Select(c => c.Arguments.ToStrings()[^1]).Distinct().Count());
    }

    private static IEnumerable<CommandStarted> Marked(List<SessionEvent> events) =>
        events.OfType<CommandStarted>().Where(c => c.Arguments.ToStrings() is ["true", _]);

    private static bool IsOver(List<SessionEvent> events, CommandStarted command) =>
        events.OfType<CommandFinished>().Any(end => end.Pid == command.Pid && end is { Replaced: false, ExitCode: 0 });

    private static IEnumerable<CommandFinished> Ends(List<SessionEvent> events, string executable) =>
        events.OfType<CommandStarted>().Where(c => c.Executable == executable)
            .SelectMany(c => events.OfType<CommandFinished>().Where(end => end.Pid == c.Pid && !end.Replaced));

    private async Task<List<SessionEvent>> WaitForAsync(Predicate<List<SessionEvent>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var events = _daemon.ReadJournal(_sshd.Port);
            if (condition(events))
                return events;
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
