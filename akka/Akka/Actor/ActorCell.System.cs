using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <content>System messages and the making of instances.</content>
internal sealed partial class ActorCell
{
    /// <summary>Handles one system message, and then the failures of children that may be handled now.</summary>
    internal void SystemInvoke(ISystemMessage message)
    {
        try
        {
            HandleSystemMessage(message);
        }
        catch (Exception failure)
        {
            HandleInvokeFailure(failure);
        }

        while (MayHandleKept())
        {
            try
            {
                HandleFailed(_failedMeanwhile!.Dequeue());
            }
            catch (Exception failure)
            {
                HandleInvokeFailure(failure);
            }
        }
    }

    private void HandleSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Create create:
                HandleCreate(create.Failure);
                break;
            case Watch watch:
                AddWatcher(watch.Watchee, watch.Watcher);
                break;
            case Unwatch unwatch:
                RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                break;
            case Recreate recreate:
                FaultRecreate(recreate.Cause);
                break;
            case Akka.Dispatch.SysMsg.Suspend:
                FaultSuspend();
                break;
            case Resume resume:
                FaultResume(resume.CausedByFailure);
                break;
            case Terminate:
                HandleTerminate();
                break;
            case Failed failed:
                HandleOrKeep(failed);
                break;
            case DeathWatchNotification dead:
                WatchedActorTerminated(dead.Actor, dead.ExistenceConfirmed, dead.AddressTerminated);
                break;
            case TaskContinuation continuation:
                _message = continuation.Envelope.Message;
                _sender = continuation.Envelope.Sender;
                continuation.Run();
                ClearCurrentMessage();
                break;
            case TaskFinished finished:
                HandleTaskFinished(finished);
                break;
        }
    }

    private void HandleCreate(ActorInitializationException? failure)
    {
        if (failure is not null) throw failure;
        try
        {
            var created = NewActor();
            _actor = created;
            created.AroundPreStart();
            if (SystemImpl.Settings.DebugLifecycle)
                Publish(new Debug(Self.Path.ToString(), ActorType, $"Started ({created})"));
            CheckReceiveTimeout();
        }
        catch (Exception thrown)
        {
            if (_actor is not null)
            {
                ReleaseActor(_actor);
                _actor = null;
            }

            throw new ActorInitializationException(Self, "Exception during creation", thrown);
        }
    }

    private ActorBase NewActor()
    {
        _behaviors.Clear();
        _strategy = null;
        var instance = Props.NewActor() ?? throw new ActorInitializationException(
            Self, "Actor instance passed to ActorOf can't be 'null'");
        instance.Constructed();
        if (instance is IWithTimers withTimers) withTimers.Timers = _timers = new TimerScheduler(this);
        if (instance is IActorStash withStash) withStash.Stash = _stash = CreateStash();
        return instance;
    }

    private void HandleTaskFinished(TaskFinished finished)
    {
        _message = finished.Envelope.Message;
        _sender = finished.Envelope.Sender;
        try
        {
            if (finished.Failure is not null) HandleInvokeFailure(finished.Failure);
            else ClearCurrentMessage();
        }
        finally
        {
            if (--_pendingTasks == 0) _mailbox!.ResumeAfterTask();
            CheckReceiveTimeout();
        }
    }

    private void ReleaseActor(ActorBase actor)
    {
        _timers?.CancelAll();
        _timers = null;
        try
        {
            _stash?.UnstashAll();
        }
        finally
        {
            _stash = null;
            _behaviors.Clear();
            Dispose(actor);
        }
    }

    // What an instance does at its end keeps nobody from the next one.
    private void Dispose(ActorBase actor)
    {
        try
        {
            Props.Release(actor);
        }
        catch (Exception thrown)
        {
            Publish(new Error(thrown, Self.Path.ToString(), actor.GetType(), thrown.Message));
        }
    }
}
