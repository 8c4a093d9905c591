using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <content>Failure, restart and stop.</content>
internal sealed partial class ActorCell
{
    private IActorRef? _perpetrator;
    private SupervisorStrategy? _strategy;
    private Queue<Failed>? _failedMeanwhile;

    private bool IsFailed => _perpetrator is not null;

    /// <summary>
    /// Suspends the actor and its children and reports to the supervisor; nothing for one that has failed already, or
    /// stops: its supervisor knows.
    /// </summary>
    internal void HandleInvokeFailure(Exception cause, IEnumerable<IActorRef>? alreadyHandled = null)
    {
        if (IsFailed) return;
        try
        {
            _mailbox!.Suspend();
            IActorRef? except = null;
            if (_message is Failed failed && alreadyHandled is null)
            {
                except = failed.Child;
                SetFailed(except);
            }
            else
            {
                SetFailed(Self);
            }

            if (alreadyHandled is null) SuspendChildren(except);
            ParentRef.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
        }
        catch (Exception secondary)
        {
            Publish(new Error(
                secondary, Self.Path.ToString(), ActorType,
                $"Emergency stop: exception in failure handling for {cause.GetType()}\n{cause}"));
            foreach (var child in GetChildren()) Stop(child);
            FinishTerminate();
        }
    }

    private SupervisorStrategy Strategy => _strategy ??=
        Props.SupervisorStrategy ?? _actor?.GetSupervisorStrategy() ?? SupervisorStrategy.DefaultStrategy;

    private void SetFailed(IActorRef perpetrator) => _perpetrator = perpetrator;

    private void ClearFailed() => _perpetrator = null;

    private void FaultSuspend()
    {
        _mailbox!.Suspend();
        SuspendChildren(null);
    }

    private void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        var perpetrator = _perpetrator;
        try
        {
            _mailbox!.Resume();
        }
        finally
        {
            if (causedByFailure is not null) ClearFailed();
        }

        ResumeChildren(causedByFailure, perpetrator);
    }

    private void FaultCreate()
    {
        CancelReceiveTimeout();
        foreach (var child in GetChildren()) Stop(child);
        if (!WaitForChildren(ChildrenState.WaitingToCreate)) FinishCreate();
    }

    private void FinishCreate()
    {
        try
        {
            _mailbox!.Resume();
        }
        finally
        {
            ClearFailed();
        }

        HandleCreate(null);
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is not { } failed)
        {
            FaultCreate();
            return;
        }

        if (_childrenState != ChildrenState.Normal)
        {
            // Already restarting or stopping: only the suspension is taken back.
            FaultResume(null);
            return;
        }

        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(Self.Path.ToString(), ActorType, "Restarting"));
        CancelReceiveTimeout();
        try
        {
            failed.AroundPreRestart(cause, _message!);
        }
        catch (Exception thrown)
        {
            var wrapped = new PreRestartException(Self, thrown, cause, _message);
            Publish(new Error(wrapped, Self.Path.ToString(), ActorType, thrown.Message));
        }
        finally
        {
            ReleaseActor(failed);
        }

        if (!WaitForChildren(ChildrenState.WaitingToRecreate, cause)) FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        var survivors = GetChildren().ToArray();
        try
        {
            try
            {
                _mailbox!.Resume();
            }
            finally
            {
                ClearFailed();
            }

            ClearCurrentMessage();
            _receiveTimeout = null;
            var fresh = NewActor();
            _actor = fresh;
            fresh.AroundPostRestart(cause);
            if (SystemImpl.Settings.DebugLifecycle)
                Publish(new Debug(Self.Path.ToString(), ActorType, $"Restarted ({fresh})"));
            foreach (var child in survivors) ((IInternalActorRef)child).Restart(cause);
            CheckReceiveTimeout();
        }
        catch (Exception thrown)
        {
            _timers?.CancelAll();
            HandleInvokeFailure(new PostRestartException(Self, thrown, cause), survivors);
        }
    }

    private void HandleTerminate()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        foreach (var child in GetChildren()) Stop(child);
        var wasTerminating = IsTerminating;
        if (WaitForChildren(ChildrenState.WaitingToTerminate))
        {
            if (wasTerminating) return;
            // No ordinary message is handled while the children stop.
            _mailbox!.Suspend();
            SetFailed(Self);
            if (SystemImpl.Settings.DebugLifecycle)
                Publish(new Debug(Self.Path.ToString(), ActorType, "Stopping"));
            return;
        }

        SetChildrenTerminated();
        FinishTerminate();
    }

    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception thrown)
        {
            Publish(new Error(thrown, Self.Path.ToString(), ActorType, thrown.Message));
        }

        if (SystemImpl.Settings.DebugLifecycle) Publish(new Debug(Self.Path.ToString(), ActorType, "Stopped"));
        _timers?.CancelAll();
        try
        {
            _stash?.UnstashAll();
            _mailbox!.BecomeClosed();
            _mailbox.CleanUp();
            Dispatcher.Detached();
        }
        finally
        {
            SystemImpl.EventStream.UnsubscribeDead(Self);
            ParentRef.SendSystemMessage(new DeathWatchNotification(Self, true, false));
            TellWatchersWeDied();
            UnwatchWatchedActors();
            ClearFields(actor);
        }
    }

    private void ClearFields(ActorBase? actor)
    {
        _stash = null;
        ClearCurrentMessage();
        if (actor is not null) ReleaseActor(actor);
        _actor = null;
    }

    // While an actor is suspended, its supervisor may yet decide what becomes of its children.
    private void HandleOrKeep(Failed failed)
    {
        if (_mailbox!.IsSuspended) (_failedMeanwhile ??= new Queue<Failed>()).Enqueue(failed);
        else HandleFailed(failed);
    }

    private bool MayHandleKept() =>
        _failedMeanwhile is { Count: > 0 } && _mailbox is { IsSuspended: false, IsClosed: false };

    private void HandleFailed(Failed failed)
    {
        _message = failed;
        _sender = failed.Child;
        ChildRestartStats? stats;
        lock (_childGate) stats = Find(failed.Child);
        if (stats is null || stats.Uid != failed.Uid)
        {
            Publish(new Debug(
                Self.Path.ToString(), ActorType, $"Dropping Failed({failed.Cause}) from unknown child {failed.Child}"));
        }
        else if (!Strategy.HandleFailure(this, failed.Child, failed.Cause, stats, SnapshotChildStats()))
        {
            HandleInvokeFailure(failed.Cause);
            return;
        }

        ClearCurrentMessage();
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var waitedFor = RemoveChild(child);
        if (_actor is not null)
        {
            try
            {
                Strategy.HandleChildTerminated(this, child, LivingChildren());
            }
            catch (Exception thrown)
            {
                HandleInvokeFailure(thrown);
            }
        }

        switch (waitedFor)
        {
            case ChildrenState.WaitingToCreate:
                FinishCreate();
                break;
            case ChildrenState.WaitingToRecreate:
                FinishRecreate(_recreateCause!);
                break;
            case ChildrenState.WaitingToTerminate:
                FinishTerminate();
                break;
        }
    }
}
