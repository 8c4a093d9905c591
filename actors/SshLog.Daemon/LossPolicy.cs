using Microsoft.Extensions.Logging;
using SshLog.Configuration;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Formatting;

namespace SshLog.Daemon;

/// <summary>Answers losses as <c>sshlog.probe.on-loss</c> says. Used by several threads.</summary>
/// <param name="answer">The setting.</param>
/// <param name="time">For how often the log says it.</param>
/// <param name="log">The daemon's.</param>
internal sealed partial class LossPolicy(LossAnswer answer, TimeProvider time, ILogger<LossPolicy> log)
{
    /// <summary>A flood makes many losses: the log has one line in this time, which counts the others.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _mustEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _nextLine;
    private long _withoutLine;

    /// <summary>Completed when the daemon has to stop because of a loss.</summary>
    public Task MustEnd => _mustEnd.Task;

    /// <summary>Says it to the service manager; set once there is one.</summary>
    public Action<string> Status { get; set; } = _ => { };

    /// <summary>A loss is in the journal.</summary>
    public void Recorded(SessionId session, LossRecorded loss)
    {
        // What nobody recorded while the probe was not attached is told at the start, when it is no news.
        var ends = answer == LossAnswer.Exit && loss.Cause != LossCause.Detached;
        long others;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now < _nextLine && !(ends && !MustEnd.IsCompleted))
            {
                _withoutLine++;
                return;
            }

            _nextLine = now + Interval;
            others = _withoutLine;
            _withoutLine = 0;
        }

        var what = LossText.Describe(loss) + (others == 0 ? string.Empty : $" (and {others} more since the last line)");
        Missing(log, answer == LossAnswer.Log ? LogLevel.Warning : LogLevel.Error, session.Text, what);
        if (answer != LossAnswer.Log)
            Status($"Session {session.Text}: {what}");
        if (ends && _mustEnd.TrySetResult())
            Ending(log);
    }

    [LoggerMessage(EventId = 20, Message = "Session {Session}: {What}")]
    private static partial void Missing(ILogger logger, LogLevel level, string session, string what);

    [LoggerMessage(21, LogLevel.Error, "Stopping because of the loss (probe.on-loss = exit)")]
    private static partial void Ending(ILogger logger);
}
