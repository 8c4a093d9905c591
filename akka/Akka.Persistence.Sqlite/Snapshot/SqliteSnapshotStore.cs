using Akka.Configuration;
using Akka.Persistence.Snapshot;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Akka.Persistence.Sqlite.Snapshot;

/// <summary>Keeps snapshots in an SQLite database, in the table of Akka.Persistence.Sqlite.</summary>
public class SqliteSnapshotStore : SnapshotStore
{
    private const string Bounds =
        "persistence_id = ?1 AND sequence_nr BETWEEN ?2 AND ?3 AND created_at BETWEEN ?4 AND ?5";

    private readonly AkkaSerialization _serialization = Context.System.Serialization;
    private readonly SqliteSettings _settings;
    private readonly string _table;
    private readonly bool _initialize;
    private SqliteWriter? _writer;

    /// <summary>Called by the engine alone.</summary>
    /// <param name="snapshotConfig">The settings at the plug-in's path.</param>
    public SqliteSnapshotStore(Config snapshotConfig)
    {
        var config = snapshotConfig.WithFallback(SqlitePersistence.Get(Context.System).DefaultSnapshotConfig);
        _settings = SqliteSettings.From(config);
        _initialize = config.GetBoolean("auto-initialize");
        _table = SqliteSettings.Table(config, "table-name", "snapshot");
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Task.Run(() =>
        {
            using var statements = new SqliteStatements(_settings.Open(writer: false));
            using var row = statements.Query(
                $"""
                SELECT sequence_nr, created_at, manifest, payload, serializer_id FROM {_table}
                WHERE {Bounds} ORDER BY sequence_nr DESC LIMIT 1
                """,
                Values(persistenceId, criteria));
            if (!row.Read())
                return null;
            var created = new DateTime(row.Long(1), DateTimeKind.Utc);
            return new SelectedSnapshot(new SnapshotMetadata(persistenceId, row.Long(0), created),
                SqliteSerialization.Read(_serialization, row, 2, 3, 4, out _));
        });

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        var (manifest, bytes, serializer) = SqliteSerialization.Write(_serialization, snapshot);
        return Write(
            $"""
            INSERT OR REPLACE INTO {_table}
                (persistence_id, sequence_nr, created_at, manifest, payload, serializer_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """,
            metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks, manifest, bytes, serializer);
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Write(
        $"DELETE FROM {_table} WHERE persistence_id = ?1 AND sequence_nr = ?2 AND (?3 = 0 OR created_at = ?3)",
        metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks);

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Write($"DELETE FROM {_table} WHERE {Bounds}", Values(persistenceId, criteria));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _writer = SqliteWriter.Rent(_settings, leads: false);
        if (_initialize)
            Write(
                $"""
                CREATE TABLE IF NOT EXISTS {_table} (
                    persistence_id VARCHAR(255) NOT NULL,
                    sequence_nr INTEGER(8) NOT NULL,
                    created_at INTEGER(8) NOT NULL,
                    manifest VARCHAR(255) NOT NULL,
                    payload BLOB NOT NULL,
                    serializer_id INTEGER(4),
                    PRIMARY KEY (persistence_id, sequence_nr)
                )
                """).GetAwaiter().GetResult();
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        base.PostStop();
        _writer?.Return();
        _writer = null;
    }

    private Task Write(string sql, params object[] values) => _writer!.Write(new Statement(sql, values));

    private static object[] Values(string persistenceId, SnapshotSelectionCriteria criteria) =>
        [persistenceId, criteria.MinSequenceNr, criteria.MaxSequenceNr,
            (criteria.MinTimestamp ?? DateTime.MinValue).Ticks, criteria.MaxTimeStamp.Ticks];

    private sealed class Statement(string sql, object[] values) : SqliteWork
    {
        public override long Size => values.OfType<byte[]>().Sum(bytes => bytes.LongLength);

        public override void Execute(SqliteStatements statements) => statements.Execute(sql, values);
    }
}
