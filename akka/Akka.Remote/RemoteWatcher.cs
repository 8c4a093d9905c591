using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Remote;

/// <summary>
/// <c>/system/remote-watcher</c>: watches actors of other systems for the actors of this one, and sends their systems
/// heartbeats. A system that does not answer in time is given up: its actors count as dead.
/// </summary>
internal sealed class RemoteWatcher : UntypedActor
{
    private readonly Remoting _remoting;
    private readonly RemoteSettings _settings;
    private readonly Dictionary<IInternalActorRef, HashSet<IInternalActorRef>> _watchers = [];
    private readonly Dictionary<Address, Node> _nodes = [];
    private ICancelable? _heartbeat;
    private ICancelable? _reaper;

    public RemoteWatcher(Remoting remoting, RemoteSettings settings)
    {
        _remoting = remoting;
        _settings = settings;
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Heartbeat:
                Sender.Tell(new HeartbeatRsp(_remoting.Uid));
                break;
            case HeartbeatRsp answer when _nodes.TryGetValue(Sender.Path.Address, out var node):
                node.Uid = answer.AddressUid;
                node.LastHeard = Environment.TickCount64;
                break;
            case WatchRemote watch:
                Add(watch.Watchee, watch.Watcher);
                break;
            case UnwatchRemote unwatch:
                Remove(unwatch.Watchee, unwatch.Watcher);
                break;
            case Terminated terminated:
                PassOn(terminated);
                break;
            case Tick.Heartbeat:
                SendHeartbeats();
                break;
            case Tick.Reap:
                GiveUpSilentNodes();
                break;
        }
    }

    protected override void PostStop()
    {
        _heartbeat?.Cancel();
        _reaper?.Cancel();
    }

    private void Add(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (!_watchers.TryGetValue(watchee, out var watchers))
        {
            _watchers[watchee] = watchers = [];
            Context.Watch(watchee);
        }
        watchers.Add(watcher);
        if (!_nodes.TryGetValue(watchee.Path.Address, out var node))
            _nodes[watchee.Path.Address] = node = new Node { LastHeard = Environment.TickCount64 };
        node.Watched.Add(watchee);
        StartTicks();
    }

    private void Remove(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (!_watchers.TryGetValue(watchee, out var watchers) || !watchers.Remove(watcher) || watchers.Count > 0)
            return;
        Context.Unwatch(watchee);
        Forget(watchee);
    }

    private void PassOn(Terminated terminated)
    {
        var watchee = (IInternalActorRef)terminated.ActorRef;
        if (!_watchers.TryGetValue(watchee, out var watchers))
            return;
        foreach (var watcher in watchers)
        {
            watcher.SendSystemMessage(new DeathWatchNotification(
                watchee, terminated.ExistenceConfirmed, terminated.AddressTerminated));
        }
        Forget(watchee);
    }

    private void Forget(IInternalActorRef watchee)
    {
        _watchers.Remove(watchee);
        if (_nodes.TryGetValue(watchee.Path.Address, out var node) && node.Watched.Remove(watchee)
            && node.Watched.Count == 0)
            _nodes.Remove(watchee.Path.Address);
        if (_nodes.Count == 0)
            StopTicks();
    }

    private void SendHeartbeats()
    {
        foreach (var address in _nodes.Keys)
        {
            var peer = new ActorSelection(
                _remoting.RootOf(address), [new SelectChildName("system"), new SelectChildName("remote-watcher")]);
            peer.Tell(Heartbeat.Instance, Self);
        }
    }

    private void GiveUpSilentNodes()
    {
        var limit = Environment.TickCount64 - (long)_settings.WatchHeartbeat.Deadline.TotalMilliseconds;
        foreach (var (address, node) in _nodes.Where(n => n.Value.LastHeard < limit).ToArray())
        {
            _nodes.Remove(address);
            _remoting.Quarantine(address, node.Uid);
        }
    }

    // Nobody watched, nothing ticks: an idle daemon stays idle.
    private void StartTicks()
    {
        if (_heartbeat is not null)
            return;
        var scheduler = Context.System.Scheduler;
        _heartbeat = scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, _settings.WatchHeartbeat.Interval, Self, Tick.Heartbeat, Self);
        _reaper = scheduler.ScheduleTellRepeatedlyCancelable(
            _settings.ReaperInterval, _settings.ReaperInterval, Self, Tick.Reap, Self);
    }

    private void StopTicks()
    {
        _heartbeat?.Cancel();
        _reaper?.Cancel();
        _heartbeat = _reaper = null;
    }

    private enum Tick
    {
        Heartbeat,
        Reap,
    }

    /// <summary>Asks a peer's remote watcher for a sign of life.</summary>
    internal sealed class Heartbeat
    {
        private Heartbeat()
        {
        }

        public static Heartbeat Instance { get; } = new();
    }

    /// <summary>The sign of life.</summary>
    internal sealed class HeartbeatRsp(int addressUid)
    {
        public int AddressUid { get; } = addressUid;
    }

    internal sealed record WatchRemote(IInternalActorRef Watchee, IInternalActorRef Watcher);

    internal sealed record UnwatchRemote(IInternalActorRef Watchee, IInternalActorRef Watcher);

    private sealed class Node
    {
        public int? Uid { get; set; }

        public long LastHeard { get; set; }

        public HashSet<IInternalActorRef> Watched { get; } = [];
    }
}
