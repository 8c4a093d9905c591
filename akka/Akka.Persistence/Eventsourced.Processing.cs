using Akka.Actor;

namespace Akka.Persistence;

/// <content>Commands, writes and handlers.</content>
public abstract partial class Eventsourced
{
    private readonly Queue<Invocation> _invocations = new();
    private readonly List<IPersistentEnvelope> _eventBatch = [];
    private List<IPersistentEnvelope> _journalBatch = [];
    private int _stashingInvocations;
    private bool _writeInProgress;
    private bool _commandRunsTask;

    private void Processing(Receive receive, object message)
    {
        if (TryJournalResponse(message))
            return;
        var failed = true;
        _commandRunsTask = false;
        try
        {
            base.AroundReceive(receive, message);
            failed = false;
        }
        finally
        {
            if (!_commandRunsTask)
                CommandDone(failed);
        }
    }

    private void Persisting(object message)
    {
        if (!TryJournalResponse(message))
            StashInternally();
    }

    private void CommandDone(bool failed)
    {
        FlushBatch();
        if (_phase != Phase.Processing)
            return;
        if (_stashingInvocations > 0)
            _phase = Phase.Persisting;
        else
            UnstashInternally(failed);
    }

    /// <summary>Lets the next held back command follow; all of them if the actor is about to restart.</summary>
    private void UnstashInternally(bool all)
    {
        if (all)
            _internalStash.UnstashAll();
        else
            _internalStash.Unstash();
    }

    private bool TryJournalResponse(object message)
    {
        switch (message)
        {
            case WriteMessageSuccess success:
                if (success.ActorInstanceId == _instanceId)
                {
                    LastSequenceNr = Math.Max(LastSequenceNr, success.Persistent.SequenceNr);
                    RunHandler(success.Persistent.Payload);
                }

                return true;
            case LoopMessageSuccess loop:
                if (loop.ActorInstanceId == _instanceId)
                    RunHandler(loop.Message);
                return true;
            case WriteMessageRejected rejected:
                if (rejected.ActorInstanceId == _instanceId)
                {
                    LastSequenceNr = Math.Max(LastSequenceNr, rejected.Persistent.SequenceNr);
                    HandlerDone(failed: false);
                    OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);
                }

                return true;
            case WriteMessageFailure failure:
                if (failure.ActorInstanceId == _instanceId)
                    FailWrite(failure);
                return true;
            case WriteMessagesDone done:
                if (done.ActorInstanceId == _instanceId)
                {
                    _writeInProgress = false;
                    FlushJournalBatch();
                }

                return true;
            default:
                return message is RecoveryTick or RecoveryPermitGranted or ReplayedMessage or RecoverySuccess
                    or ReplayMark or LoadSnapshotResult;
        }
    }

    private void FailWrite(WriteMessageFailure failure)
    {
        _phase = Phase.Failed;
        try
        {
            OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void RunHandler(object payload)
    {
        var failed = true;
        try
        {
            _invocations.Peek().Handler(payload);
            failed = false;
        }
        finally
        {
            HandlerDone(failed);
        }
    }

    private void HandlerDone(bool failed)
    {
        FlushBatch();
        if (_invocations.Dequeue().Stashing)
            _stashingInvocations--;
        if (_stashingInvocations > 0)
        {
            _phase = Phase.Persisting; // a handler may have persisted more
            return;
        }

        _phase = Phase.Processing;
        UnstashInternally(failed);
    }

    private void FlushBatch()
    {
        if (_eventBatch.Count == 0)
            return;
        _journalBatch.AddRange(_eventBatch);
        _eventBatch.Clear();
        FlushJournalBatch();
    }

    /// <summary>Sends what has gathered to the journal; one request is under way at a time.</summary>
    private void FlushJournalBatch()
    {
        if (_writeInProgress || _journalBatch.Count == 0)
            return;
        _writeInProgress = true;
        Journal.Tell(new WriteMessages(_journalBatch, Self, _instanceId), Self);
        _journalBatch = [];
    }

    private readonly record struct Invocation(Action<object> Handler, bool Stashing);
}
