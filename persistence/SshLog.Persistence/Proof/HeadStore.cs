using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>
/// Signed heads in an SQLite file of their own, <c>heads.db</c>, the newest and the last of every hour of each journal. Goes
/// with the journal when it is copied.
/// </summary>
public sealed class HeadStore : IDisposable
{
    internal const string Create = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS head (
            journal TEXT NOT NULL,
            persistence_id TEXT NOT NULL,
            sequence_nr INTEGER NOT NULL,
            link BLOB NOT NULL,
            at INTEGER NOT NULL,
            key TEXT NOT NULL,
            signature BLOB NOT NULL,
            PRIMARY KEY (journal, persistence_id, sequence_nr)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS progress (journal TEXT PRIMARY KEY NOT NULL, ordering INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private readonly SqliteConnection _connection;

    /// <param name="file">Its file; created when it is not there.</param>
    /// <exception cref="JournalUnavailableException">It cannot be opened.</exception>
    public HeadStore(string file)
    {
        try
        {
            _connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWriteCreate);
            JournalDatabase.Execute(_connection, Create);
        }
        catch (SqliteException e)
        {
            throw new JournalUnavailableException($"The signed heads in {file} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Ordering up to which heads of that journal have been signed; 0 for none.</summary>
    public long Progress(string journal)
    {
        using var query = _connection.CreateCommand();
        query.CommandText = "SELECT ordering FROM progress WHERE journal = $journal";
        query.Parameters.AddWithValue("$journal", journal);
        return query.ExecuteScalar() as long? ?? 0;
    }

    /// <summary>Adds heads, and that everything up to <paramref name="ordering"/> has been signed.</summary>
    public void Add(IEnumerable<SignedHead> heads, string journal, long ordering)
    {
        ArgumentNullException.ThrowIfNull(heads);
        using var transaction = _connection.BeginTransaction();
        foreach (var head in heads)
        {
            Run(
                "DELETE FROM head WHERE journal = $journal AND persistence_id = $id AND at / $hour = $at / $hour",
                ("$journal", journal), ("$id", head.PersistenceId), ("$at", head.At.UtcTicks), ("$hour", TimeSpan.TicksPerHour));
            Run(
                "INSERT OR REPLACE INTO head VALUES ($journal, $id, $nr, $link, $at, $key, $signature)",
                ("$journal", journal), ("$id", head.PersistenceId), ("$nr", head.SequenceNr), ("$link", head.Link.ToArray()), ("$at", head.At.UtcTicks),
                ("$key", head.Key), ("$signature", head.Signature.ToArray()));
        }

        Run("INSERT OR REPLACE INTO progress VALUES ($journal, $ordering)", ("$journal", journal), ("$ordering", ordering));
        transaction.Commit();

        void Run(string sql, params (string Name, object Value)[] values)
        {
            using var command = _connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Every text is a constant of this class.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, value) in values)
                command.Parameters.AddWithValue(name, value);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The heads in a file, by persistence id, oldest first; none if there is no such file.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be read.</exception>
    public static ILookup<string, SignedHead> Read(string file)
    {
        var heads = new List<SignedHead>();
        if (!File.Exists(file))
            return heads.ToLookup(h => h.PersistenceId);
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            using var query = connection.CreateCommand();
            query.CommandText = "SELECT journal, persistence_id, sequence_nr, link, at, key, signature FROM head ORDER BY 1, 2, 3";
            using var reader = query.ExecuteReader();
            while (reader.Read())
            {
                heads.Add(new SignedHead(
                    reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3),
                    new DateTimeOffset(reader.GetInt64(4), TimeSpan.Zero), reader.GetString(5), reader.GetFieldValue<byte[]>(6)));
            }
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or ArgumentOutOfRangeException)
        {
            throw new JournalUnavailableException($"The signed heads in {file} cannot be read: {e.Message}", e);
        }

        return heads.ToLookup(h => h.PersistenceId);
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();
}
