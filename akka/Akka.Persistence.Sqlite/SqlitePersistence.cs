using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence.Sqlite;

/// <summary>Brings the plug-in's default settings into a system.</summary>
public sealed class SqlitePersistence : IExtension
{
    internal SqlitePersistence(ExtendedActorSystem system)
    {
        var defaults = DefaultConfiguration();
        system.Settings.InjectTopLevelFallback(defaults);
        DefaultJournalConfig = defaults.GetConfig("akka.persistence.journal.sqlite");
        DefaultSnapshotConfig = defaults.GetConfig("akka.persistence.snapshot-store.sqlite");
    }

    /// <summary>Defaults of the journal.</summary>
    public Config DefaultJournalConfig { get; }

    /// <summary>Defaults of the snapshot store.</summary>
    public Config DefaultSnapshotConfig { get; }

    /// <summary>The extension of a system.</summary>
    public static SqlitePersistence Get(ActorSystem system) =>
        system.WithExtension<SqlitePersistence, SqlitePersistenceProvider>();

    /// <summary>The default settings.</summary>
    public static Config DefaultConfiguration() =>
        ConfigurationFactory.FromResource<SqlitePersistence>("Akka.Persistence.Sqlite.sqlite.conf");
}

/// <summary>Makes the <see cref="SqlitePersistence"/> of a system.</summary>
public sealed class SqlitePersistenceProvider : ExtensionIdProvider<SqlitePersistence>
{
    /// <inheritdoc/>
    public override SqlitePersistence CreateExtension(ExtendedActorSystem system) => new(system);
}
