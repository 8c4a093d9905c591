using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Core.Sessions;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence;

/// <summary>Sets an actor system's journal and snapshot store up on the journal's database.</summary>
public static class SshLogPersistence
{
    /// <summary>Uses <paramref name="journalFile"/>, which <see cref="JournalDatabase.Ensure"/> has created.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="journalFile">The database.</param>
    /// <param name="waitForDisk">True for synchronous=FULL, false for NORMAL (sqlite.org/pragma.html).</param>
    /// <param name="compress">True to compress what gets smaller by it, where the system has libzstd.</param>
    public static AkkaConfigurationBuilder WithSshLogJournal(
        this AkkaConfigurationBuilder builder, string journalFile, bool waitForDisk, bool compress) => builder
        .AddHocon(JournalConfig(journalFile, waitForDisk, compress), HoconAddMode.Prepend)
        .AddHocon(SqlitePersistence.DefaultConfiguration(), HoconAddMode.Append);

    /// <summary>The same as configuration, for an actor system made without a host.</summary>
    public static Config JournalConfig(string journalFile, bool waitForDisk, bool compress)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = journalFile,
            // While a damaged journal is being replaced there is none: writes wait, they do not begin one of their own.
            Mode = SqliteOpenMode.ReadWrite,
        }.ToString();
        var quoted = connection.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return ConfigurationFactory.ParseString($$"""
            {{JournalEventSerializer.CompressKey}} = {{(compress ? "on" : "off")}}
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sqlite"
                sqlite {
                  class = "Akka.Persistence.Sqlite.Journal.BatchingSqliteJournal, Akka.Persistence.Sqlite"
                  connection-string = "{{quoted}}"
                  synchronous = {{(waitForDisk ? "FULL" : "NORMAL")}}
                  # Shorter than call-timeout, so that a lock of another process fails as what it is.
                  connection-timeout = 15 s
                  circuit-breaker.reset-timeout = 5 s
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sqlite"
                sqlite {
                  connection-string = "{{quoted}}"
                  connection-timeout = 15 s
                  circuit-breaker.reset-timeout = 5 s
                }
              }
            }
            akka.actor {
              serializers {
                sshlog-journal = "{{NameOf<JournalEventSerializer>()}}"
                sshlog-state = "{{NameOf<SessionStateSerializer>()}}"
              }
              serialization-bindings {
                "{{NameOf<JournalEvent>()}}" = sshlog-journal
                "{{NameOf<SessionState>()}}" = sshlog-state
              }
            }
            """);
    }

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";
}
