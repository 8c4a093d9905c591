using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Plugins;

namespace SshLog.Actors.Actions;

/// <summary>Makes attempts at carrying an action out, whatever its plug-in does.</summary>
/// <param name="name">The action's name.</param>
/// <param name="action">What carries it out.</param>
/// <param name="timeout">Of one attempt.</param>
/// <param name="router">Records in sessions; null where nothing can be recorded.</param>
/// <param name="log">For what could not be recorded.</param>
internal sealed class ActionRunner(string name, IAction action, TimeSpan timeout, IActorRef? router, ILoggingAdapter log)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>How many events it takes at once.</summary>
    public int MostEvents { get; } = action is IBatchAction batch ? Math.Max(1, batch.MostEvents) : 1;

    /// <summary>One attempt.</summary>
    /// <param name="events">At least one, at most <see cref="MostEvents"/>.</param>
    /// <param name="isFirst">False when it was tried before.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task<ActionOutcome> RunAsync(IReadOnlyList<PluginEvent> events, bool isFirst, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            if (action is IEndsSession && isFirst)
                await RecordAsync(events[0]).ConfigureAwait(false);
            limit.CancelAfter(timeout);
            var work = action is IBatchAction batch && events.Count > 1
                ? batch.ExecuteAsync(events, limit.Token)
                : action.ExecuteAsync(events[0], limit.Token);
            return await work.WaitAsync(timeout + TimeSpan.FromSeconds(2), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return ActionOutcome.TryAgain($"took longer than {timeout.TotalSeconds:0.###} s");
        }
#pragma warning disable CA1031 // A plug-in's defect is the plug-in's: whatever it is, the event is tried again.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return ActionOutcome.TryAgain(defect.Message);
        }
    }

    // Before anything is done. Where nothing can be recorded (a full disk) the session is ended all the same.
    private async Task RecordAsync(PluginEvent happened)
    {
        var who = "rule " + string.Join(", ", happened.Rules);
        var isRecorded = false;
        if (router is not null && SessionId.TryParse(happened.Session, out var session))
        {
            try
            {
                var noted = await router.Ask<SessionProtocol.Noted>(
                    new SessionProtocol.Note(session, (at, _) => new KillRequested(at, null, who, null, $"action {name}")), _patience)
                    .ConfigureAwait(false);
                isRecorded = noted.State is not null;
            }
            catch (AskTimeoutException)
            {
                // Said below.
            }
        }

        if (!isRecorded)
            log.Warning("Action {0} ends session {1} for {2}; that is not recorded: it is over, or its journal fails", name, happened.Session, who);
    }
}
