using System.Globalization;
using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Journal;

/// <summary>
/// The journal's SQLite file. Its tables are Akka.Persistence.Sqlite's, made here first so that ordering is
/// AUTOINCREMENT (a cursor never skips, even after deletions), free pages are wiped and given back, and no session's
/// journal can have a hole.
/// </summary>
public static class JournalDatabase
{
    /// <summary>PRAGMA user_version of a journal written by this version.</summary>
    public const int SchemaVersion = 1;

    /// <summary>PRAGMA application_id: "SSHL".</summary>
    private const int ApplicationId = 0x5353484c;

    // auto_vacuum takes effect only before the first table.
    private static readonly string _create = $"""
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS event_journal (
            ordering INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            persistence_id VARCHAR(255) NOT NULL,
            sequence_nr INTEGER(8) NOT NULL,
            is_deleted INTEGER(1) NOT NULL,
            manifest VARCHAR(255) NULL,
            timestamp INTEGER NOT NULL,
            payload BLOB NOT NULL,
            tags VARCHAR(2000) NULL,
            serializer_id INTEGER(4),
            UNIQUE (persistence_id, sequence_nr)
        );
        CREATE TABLE IF NOT EXISTS journal_metadata (
            persistence_id VARCHAR(255) NOT NULL,
            sequence_nr INTEGER(8) NOT NULL,
            PRIMARY KEY (persistence_id, sequence_nr)
        );
        CREATE TABLE IF NOT EXISTS snapshot (
            persistence_id VARCHAR(255) NOT NULL,
            sequence_nr INTEGER(8) NOT NULL,
            created_at INTEGER(8) NOT NULL,
            manifest VARCHAR(255) NOT NULL,
            payload BLOB NOT NULL,
            serializer_id INTEGER(4),
            PRIMARY KEY (persistence_id, sequence_nr)
        );
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {SchemaVersion};
        COMMIT;
        """;

    /// <summary>What a session's journal must never have: a hole. Whoever has lost its beginning begins again.</summary>
    private const string Guard = """
        CREATE TRIGGER IF NOT EXISTS event_journal_without_holes BEFORE INSERT ON event_journal
        WHEN NEW.sequence_nr > 1
            AND NOT EXISTS (SELECT 1 FROM event_journal
                WHERE persistence_id = NEW.persistence_id AND sequence_nr = NEW.sequence_nr - 1)
            AND NOT EXISTS (SELECT 1 FROM journal_metadata
                WHERE persistence_id = NEW.persistence_id AND sequence_nr = NEW.sequence_nr - 1)
        BEGIN
            SELECT RAISE(ABORT, 'the event before this one is not in this journal');
        END;
        CREATE TRIGGER IF NOT EXISTS snapshot_of_journalled_events BEFORE INSERT ON snapshot
        WHEN NOT EXISTS (SELECT 1 FROM event_journal
            WHERE persistence_id = NEW.persistence_id AND sequence_nr = NEW.sequence_nr)
        BEGIN
            SELECT RAISE(ABORT, 'the event of this snapshot is not in this journal');
        END;
        """;

    private const string Identify = """
        CREATE TABLE IF NOT EXISTS journal_identity (id TEXT NOT NULL);
        INSERT INTO journal_identity SELECT lower(hex(randomblob(16)))
            WHERE NOT EXISTS (SELECT 1 FROM journal_identity);
        """;

    /// <summary>Creates the database if it is missing.</summary>
    /// <exception cref="JournalUnavailableException">It is no journal of ours, a newer one, or cannot be opened.</exception>
    public static void Ensure(string file)
    {
        try
        {
            using var connection = Connect(file, SqliteOpenMode.ReadWriteCreate);
            RefuseForeign(connection, file);
            if (ReadPragma(connection, "user_version") < SchemaVersion)
                Execute(connection, _create);
            Execute(connection, $"BEGIN IMMEDIATE; {Identify} {Guard} COMMIT");
        }
        catch (SqliteException e)
        {
            throw new JournalUnavailableException($"The journal {file} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Creates a journal whose first event gets an ordering above <paramref name="ordering"/>.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    internal static void Create(string file, long ordering)
    {
        using var connection = Connect(file, SqliteOpenMode.ReadWriteCreate);
        Execute(connection, $"{_create} {Identify} {Guard}");
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO sqlite_sequence (name, seq) VALUES ('event_journal', $ordering)";
        command.Parameters.AddWithValue("$ordering", ordering);
        command.ExecuteNonQuery();
    }

    /// <summary>Lets a salvaged journal have the holes that damage has left.</summary>
    internal static void AllowHoles(SqliteConnection connection) =>
        Execute(connection, "DROP TRIGGER IF EXISTS event_journal_without_holes");

    /// <summary>Waits until the write-ahead log is on the disk: what was checkpointed is already.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    internal static void FlushLog(string file)
    {
        // SQLite takes no locks on this file, which closing it here would end.
        using var log = File.OpenHandle(file + "-wal", FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(log);
    }

    /// <summary>True if the file begins as every SQLite database does.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static bool IsDatabase(string file)
    {
        if (!File.Exists(file))
            return false;
        Span<byte> begin = stackalloc byte[16];
        using var input = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return input.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin.SequenceEqual("SQLite format 3\0"u8);
    }

    /// <summary>The journal's identity, made with it.</summary>
    internal static string Identity(SqliteConnection connection, SqliteTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT id FROM journal_identity";
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>An open connection to <paramref name="file"/>; the caller disposes it.</summary>
    internal static SqliteConnection Connect(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        connection.Open();
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text comes from constants of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static void RefuseForeign(SqliteConnection connection, string file)
    {
        var version = ReadPragma(connection, "user_version");
        if (version > SchemaVersion)
        {
            throw new JournalUnavailableException(
                $"The journal {file} was written by a newer sshlogd (schema {version}, this one knows "
                + $"{SchemaVersion}): install that version, or move the file away to begin a new journal.");
        }

        if (ReadPragma(connection, "application_id") is not 0 and not ApplicationId)
            throw new JournalUnavailableException($"{file} is a database of another program, not a journal.");
    }

    private static long ReadPragma(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The name is one of two constants.
        command.CommandText = "PRAGMA " + name;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
