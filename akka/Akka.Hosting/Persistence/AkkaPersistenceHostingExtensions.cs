using System.Text;
using Akka.Configuration;
using Akka.Hosting;

namespace Akka.Persistence.Hosting;

/// <summary>Collects the event adapters of a journal.</summary>
public sealed class AkkaPersistenceJournalBuilder
{
    private readonly Dictionary<string, Type> _adapters = [];
    private readonly Dictionary<Type, List<string>> _bindings = [];

    internal AkkaPersistenceJournalBuilder(string journalId) => JournalId = journalId;

    /// <summary>The journal's name.</summary>
    public string JournalId { get; }

    /// <summary>Adds an adapter for events on their way in and out.</summary>
    public AkkaPersistenceJournalBuilder AddEventAdapter<TAdapter>(
        string eventAdapterName, IEnumerable<Type> boundTypes) => Add(eventAdapterName, typeof(TAdapter), boundTypes);

    /// <summary>Adds an adapter for events on their way in.</summary>
    public AkkaPersistenceJournalBuilder AddWriteEventAdapter<TAdapter>(
        string eventAdapterName, IEnumerable<Type> boundTypes) => Add(eventAdapterName, typeof(TAdapter), boundTypes);

    /// <summary>Adds an adapter for events on their way out.</summary>
    public AkkaPersistenceJournalBuilder AddReadEventAdapter<TAdapter>(
        string eventAdapterName, IEnumerable<Type> boundTypes) => Add(eventAdapterName, typeof(TAdapter), boundTypes);

    internal void AppendTo(StringBuilder text)
    {
        if (_adapters.Count == 0) return;
        text.Append("event-adapters {\n");
        foreach (var (name, type) in _adapters)
            text.Append('"').Append(name).Append("\" = \"").Append(Name(type)).Append("\"\n");
        text.Append("}\nevent-adapter-bindings {\n");
        foreach (var (type, names) in _bindings)
        {
            text.Append('"').Append(Name(type)).Append("\" = [")
                .AppendJoin(", ", names.Select(name => $"\"{name}\"")).Append("]\n");
        }

        text.Append("}\n");
    }

    internal Config Build()
    {
        var text = new StringBuilder("akka.persistence.journal.").Append(JournalId).Append(" {\n");
        AppendTo(text);
        return ConfigurationFactory.ParseString(text.Append('}').ToString());
    }

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private AkkaPersistenceJournalBuilder Add(string name, Type adapter, IEnumerable<Type> boundTypes)
    {
        _adapters[name] = adapter;
        foreach (var type in boundTypes)
        {
            if (!_bindings.TryGetValue(type, out var names)) _bindings[type] = names = [];
            names.Add(name);
        }

        return this;
    }
}

/// <summary>Puts persistence into a hosted actor system.</summary>
public static class AkkaPersistenceHostingExtensions
{
    /// <summary>Uses a journal and a snapshot store.</summary>
    public static AkkaConfigurationBuilder WithJournalAndSnapshot(
        this AkkaConfigurationBuilder builder, JournalOptions journalOptions, SnapshotOptions snapshotOptions) =>
        builder.WithJournal(journalOptions).WithSnapshot(snapshotOptions);

    /// <summary>Uses a journal.</summary>
    public static AkkaConfigurationBuilder WithJournal(
        this AkkaConfigurationBuilder builder, JournalOptions journalOptions) => builder
        .AddHocon(journalOptions.ToConfig(), HoconAddMode.Prepend)
        .AddHocon(journalOptions.DefaultConfig, HoconAddMode.Append);

    /// <summary>Adds event adapters to a journal.</summary>
    public static AkkaConfigurationBuilder WithJournal(
        this AkkaConfigurationBuilder builder, string journalId, Action<AkkaPersistenceJournalBuilder> journalBuilder)
    {
        var adapters = new AkkaPersistenceJournalBuilder(journalId);
        journalBuilder(adapters);
        return builder.AddHocon(adapters.Build(), HoconAddMode.Prepend);
    }

    /// <summary>Uses a snapshot store.</summary>
    public static AkkaConfigurationBuilder WithSnapshot(
        this AkkaConfigurationBuilder builder, SnapshotOptions snapshotOptions) => builder
        .AddHocon(snapshotOptions.ToConfig(), HoconAddMode.Prepend)
        .AddHocon(snapshotOptions.DefaultConfig, HoconAddMode.Append);

    /// <summary>Uses a journal that forgets everything with the process.</summary>
    public static AkkaConfigurationBuilder WithInMemoryJournal(this AkkaConfigurationBuilder builder) =>
        builder.WithInMemoryJournal(static _ => { });

    /// <summary>Uses a journal that forgets everything with the process.</summary>
    public static AkkaConfigurationBuilder WithInMemoryJournal(
        this AkkaConfigurationBuilder builder, Action<AkkaPersistenceJournalBuilder> journalBuilder,
        string journalId = "inmem", bool isDefaultPlugin = true) =>
        builder.WithJournal(journalId, journalBuilder).UsePlugin(
            "journal", journalId, isDefaultPlugin, "Akka.Persistence.Journal.MemoryJournal, Akka.Persistence");

    /// <summary>Uses a snapshot store that forgets everything with the process.</summary>
    public static AkkaConfigurationBuilder WithInMemorySnapshotStore(
        this AkkaConfigurationBuilder builder, string snapshotStoreId = "inmem", bool isDefaultPlugin = true) =>
        builder.UsePlugin(
            "snapshot-store", snapshotStoreId, isDefaultPlugin,
            "Akka.Persistence.Snapshot.MemorySnapshotStore, Akka.Persistence");

    private static AkkaConfigurationBuilder UsePlugin(
        this AkkaConfigurationBuilder builder, string kind, string id, bool isDefault, string type)
    {
        var path = $"akka.persistence.{kind}.{id}";
        var text = $"{path}.class = \"{type}\"\n{path}.plugin-dispatcher = \"akka.actor.default-dispatcher\"\n";
        if (isDefault) text += $"akka.persistence.{kind}.plugin = \"{path}\"\n";
        return builder.AddHocon(text, HoconAddMode.Prepend);
    }
}
