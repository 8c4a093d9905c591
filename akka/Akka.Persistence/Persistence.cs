using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;

namespace Akka.Persistence;

/// <summary>Finds the <see cref="PersistenceExtension"/> of a system.</summary>
public sealed class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    private Persistence()
    {
    }

    /// <summary>The one instance.</summary>
    public static Persistence Instance { get; } = new();

    /// <summary>The settings that a system has unless its own say otherwise.</summary>
    public static Config DefaultConfig() =>
        ConfigurationFactory.FromResource<Persistence>("Akka.Persistence.persistence.conf");

    /// <inheritdoc/>
    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>The journals and snapshot stores of a system.</summary>
public sealed class PersistenceExtension : IExtension
{
    private const string JournalFallback = "akka.persistence.journal-plugin-fallback";
    private const string SnapshotFallback = "akka.persistence.snapshot-store-plugin-fallback";
    private readonly ExtendedActorSystem _system;
    private readonly ConcurrentDictionary<string, Lazy<Plugin>> _journals = new();
    private readonly ConcurrentDictionary<string, Lazy<Plugin>> _snapshotStores = new();
    private readonly Lazy<IActorRef> _permitter;

    internal PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        var config = system.Settings.Config.GetConfig("akka.persistence");
        var permits = config.GetInt("max-concurrent-recoveries");
        _permitter = new Lazy<IActorRef>(() => system.SystemActorOf(
            Props.Create(() => new RecoveryPermitter(permits)), "recoveryPermitter"));
        foreach (var journal in config.GetStringList("journal.auto-start-journals"))
            JournalFor(journal);
        foreach (var store in config.GetStringList("snapshot-store.auto-start-snapshot-stores"))
            SnapshotStoreFor(store);
    }

    internal IActorRef RecoveryPermitter => _permitter.Value;

    /// <summary>The journal whose settings are at a path; the default one for an empty path.</summary>
    /// <exception cref="ConfigurationException">There are no such settings, or they name no journal.</exception>
    public IActorRef JournalFor(string? journalPluginId = null) => Journal(journalPluginId).Actor;

    /// <summary>The snapshot store whose settings are at a path; the default one for an empty path.</summary>
    /// <exception cref="ConfigurationException">There are no such settings, or they name no snapshot store.</exception>
    public IActorRef SnapshotStoreFor(string? snapshotPluginId = null)
    {
        var path = PathOf(snapshotPluginId, "akka.persistence.snapshot-store.plugin");
        return _snapshotStores.GetOrAdd(path,
            static (id, self) => new Lazy<Plugin>(() => self.Start(id, SnapshotFallback)), this).Value.Actor;
    }

    /// <summary>The event adapters of a journal.</summary>
    public EventAdapters AdaptersFor(string? journalPluginId = null) => Journal(journalPluginId).Adapters;

    internal TimeSpan RecoveryEventTimeout(string journalPluginId) =>
        Journal(journalPluginId).Config.GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30));

    /// <summary>The settings and adapters of the plug-in that an actor is: it is named by its path.</summary>
    internal Plugin JournalOf(IActorRef self) => Describe(self.Path.Name, JournalFallback);

    internal Plugin SnapshotStoreOf(IActorRef self) => Describe(self.Path.Name, SnapshotFallback);

    private Plugin Journal(string? id)
    {
        var path = PathOf(id, "akka.persistence.journal.plugin");
        return _journals.GetOrAdd(path,
            static (path, self) => new Lazy<Plugin>(() => self.Start(path, JournalFallback)), this).Value;
    }

    private string PathOf(string? id, string setting)
    {
        if (!string.IsNullOrEmpty(id))
            return id;
        var path = _system.Settings.Config.GetString(setting);
        return string.IsNullOrEmpty(path) ? throw new ConfigurationException($"{setting} is not set.") : path;
    }

    private Plugin Describe(string path, string fallback)
    {
        var all = _system.Settings.Config;
        var config = (all.HasPath(path) ? all.GetConfig(path) : Config.Empty).WithFallback(all.GetConfig(fallback));
        return new Plugin(config, new EventAdapters(_system, config), ActorRefs.Nobody);
    }

    private Plugin Start(string path, string fallback)
    {
        if (!_system.Settings.Config.HasPath(path))
            throw new ConfigurationException($"There is no persistence plug-in at the path '{path}'.");
        var plugin = Describe(path, fallback);
        var className = plugin.Config.GetString("class");
        if (string.IsNullOrEmpty(className))
            throw new ConfigurationException($"{path}.class is not set.");
        var type = Type.GetType(className)
            ?? throw new ConfigurationException($"{path}.class: cannot find the type '{className}'.");
        var props = type.GetConstructor([typeof(Config)]) is null
            ? Props.Create(type)
            : Props.Create(type, plugin.Config);
        var dispatcher = plugin.Config.GetString("plugin-dispatcher", "akka.actor.default-dispatcher");
        return plugin with { Actor = _system.SystemActorOf(props.WithDispatcher(dispatcher), path) };
    }

    internal sealed record Plugin(Config Config, EventAdapters Adapters, IActorRef Actor);
}
