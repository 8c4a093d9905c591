using System.Diagnostics;
using Akka.Actor;
using Microsoft.Data.Sqlite;
using SshLog.Bench.Harness;

namespace SshLog.Bench.Engine;

/// <summary>Persistent actors on SQLite, synchronous=FULL throughout.</summary>
internal static class Persisting
{
    private const int OneByOneEvents = 2_000;
    private const int FloodEvents = 64_000;
    private const int RecoveredEvents = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static IEnumerable<Benchmark> All =>
    [
        new("commit-delete", "SQLite alone, one row a transaction, DELETE", "ev/s", null, () => CommitAsync("DELETE")) { Runs = 3 },
        new("persist-delete", "Persist one by one, journal_mode=DELETE", "ev/s", Reference.Akka(861), () => OneByOneAsync("DELETE")) { Runs = 3 },
        new("commit-wal", "SQLite alone, one row a transaction, WAL", "ev/s", null, () => CommitAsync("WAL")) { Runs = 3 },
        new("persist-wal", "Persist one by one, journal_mode=WAL", "ev/s", Reference.Akka(2_726), () => OneByOneAsync("WAL")) { Runs = 3 },
        new("flood-1", "PersistAsync 1 KiB, batching, WAL, 1 actor", "ev/s", Reference.Akka(66_000), () => FloodAsync(1)),
        new("flood-16", "PersistAsync 1 KiB, batching, WAL, 16 actors", "ev/s", Reference.Akka(66_000), () => FloodAsync(16)),
        new("recovery", "events of 1 KiB replayed to one actor", "ev/s", Reference.Akka(154_000), RecoverAsync),
    ];

    private static Task<double> CommitAsync(string mode)
    {
        using var scratch = new Scratch();
        using var connection = new SqliteConnection($"Data Source={scratch.File("raw.db")};Pooling=False");
        connection.Open();
        Execute(connection, $"PRAGMA journal_mode = {mode}; PRAGMA synchronous = {JournalSetup.Synchronous}");
        Execute(connection, """
            CREATE TABLE event_journal (ordering INTEGER PRIMARY KEY NOT NULL, persistence_id VARCHAR(255) NOT NULL,
            sequence_nr INTEGER NOT NULL, payload BLOB NOT NULL, UNIQUE (persistence_id, sequence_nr))
            """);
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO event_journal (persistence_id, sequence_nr, payload) VALUES ('raw', $n, $payload)";
        var number = insert.Parameters.Add("$n", SqliteType.Integer);
        insert.Parameters.AddWithValue("$payload", new byte[1024]);
        var started = Stopwatch.GetTimestamp();
        for (var i = 1; i <= OneByOneEvents; i++)
        {
            number.Value = i;
            insert.ExecuteNonQuery();
        }

        return Task.FromResult(OneByOneEvents / Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task<double> OneByOneAsync(string mode)
    {
        using var scratch = new Scratch();
        using var system = ActorSystem.Create("bench", new JournalSetup(mode, Batching: false).For(scratch.File("journal.db")));
        var writer = await StartAsync(system, "one");
        var done = New();
        var started = Stopwatch.GetTimestamp();
        writer.Tell(new Writer.OneByOne(OneByOneEvents, done));
        await done.Task.WaitAsync(Patience);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await system.Terminate();
        return OneByOneEvents / seconds;
    }

    private static async Task<double> FloodAsync(int actors)
    {
        using var scratch = new Scratch();
        using var system = ActorSystem.Create("bench", new JournalSetup("WAL", Batching: true).For(scratch.File("journal.db")));
        var writers = await Task.WhenAll(Enumerable.Range(0, actors).Select(i => StartAsync(system, $"flood-{i}")));
        var done = writers.Select(_ => New()).ToArray();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < actors; i++)
            writers[i].Tell(new Writer.Flood(FloodEvents / actors, done[i]));
        await Task.WhenAll(done.Select(end => end.Task)).WaitAsync(Patience);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await system.Terminate();
        return FloodEvents / seconds;
    }

    private static async Task<double> RecoverAsync()
    {
        using var scratch = new Scratch();
        var config = new JournalSetup("WAL", Batching: true).For(scratch.File("journal.db"));
        using (var before = ActorSystem.Create("bench", config))
        {
            var done = New();
            (await StartAsync(before, "past")).Tell(new Writer.Flood(RecoveredEvents, done));
            await done.Task.WaitAsync(Patience);
            await before.Terminate();
        }

        using var system = ActorSystem.Create("bench", config);
        await StartAsync(system, "warm");
        var started = Stopwatch.GetTimestamp();
        var actor = await StartAsync(system, "past");
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var recovered = await actor.Ask<int>(new Writer.GetRecovered(), Patience);
        await system.Terminate();
        return recovered == RecoveredEvents
            ? RecoveredEvents / seconds
            : throw new InvalidDataException($"{recovered} of {RecoveredEvents} events came back");
    }

    private static async Task<IActorRef> StartAsync(ActorSystem system, string id)
    {
        var recovered = New();
        var actor = system.ActorOf(Writer.Props(id, recovered));
        await recovered.Task.WaitAsync(Patience);
        return actor;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
