using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Lends threads to mailboxes.</summary>
public abstract class MessageDispatcher
{
    private protected MessageDispatcher(string id, int throughput)
    {
        Id = id;
        Throughput = throughput;
    }

    /// <summary>The configuration path.</summary>
    public string Id { get; }

    /// <summary>How many messages an actor may handle before it makes room for another.</summary>
    public int Throughput { get; }

    internal abstract void Execute(IThreadPoolWorkItem item);

    /// <summary>Called when an actor that used this dispatcher ended.</summary>
    internal virtual void Detached()
    {
    }
}

/// <summary>Runs mailboxes on the .NET thread pool.</summary>
internal sealed class ThreadPoolDispatcher(string id, int throughput) : MessageDispatcher(id, throughput)
{
    internal override void Execute(IThreadPoolWorkItem item) =>
        ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
}

/// <summary>Runs a mailbox on the thread that sent the message, for tests.</summary>
internal sealed class CallingThreadDispatcher(string id) : MessageDispatcher(id, int.MaxValue)
{
    internal override void Execute(IThreadPoolWorkItem item) => item.Execute();
}

/// <summary>Gives one actor a thread of its own, for work that blocks.</summary>
internal sealed class PinnedDispatcher : MessageDispatcher
{
    private readonly BlockingCollection<IThreadPoolWorkItem> _work = [];
    private int _started;

    internal PinnedDispatcher(string id, int throughput)
        : base(id, throughput)
    {
    }

    internal override void Execute(IThreadPoolWorkItem item)
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
            new Thread(Loop) { IsBackground = true, Name = Id }.Start();
        try
        {
            _work.Add(item);
        }
        catch (InvalidOperationException)
        {
            // The actor ended while this was on its way: only the clean-up is left, and any thread may do that.
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
        }
    }

    internal override void Detached() => _work.CompleteAdding();

    private void Loop()
    {
        foreach (var item in _work.GetConsumingEnumerable()) item.Execute();
        _work.Dispose();
    }
}

/// <summary>The dispatchers of an actor system, by configuration path.</summary>
public sealed class Dispatchers
{
    /// <summary>The path of the default dispatcher.</summary>
    public static readonly string DefaultDispatcherId = "akka.actor.default-dispatcher";

    /// <summary>The path of the engine's own dispatcher.</summary>
    public static readonly string InternalDispatcherId = "akka.actor.internal-dispatcher";

    internal const string CallingThreadDispatcherId = "akka.test.calling-thread-dispatcher";

    private readonly ConcurrentDictionary<string, MessageDispatcher> _shared = new(StringComparer.Ordinal);
    private readonly Config _config;
    private readonly int _defaultThroughput;

    internal Dispatchers(Config config)
    {
        _config = config;
        _defaultThroughput = config.GetInt(DefaultDispatcherId + ".throughput", 30);
        DefaultGlobalDispatcher = Lookup(DefaultDispatcherId);
    }

    /// <summary>The dispatcher of actors that name none.</summary>
    public MessageDispatcher DefaultGlobalDispatcher { get; }

    /// <summary>Whether a dispatcher is configured at this path.</summary>
    public bool HasDispatcher(string id) =>
        _shared.ContainsKey(id) || id == CallingThreadDispatcherId || _config.HasPath(id);

    /// <summary>Finds a dispatcher.</summary>
    /// <exception cref="ConfigurationException">Nothing, or an unknown type, is configured at this path.</exception>
    public MessageDispatcher Lookup(string id)
    {
        if (string.IsNullOrEmpty(id)) return DefaultGlobalDispatcher;
        if (_shared.TryGetValue(id, out var dispatcher)) return dispatcher;
        return Create(id) is var created && created is PinnedDispatcher ? created : _shared.GetOrAdd(id, created);
    }

    private MessageDispatcher Create(string id)
    {
        if (id == CallingThreadDispatcherId) return new CallingThreadDispatcher(id);
        if (id != DefaultDispatcherId && id != InternalDispatcherId && !_config.HasPath(id))
            throw new ConfigurationException($"Dispatcher [{id}] is not configured.");
        var throughput = _config.GetInt(id + ".throughput", _defaultThroughput);
        return _config.GetString(id + ".type", "Dispatcher") switch
        {
            "PinnedDispatcher" => new PinnedDispatcher(id, throughput),
            "Dispatcher" or "TaskDispatcher" or "ForkJoinDispatcher" or "ChannelExecutor" =>
                new ThreadPoolDispatcher(id, throughput),
            var type => throw new ConfigurationException($"Dispatcher [{id}] has the unknown type [{type}]."),
        };
    }
}

/// <summary>The mailbox types of an actor system, by configuration path.</summary>
public sealed class Mailboxes
{
    /// <summary>The path of the default mailbox.</summary>
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType> _types = new(StringComparer.Ordinal);
    private readonly MailboxType _default;

    internal Mailboxes(ActorSystem system)
    {
        _system = system;
        _default = Lookup(DefaultMailboxId);
    }

    /// <summary>Finds a mailbox type.</summary>
    /// <exception cref="ConfigurationException">Nothing usable is configured at this path.</exception>
    public MailboxType Lookup(string id) => _types.GetOrAdd(id, Create);

    internal IMessageQueue CreateQueue(string? mailboxId, IActorRef owner) =>
        (string.IsNullOrEmpty(mailboxId) ? _default : Lookup(mailboxId)).Create(owner, _system);

    private MailboxType Create(string id)
    {
        var settings = _system.Settings;
        var name = settings.Config.GetString(id + ".mailbox-type");
        if (name is null && id != DefaultMailboxId)
            throw new ConfigurationException($"Mailbox Type [{id}] is not configured.");
        var config = settings.Config.GetConfig(id) ?? ConfigurationFactory.Empty;
        // The default needs no look-up by name; anything else is found by reflection.
        if (name is null || name.StartsWith("Akka.Dispatch.UnboundedMailbox", StringComparison.Ordinal))
            return new UnboundedMailbox(settings, config);
        var type = Akka.Util.TypeExtensions.ResolveConfigured(name, id + ".mailbox-type");
        return (MailboxType)Activator.CreateInstance(type, settings, config)!;
    }
}
