using Akka.Actor;

namespace Akka.Event;

/// <summary>Delivers published events to the actors that subscribed to their type, a base or an interface.</summary>
public class EventStream : LoggingBus
{
    private readonly object _gate = new();
    private readonly bool _debug;
    private Dictionary<Type, IActorRef[]> _subscriptions = [];
    private volatile Dictionary<Type, IActorRef[]> _cache = [];

    /// <summary>Creates a stream; with debug, changes of subscriptions are logged.</summary>
    public EventStream(bool debug) => _debug = debug;

    /// <summary>Subscribes an actor to a type; false if it already was.</summary>
    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        lock (_gate)
        {
            var current = _subscriptions.GetValueOrDefault(channel, []);
            if (current.Contains(subscriber)) return false;
            _subscriptions[channel] = [.. current, subscriber];
            _cache = [];
        }

        Tell($"subscribing {subscriber} to channel {channel}");
        return true;
    }

    /// <summary>Ends a subscription; false if there was none.</summary>
    public bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        lock (_gate)
        {
            if (!Remove(subscriber, channel)) return false;
        }

        Tell($"unsubscribing {subscriber} from channel {channel}");
        return true;
    }

    /// <summary>Ends all subscriptions of an actor; false if there was none.</summary>
    public bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        var removed = UnsubscribeDead(subscriber);
        if (removed) Tell($"unsubscribing {subscriber} from all channels");
        return removed;
    }

    /// <summary>Publishes an event.</summary>
    public void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var type = @event.GetType();
        if (!_cache.TryGetValue(type, out var subscribers)) subscribers = Find(type);
        foreach (var subscriber in subscribers) subscriber.Tell(@event, ActorRefs.NoSender);
    }

    internal override void PublishLog(LogEvent entry) => Publish(entry);

    internal bool UnsubscribeDead(IActorRef subscriber)
    {
        lock (_gate)
        {
            var removed = false;
            foreach (var channel in _subscriptions.Keys.ToArray()) removed |= Remove(subscriber, channel);
            return removed;
        }
    }

    private bool Remove(IActorRef subscriber, Type channel)
    {
        if (!_subscriptions.TryGetValue(channel, out var current) || !current.Contains(subscriber)) return false;
        _subscriptions[channel] = [.. current.Where(other => !other.Equals(subscriber))];
        _cache = [];
        return true;
    }

    private IActorRef[] Find(Type type)
    {
        lock (_gate)
        {
            var found = _subscriptions.Where(pair => pair.Key.IsAssignableFrom(type))
                .SelectMany(pair => pair.Value).Distinct().ToArray();
            _cache = new Dictionary<Type, IActorRef[]>(_cache) { [type] = found };
            return found;
        }
    }

    private void Tell(string text)
    {
        if (_debug) Publish(new Debug(nameof(EventStream), typeof(EventStream), text));
    }
}

/// <summary>Subscribing by type parameter.</summary>
public static class EventStreamExtensions
{
    /// <summary>Subscribes an actor to a type.</summary>
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    /// <summary>Ends a subscription.</summary>
    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}

/// <summary>Tells actors that watch other systems which of those became unreachable.</summary>
internal sealed class AddressTerminatedTopic : IExtension
{
    private readonly HashSet<IActorRef> _subscribers = [];

    internal static AddressTerminatedTopic Get(ActorSystem system) =>
        (AddressTerminatedTopic)system.RegisterExtension(Provider.Instance);

    internal void Subscribe(IActorRef subscriber)
    {
        lock (_subscribers) _subscribers.Add(subscriber);
    }

    internal void Unsubscribe(IActorRef subscriber)
    {
        lock (_subscribers) _subscribers.Remove(subscriber);
    }

    internal void Publish(AddressTerminated lost)
    {
        IActorRef[] subscribers;
        lock (_subscribers) subscribers = [.. _subscribers];
        foreach (var subscriber in subscribers) subscriber.Tell(lost, ActorRefs.NoSender);
    }

    private sealed class Provider : ExtensionIdProvider<AddressTerminatedTopic>
    {
        internal static readonly Provider Instance = new();

        public override AddressTerminatedTopic CreateExtension(ExtendedActorSystem system) => new();
    }
}
