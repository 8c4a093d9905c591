using Akka.Actor;
using Microsoft.Extensions.Hosting.Systemd;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;

namespace SshLog.Daemon;

/// <summary>
/// Tells systemd how the daemon is (sd_notify(3)); nothing where it was not started by it. The watchdog is fed by an answer of
/// the probe's and the router's actors, so a daemon that no longer records is started again.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    private static readonly ServiceState _alive = new("WATCHDOG=1");
    private readonly SystemdNotifier _notifier = new();
    private readonly Lock _lastWord = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The daemon records from here on.</summary>
    public void Ready(IActorRef probe, IActorRef router)
    {
        if (!_notifier.IsEnabled)
            return;
        _notifier.Notify(ServiceState.Ready);
        if (long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), out var microseconds) && microseconds > 0)
            _ = FeedAsync(TimeSpan.FromMicroseconds(microseconds / 3d), probe, router);
    }

    /// <summary>A sentence for <c>systemctl status</c>.</summary>
    public void Tell(string status)
    {
        if (_notifier.IsEnabled)
            _notifier.Notify(new ServiceState("STATUS=" + status));
    }

    /// <summary>The daemon is about to end.</summary>
    public void Stopping()
    {
        lock (_lastWord)
        {
            _stopping.Cancel();
            if (_notifier.IsEnabled)
                _notifier.Notify(ServiceState.Stopping);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task FeedAsync(TimeSpan every, IActorRef probe, IActorRef router)
    {
        using var timer = new PeriodicTimer(every);
        var stopping = _stopping.Token;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                if (await AnswersAsync(probe, new ProbeProtocol.GetHealth(), every).ConfigureAwait(false)
                    && await AnswersAsync(router, SessionProtocol.GetOpenSessions.Instance, every).ConfigureAwait(false))
                {
                    SayAlive(stopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
    }

    // An answer may come while the daemon is told to end; it says nothing after that.
    private void SayAlive(CancellationToken stopping)
    {
        lock (_lastWord)
        {
            if (!stopping.IsCancellationRequested)
                _notifier.Notify(_alive);
        }
    }

    private static async Task<bool> AnswersAsync(IActorRef actor, object question, TimeSpan patience)
    {
        try
        {
            await actor.Ask(question, patience).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is AskTimeoutException or TaskCanceledException)
        {
            // Not this time; the next answer counts again.
            return false;
        }
    }
}
