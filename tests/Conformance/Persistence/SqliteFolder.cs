using Microsoft.Data.Sqlite;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>A folder with a database, and the settings that use it.</summary>
internal sealed class SqliteFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-");

    public string Database => Path.Combine(_folder.FullName, "journal.db");

    public string Settings => SettingsOf(Database);

    public static string SettingsOf(string database) => $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sqlite"
            sqlite {
              class = "Akka.Persistence.Sqlite.Journal.SqliteJournal, Akka.Persistence.Sqlite"
              connection-string = "Data Source={{database}}"
              auto-initialize = on
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sqlite"
            sqlite {
              class = "Akka.Persistence.Sqlite.Snapshot.SqliteSnapshotStore, Akka.Persistence.Sqlite"
              connection-string = "Data Source={{database}}"
              auto-initialize = on
            }
          }
        }
        """;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
        _folder.Refresh();
    }

    public void Run(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public IReadOnlyList<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    public string Schema(string table) =>
        Read($"SELECT sql FROM sqlite_master WHERE name = '{table}'", row => row.GetString(0)).Single();

    /// <summary>Holds the database's write lock until disposed.</summary>
    public IDisposable Lock()
    {
        var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    private SqliteConnection Open()
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }
}
