using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <content>Death watch.</content>
internal sealed partial class ActorCell
{
    private readonly Dictionary<IActorRef, object?> _watching = [];
    private readonly Dictionary<IActorRef, object?> _terminatedQueued = [];
    private HashSet<IActorRef>? _watchedBy;

    public IActorRef Watch(IActorRef subject) => Watch(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Watch(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        var watchee = (IInternalActorRef)subject;
        if (!watchee.Equals(Self) && _watching.ContainsKey(watchee))
        {
            watchee.SendSystemMessage(new Unwatch(watchee, SelfInternal));
            MaintainAddressSubscription(watchee, () => _watching.Remove(watchee));
        }

        _terminatedQueued.Remove(subject);
        return subject;
    }

    /// <summary>A stashed <see cref="Terminated"/> goes back to the mailbox and is to be delivered once more.</summary>
    internal void TerminatedQueuedFor(IActorRef subject) => _terminatedQueued.TryAdd(subject, null);

    internal bool IsWatching(IActorRef subject) => _watching.ContainsKey(subject);

    private IActorRef Watch(IActorRef subject, object? message)
    {
        var watchee = (IInternalActorRef)subject;
        if (watchee.Equals(Self)) return watchee;
        if (_watching.TryGetValue(watchee, out var previous))
        {
            if (!Equals(previous, message))
            {
                throw new InvalidOperationException(
                    $"Watch({Self}, {subject}) termination message was not overwritten from [{previous}] to " +
                    $"[{message}]. If this was intended, unwatch before using Watch/WatchWith with another message.");
            }

            return watchee;
        }

        watchee.SendSystemMessage(new Watch(watchee, SelfInternal));
        MaintainAddressSubscription(watchee, () => _watching.Add(watchee, message));
        return watchee;
    }

    private void ReceivedTerminated(Terminated terminated)
    {
        if (!_terminatedQueued.Remove(terminated.ActorRef, out var custom)) return;
        if (custom is null)
        {
            ReceiveMessage(terminated);
            return;
        }

        _message = custom;
        if (custom is IAutoReceivedMessage) AutoReceive(custom);
        else ReceiveMessage(custom);
    }

    private void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching.TryGetValue(actor, out var custom))
        {
            MaintainAddressSubscription(actor, () => _watching.Remove(actor));
            if (!IsTerminating)
            {
                // Behind what the dead actor sent before, which lies in the mailbox already.
                _terminatedQueued[actor] = custom;
                SelfInternal.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
            }
        }

        bool isChild;
        lock (_childGate) isChild = Find(actor) is not null;
        if (isChild) HandleChildTerminated(actor);
    }

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        var watchesSelf = watchee.Equals(Self);
        if (watchesSelf && !watcher.Equals(Self))
            MaintainAddressSubscription(watcher, () => (_watchedBy ??= []).Add(watcher));
        else if (!watchesSelf && watcher.Equals(Self))
            Watch(watchee);
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        var watchesSelf = watchee.Equals(Self);
        if (watchesSelf && !watcher.Equals(Self))
            MaintainAddressSubscription(watcher, () => _watchedBy?.Remove(watcher));
        else if (!watchesSelf && watcher.Equals(Self))
            Unwatch(watchee);
    }

    private void TellWatchersWeDied()
    {
        if (_watchedBy is null) return;
        try
        {
            // Remote watchers first: what they hear must not depend on what local ones do about it.
            foreach (var watcher in _watchedBy.Cast<IInternalActorRef>().OrderBy(watcher => watcher.IsLocal))
            {
                if (!watcher.Equals(ParentRef))
                    watcher.SendSystemMessage(new DeathWatchNotification(Self, true, false));
            }
        }
        finally
        {
            MaintainAddressSubscription(null, () => _watchedBy = null);
        }
    }

    private void UnwatchWatchedActors()
    {
        if (_watching.Count == 0) return;
        foreach (var watchee in _watching.Keys.Cast<IInternalActorRef>())
            watchee.SendSystemMessage(new Unwatch(watchee, SelfInternal));
        MaintainAddressSubscription(null, _watching.Clear);
        _terminatedQueued.Clear();
    }

    private void HandleAddressTerminated(Address address)
    {
        if (_watchedBy is not null)
            MaintainAddressSubscription(null, () => _watchedBy.RemoveWhere(w => w.Path.Address.Equals(address)));
        foreach (var watchee in _watching.Keys.Where(watchee => watchee.Path.Address.Equals(address)).ToArray())
        {
            bool isChild;
            lock (_childGate) isChild = Find(watchee) is not null;
            SelfInternal.SendSystemMessage(new DeathWatchNotification(watchee, isChild, addressTerminated: true));
        }
    }

    /// <summary>Listens for lost systems exactly while an actor of another system watches or is watched.</summary>
    private void MaintainAddressSubscription(IActorRef? change, Action update)
    {
        if (change is IInternalActorRef { IsLocal: true })
        {
            update();
            return;
        }

        var had = HasRemoteWatch();
        update();
        var has = HasRemoteWatch();
        if (had == has) return;
        if (has) AddressTerminatedTopic.Get(System).Subscribe(Self);
        else AddressTerminatedTopic.Get(System).Unsubscribe(Self);
    }

    private bool HasRemoteWatch() =>
        _watching.Keys.Any(IsRemote) || (_watchedBy is not null && _watchedBy.Any(IsRemote));

    private static bool IsRemote(IActorRef actor) => actor is IActorRefScope { IsLocal: false };
}
