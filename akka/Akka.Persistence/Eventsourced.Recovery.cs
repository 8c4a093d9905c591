using Akka.Actor;

namespace Akka.Persistence;

/// <content>From the permit to the last replayed event.</content>
public abstract partial class Eventsourced
{
    private Phase _phase;
    private ICancelable? _recoveryTimer;
    private bool _eventSeen;

    /// <inheritdoc/>
    public override void AroundPreStart()
    {
        if (string.IsNullOrEmpty(PersistenceId))
            throw new InvalidOperationException($"{Self.Path} has no PersistenceId.");
        _ = Journal; // fail at once on a missing plug-in
        _ = SnapshotStore;
        _extension.RecoveryPermitter.Tell(RequestRecoveryPermit.Instance, Self);
        base.AroundPreStart();
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception reason)
    {
        _extension.RecoveryPermitter.Tell(RequestRecoveryPermit.Instance, Self);
        base.AroundPostRestart(reason);
    }

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            _recoveryTimer?.Cancel();
            Stash.UnstashAll(envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage));
            _internalStash.UnstashAll();
        }
        finally
        {
            FlushJournalBatch();
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess success => success.Persistent.Payload,
                LoopMessageSuccess loop => loop.Message,
                ReplayedMessage replayed => replayed.Persistent.Payload,
                _ => message,
            });
        }
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        try
        {
            _recoveryTimer?.Cancel();
            _internalStash.UnstashAll();
        }
        finally
        {
            base.AroundPostStop();
        }
    }

    /// <inheritdoc/>
    protected internal override bool AroundReceive(Receive receive, object message)
    {
        switch (_phase)
        {
            case Phase.WaitingForPermit:
                WaitingForPermit(message);
                break;
            case Phase.LoadingSnapshot:
                LoadingSnapshot(message);
                break;
            case Phase.Replaying:
                Replaying(message);
                break;
            case Phase.Processing:
                Processing(receive, message);
                break;
            case Phase.Persisting:
                Persisting(message);
                break;
            default:
                Failed(message);
                break;
        }

        return true;
    }

    private void WaitingForPermit(object message)
    {
        if (message is not RecoveryPermitGranted)
        {
            StashInternally();
            return;
        }

        var recovery = Recovery;
        _phase = Phase.LoadingSnapshot;
        StartRecoveryTimer(snapshot: true);
        LoadSnapshot(SnapshotterId, recovery.FromSnapshot, recovery.ToSequenceNr);
    }

    private void LoadingSnapshot(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult result:
                _recoveryTimer?.Cancel();
                Recover(result.Snapshot?.Snapshot, () => Offer(result.Snapshot));
                if (IsFailed)
                    break;
                _phase = Phase.Replaying;
                StartRecoveryTimer(snapshot: false);
                Journal.Tell(new ReplayMessages(
                    LastSequenceNr + 1, result.ToSequenceNr, Recovery.ReplayMax, PersistenceId, Self), Self);
                break;
            case LoadSnapshotFailed failed:
                FailRecovery(failed.Cause, null);
                break;
            case RecoveryTick { Snapshot: true } tick when tick.ActorInstanceId == _instanceId:
                FailRecovery(new RecoveryTimedOutException(
                    $"[{PersistenceId}] waited {RecoveryTimeout.TotalSeconds} s for its snapshot in vain."), null);
                break;
            case RecoveryTick or RecoveryPermitGranted:
                break;
            default:
                StashInternally();
                break;
        }
    }

    private void Offer(SelectedSnapshot? selected)
    {
        if (selected is null)
            return;
        _sequenceNr = LastSequenceNr = selected.Metadata.SequenceNr;
        base.AroundReceive(ReceiveRecover, new SnapshotOffer(selected.Metadata, selected.Snapshot));
    }

    private void Replaying(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                _eventSeen = true;
                LastSequenceNr = Math.Max(LastSequenceNr, replayed.Persistent.SequenceNr);
                Recover(replayed.Persistent.Payload,
                    () => base.AroundReceive(ReceiveRecover, replayed.Persistent.Payload));
                break;
            case ReplayMark mark:
                mark.Reach();
                break;
            case RecoverySuccess success:
                CompleteRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure:
                FailRecovery(failure.Cause, null);
                break;
            case RecoveryTick { Snapshot: false } tick when tick.ActorInstanceId == _instanceId:
                if (!_eventSeen)
                    FailRecovery(new RecoveryTimedOutException(
                        $"[{PersistenceId}] waited {RecoveryTimeout.TotalSeconds} s for the event after "
                        + $"{LastSequenceNr} in vain."), null);
                else
                    StartRecoveryTimer(snapshot: false);
                break;
            case RecoveryTick or RecoveryPermitGranted:
                break;
            default:
                StashInternally();
                break;
        }
    }

    private void CompleteRecovery(long highestSequenceNr)
    {
        _recoveryTimer?.Cancel();
        OnReplaySuccess();
        LastSequenceNr = _sequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        IsRecovering = false;
        _extension.RecoveryPermitter.Tell(ReturnRecoveryPermit.Instance, Self);
        _phase = Phase.Processing;
        try
        {
            base.AroundReceive(ReceiveRecover, RecoveryCompleted.Instance);
        }
        finally
        {
            FlushBatch();
            if (_stashingInvocations > 0)
                _phase = Phase.Persisting;
            else
                _internalStash.UnstashAll();
        }
    }

    private bool IsFailed => _phase == Phase.Failed;

    private void Recover(object? message, Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure)
        {
            FailRecovery(failure, message);
        }
    }

    private void FailRecovery(Exception cause, object? message)
    {
        _recoveryTimer?.Cancel();
        _phase = Phase.Failed;
        _extension.RecoveryPermitter.Tell(ReturnRecoveryPermit.Instance, Self);
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    /// <summary>
    /// What still arrives before the stop takes effect goes back to the mailbox, and so to the dead letters.
    /// </summary>
    private void Failed(object message)
    {
        if (message is ReplayMark mark)
            mark.Reach();
        else if (message is not IJournalResponse)
            StashInternally();
    }

    private void StashInternally() => _internalStash.Stash();

    private TimeSpan RecoveryTimeout => _extension.RecoveryEventTimeout(JournalPluginId);

    private void StartRecoveryTimer(bool snapshot)
    {
        _recoveryTimer?.Cancel();
        _eventSeen = false;
        _recoveryTimer = Context.System.Scheduler.ScheduleTellOnceCancelable(
            RecoveryTimeout, Self, new RecoveryTick(_instanceId, snapshot), Self);
    }

    private enum Phase
    {
        WaitingForPermit,
        LoadingSnapshot,
        Replaying,
        Processing,
        Persisting,
        Failed,
    }
}
