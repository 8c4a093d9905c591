using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Catalogue;

/// <summary>
/// The catalogue's SQLite file: a read model of the journal. It holds nothing of its own, so an unknown or damaged one
/// is deleted and built again.
/// </summary>
internal static class CatalogueDatabase
{
    private const int SchemaVersion = 2;

    private static readonly string _create = $"""
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        BEGIN IMMEDIATE;
        CREATE TABLE cursor (ordering INTEGER NOT NULL, journal TEXT NOT NULL);
        INSERT INTO cursor VALUES (0, '');
        CREATE TABLE session (
            id TEXT PRIMARY KEY NOT NULL,
            user TEXT NOT NULL DEFAULT '',
            uid INTEGER NULL,
            host TEXT NOT NULL,
            monitor_pid INTEGER NOT NULL,
            client_address TEXT NOT NULL,
            client_port INTEGER NOT NULL,
            server_address TEXT NOT NULL,
            server_port INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER NULL,
            exit_code INTEGER NULL,
            last_activity INTEGER NOT NULL,
            last_command TEXT NOT NULL DEFAULT '',
            commands INTEGER NOT NULL DEFAULT 0,
            output_bytes INTEGER NOT NULL DEFAULT 0,
            loss_events INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE INDEX session_started ON session (started_at);
        CREATE TABLE channel (
            session TEXT NOT NULL,
            number INTEGER NOT NULL,
            tty INTEGER NULL,
            is_open INTEGER NOT NULL,
            PRIMARY KEY (session, number)
        ) WITHOUT ROWID;
        CREATE TABLE command (
            session TEXT NOT NULL,
            sequence_nr INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            finished_at INTEGER NULL,
            pid INTEGER NOT NULL,
            parent_pid INTEGER NOT NULL,
            executable TEXT NOT NULL,
            arguments BLOB NOT NULL,
            omitted_argument_bytes INTEGER NOT NULL,
            working_directory TEXT NOT NULL,
            uid INTEGER NOT NULL,
            effective_uid INTEGER NOT NULL,
            tty INTEGER NULL,
            exit_code INTEGER NULL,
            signal INTEGER NULL,
            replaced INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (session, sequence_nr)
        ) WITHOUT ROWID;
        CREATE INDEX command_process ON command (session, pid, started_at);
        PRAGMA user_version = {SchemaVersion};
        COMMIT;
        """;

    // What a crash takes from the catalogue is taken in again from the journal, so it need not wait for the disk.
    private static readonly ReadModelDatabase _database =
        new(SchemaVersion, _create, "PRAGMA synchronous = OFF; PRAGMA secure_delete = ON");

    /// <summary>An open connection; the catalogue begins empty where there was none of this version.</summary>
    /// <exception cref="JournalUnavailableException">The file cannot be created.</exception>
    public static SqliteConnection Open(string file)
    {
        try
        {
            return _database.Open(file);
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw new JournalUnavailableException($"The catalogue {file} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>The cursor in a catalogue, 0 when there is none.</summary>
    public static long ReadCursor(string file)
    {
        if (!File.Exists(file))
            return 0;
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
            return new CatalogueQueries(connection).Cursor().Ordering;
        }
        catch (SqliteException)
        {
            // A damaged or older catalogue is built again from the new journal, and nobody holds a cursor.
            return 0;
        }
    }
}
