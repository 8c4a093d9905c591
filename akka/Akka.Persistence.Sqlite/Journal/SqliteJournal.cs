using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Akka.Persistence.Sqlite.Journal;

/// <summary>Keeps events in an SQLite database, in the tables of Akka.Persistence.Sqlite.</summary>
public partial class SqliteJournal : AsyncWriteJournal
{
    /// <summary>Bytes that are replayed before the actor has to catch up.</summary>
    private const long ReplayPortion = 4 << 20;

    /// <summary>Bytes that an event costs beside its payload.</summary>
    private const long RowOverhead = 512;

    private readonly AkkaSerialization _serialization = Context.System.Serialization;
    private readonly SqliteSettings _settings;
    private readonly SqliteTables _tables;
    private readonly bool _initialize;
    private SqliteWriter? _writer;

    /// <summary>Called by the engine alone.</summary>
    /// <param name="journalConfig">The settings at the plug-in's path.</param>
    public SqliteJournal(Config journalConfig)
    {
        var config = journalConfig.WithFallback(SqlitePersistence.Get(Context.System).DefaultJournalConfig);
        _settings = SqliteSettings.From(config);
        _initialize = config.GetBoolean("auto-initialize");
        _tables = new SqliteTables(SqliteSettings.Table(config, "table-name", "event_journal"),
            SqliteSettings.Table(config, "metadata-table-name", "journal_metadata"));
    }

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr,
        long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback) => Task.Run(() => ReplayAsync(
            persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback, static () => Task.CompletedTask));

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        // Behind what an earlier incarnation of the actor has asked to be written.
        var work = new HighestSequenceNr(_tables, persistenceId);
        await _writer!.Write(work).ConfigureAwait(false);
        return work.Result;
    }

    /// <inheritdoc/>
    protected override async Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var work = new EventsWork(_tables, _serialization);
        foreach (var message in messages)
            work.Add(message);
        if (work.HasRows)
            await _writer!.Write(work).ConfigureAwait(false);
        return work.Refused;
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        _writer!.Write(new DeleteEvents(_tables, persistenceId, toSequenceNr));

    private async Task ReplayAsync(
        string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> handOn, Func<Task> caughtUp)
    {
        using var statements = new SqliteStatements(_settings.Open(writer: false));
        using var row = statements.Query(_tables.Replay, persistenceId, from, to, max);
        var portion = 0L;
        while (row.Read())
        {
            var payload = SqliteSerialization.Read(_serialization, row, 3, 4, 5, out var size);
            handOn(new Persistent(payload, row.Long(0), persistenceId, row.Text(3), row.Long(1) != 0,
                ActorRefs.NoSender, timestamp: row.Long(2)));
            portion += size + RowOverhead;
            if (portion < ReplayPortion)
                continue;
            portion = 0;
            await caughtUp().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _writer = SqliteWriter.Rent(_settings, leads: true);
        if (_initialize)
            _writer.Write(new CreateTables(_tables)).GetAwaiter().GetResult();
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        base.PostStop();
        _writer?.Return();
        _writer = null;
    }
}

/// <summary>The same journal under its other name: both write in batches.</summary>
public sealed class BatchingSqliteJournal(Config journalConfig) : SqliteJournal(journalConfig);
