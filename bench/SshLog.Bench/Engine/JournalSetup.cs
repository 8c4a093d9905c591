using Akka.Configuration;
using Akka.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace SshLog.Bench.Engine;

/// <summary>How a journal is opened.</summary>
/// <param name="Mode">PRAGMA journal_mode: DELETE is SQLite's default, WAL is ours.</param>
/// <param name="Batching">BatchingSqliteJournal instead of SqliteJournal.</param>
internal sealed record JournalSetup(string Mode, bool Batching)
{
    /// <summary>PRAGMA synchronous of every row: what SQLite does unless told otherwise.</summary>
    public const string Synchronous = "FULL";

    public Config For(string file)
    {
        Prepare(file);
        var kind = Batching ? "BatchingSqliteJournal" : "SqliteJournal";
        var connection = $"Data Source={file}";
        return ConfigurationFactory.ParseString($$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sqlite"
                sqlite {
                  class = "Akka.Persistence.Sqlite.Journal.{{kind}}, Akka.Persistence.Sqlite"
                  connection-string = "{{connection}}"
                  auto-initialize = on
                  journal-mode = {{Mode}}
                  synchronous = {{Synchronous}}
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sqlite"
                sqlite {
                  connection-string = "{{connection}}"
                  auto-initialize = on
                  journal-mode = {{Mode}}
                  synchronous = {{Synchronous}}
                }
              }
            }
            """).WithFallback(Quiet.Config).WithFallback(SqlitePersistence.DefaultConfiguration());
    }

    // The mode stays with the file, so an engine that knows no such setting uses it too.
    private void Prepare(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Mode == "WAL" ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE";
        command.ExecuteNonQuery();
    }
}
