using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sqlite;

/// <summary>How a database is opened.</summary>
internal sealed record SqliteSettings(
    string ConnectionString, TimeSpan Timeout, string JournalMode, string Synchronous, int Checkpoint, long BatchSize)
{
    private readonly string _file = new SqliteConnectionStringBuilder(ConnectionString).DataSource;

    private static readonly Lazy<bool> Provider = new(() =>
    {
        SQLitePCL.Batteries_V2.Init();
        return true;
    });

    public static SqliteSettings From(Config config)
    {
        var connection = config.GetString("connection-string", "");
        if (connection.Length == 0)
            throw new ConfigurationException("The SQLite plug-in needs a connection-string.");
        return new SqliteSettings(connection, config.GetTimeSpan("connection-timeout", TimeSpan.FromSeconds(30)),
            Word(config, "journal-mode"), Word(config, "synchronous"), config.GetInt("wal-autocheckpoint"),
            config.GetByteSize("max-batch-size", 8 << 20)!.Value);
    }

    /// <summary>Opens a connection of its own.</summary>
    public SqliteConnection Open(bool writer)
    {
        _ = Provider.Value;
        // The pool could hand a connection that has failed out again.
        var text = writer ? new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString() : ConnectionString;
        var connection = new SqliteConnection(text) { DefaultTimeout = (int)Timeout.TotalSeconds };
        try
        {
            connection.Open();
            connection.Run($"PRAGMA busy_timeout = {(long)Timeout.TotalMilliseconds}");
            // Matters for databases in memory alone, where readers would meet the writer's locks.
            connection.Run("PRAGMA read_uncommitted = on");
            if (JournalMode.Length > 0 && writer)
                connection.Run($"PRAGMA journal_mode = {JournalMode}");
            if (Synchronous.Length > 0)
                connection.Run($"PRAGMA synchronous = {Synchronous}");
            if (Checkpoint > 0)
                connection.Run($"PRAGMA wal_autocheckpoint = {Checkpoint}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What tells the file of this database from another one that is put in its place; a checkpoint may change it too
    /// where the file system keeps no time of creation.
    /// </summary>
    public DateTime FileMark() => File.GetCreationTimeUtc(_file);

    /// <summary>A name of a table, quoted for SQL.</summary>
    public static string Table(Config config, string key, string fallback) =>
        $"\"{config.GetString(key, fallback).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Word(Config config, string key)
    {
        var word = config.GetString(key, "");
        return word.All(char.IsAsciiLetterOrDigit) ? word
            : throw new ConfigurationException($"{key} is '{word}', expected one word.");
    }
}

internal static class SqliteExtensions
{
    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
