namespace Akka.Persistence.Sqlite.Journal;

/// <summary>The journal's statements.</summary>
/// <param name="Events">Table of events, quoted.</param>
/// <param name="Metadata">Table of the highest sequence numbers whose events were deleted, quoted.</param>
internal sealed record SqliteTables(string Events, string Metadata)
{
    public string Create { get; } = $"""
        CREATE TABLE IF NOT EXISTS {Events} (
            ordering INTEGER PRIMARY KEY NOT NULL,
            persistence_id VARCHAR(255) NOT NULL,
            sequence_nr INTEGER(8) NOT NULL,
            is_deleted INTEGER(1) NOT NULL,
            manifest VARCHAR(255) NULL,
            timestamp INTEGER NOT NULL,
            payload BLOB NOT NULL,
            tags VARCHAR(2000) NULL,
            serializer_id INTEGER(4),
            UNIQUE (persistence_id, sequence_nr)
        )
        """;

    public string CreateMetadata { get; } = $"""
        CREATE TABLE IF NOT EXISTS {Metadata} (
            persistence_id VARCHAR(255) NOT NULL,
            sequence_nr INTEGER(8) NOT NULL,
            PRIMARY KEY (persistence_id, sequence_nr)
        )
        """;

    public string Insert { get; } = $"""
        INSERT INTO {Events}
            (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, tags, serializer_id)
        VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7)
        """;

    public string Replay { get; } = $"""
        SELECT sequence_nr, is_deleted, timestamp, manifest, payload, serializer_id FROM {Events}
        WHERE persistence_id = ?1 AND sequence_nr BETWEEN ?2 AND ?3 ORDER BY sequence_nr LIMIT ?4
        """;

    public string Highest { get; } = $"""
        SELECT max(
            ifnull((SELECT max(sequence_nr) FROM {Events} WHERE persistence_id = ?1), 0),
            ifnull((SELECT max(sequence_nr) FROM {Metadata} WHERE persistence_id = ?1), 0))
        """;

    public string Delete { get; } = $"DELETE FROM {Events} WHERE persistence_id = ?1 AND sequence_nr <= ?2";

    public string ForgetHighest { get; } = $"DELETE FROM {Metadata} WHERE persistence_id = ?1";

    public string KeepHighest { get; } =
        $"INSERT INTO {Metadata} (persistence_id, sequence_nr) VALUES (?1, ?2)";
}
