using System.Globalization;
using Akka.Actor;
using Microsoft.Data.Sqlite;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>The common promises on SQLite, and those of the tables.</summary>
public sealed class SqlitePersistentActorTests : PersistentActorTests
{
    private readonly SqliteFolder _folder = new();

    protected override string Settings => _folder.Settings;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Events_and_snapshots_survive_the_system()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.WriteAll("a", "b")));
        actor.Tell(new Do(a => a.SaveSnapshot(new State("ab"))));
        actor.Tell(new Do(a => a.Write("c")));
        await Notes.UntilAsync("wrote c");
        await StopSystemAsync();
        StartSystem();
        Start();
        await Notes.UntilAsync("recovered at 3");
        Assert.Equal(
            [("written/v1", 1L), ("written/v1", 2L), ("written/v1", 3L)],
            _folder.Read("SELECT manifest, sequence_nr FROM event_journal ORDER BY ordering",
                row => (row.GetString(0), row.GetInt64(1))));
    }

    [Fact]
    public async Task Columns_are_those_of_akka_persistence_sqlite()
    {
        var before = DateTime.UtcNow.Ticks;
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Write("a")));
        actor.Tell(new Do(a => a.SaveSnapshot(new State("s"))));
        await Notes.ExpectAsync("wrote a", "snapshot at 1");
        var row = Assert.Single(_folder.Read(
            """
            SELECT persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, tags, serializer_id
            FROM event_journal
            """,
            Values));
        Assert.InRange((long)row[4], before, DateTime.UtcNow.Ticks);
        row[4] = 0L;
        Assert.Equal(["p1", 1L, 0L, "written/v1", 0L, "a"u8.ToArray(), DBNull.Value, 9001L], row);
        var snapshot = Assert.Single(_folder.Read(
            "SELECT persistence_id, sequence_nr, created_at, manifest, payload, serializer_id FROM snapshot", Values));
        Assert.InRange((long)snapshot[2], before, DateTime.UtcNow.Ticks);
        snapshot[2] = 0L;
        Assert.Equal(["p1", 1L, 0L, "state/v1", "s"u8.ToArray(), 9001L], snapshot);
    }

    [Fact]
    public async Task Events_that_cannot_be_serialized_are_refused_and_the_actor_goes_on()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Persist(new Unwritable("x"), _ => a.Note("never"))));
        actor.Tell(new Do(a => a.Write("b")));
        await Notes.ExpectAsync("refused 1", "wrote b");
    }

    [Fact]
    public async Task Events_persisted_together_are_written_all_or_not_at_all()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.PersistAll<ITestEvent>(
            [new Written("a"), new Unwritable("x"), new Written("c")], _ => a.Note("never"))));
        actor.Tell(new Do(a => a.Write("d")));
        await Notes.ExpectAsync("refused 1", "refused 2", "refused 3", "wrote d");
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync("replayed d", "recovered at 4");
    }

    [Fact]
    public async Task Tables_that_exist_are_left_as_they_are()
    {
        await StopSystemAsync();
        using var folder = new SqliteFolder();
        folder.Run("""
            CREATE TABLE event_journal (
                ordering INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, persistence_id VARCHAR(255) NOT NULL,
                sequence_nr INTEGER(8) NOT NULL, is_deleted INTEGER(1) NOT NULL, manifest VARCHAR(255) NULL,
                timestamp INTEGER NOT NULL, payload BLOB NOT NULL, tags VARCHAR(2000) NULL, serializer_id INTEGER(4),
                UNIQUE (persistence_id, sequence_nr))
            """);
        var sql = folder.Schema("event_journal");
        Assert.Contains("AUTOINCREMENT", sql, StringComparison.Ordinal);
        StartSystem(folder.Settings);
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Write("a")));
        await Notes.ExpectAsync("wrote a");
        Assert.Equal(sql, folder.Schema("event_journal"));
        await StopSystemAsync();
    }

    [Fact]
    public async Task Large_events_come_back_unchanged()
    {
        var text = string.Concat(
            Enumerable.Range(0, 20_000).Select(i => i.ToString("x8", CultureInfo.InvariantCulture)));
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Write(text)));
        await Notes.ExpectAsync($"wrote {text}");
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync($"replayed {text}", "recovered at 1");
    }

    [Fact]
    public async Task Write_waits_for_the_lock_of_another_process()
    {
        var actor = await StartFreshAsync();
        using (_folder.Lock())
        {
            actor.Tell(new Do(a =>
            {
                a.WriteAsync("a");
                a.Note("asked");
            }));
            actor.Tell("goes on");
            await Notes.ExpectAsync("asked", "goes on");
        }

        await Notes.ExpectAsync("wrote a");
    }

    [Fact]
    public async Task History_of_many_megabytes_comes_back_in_order()
    {
        var tail = new string('x', 64 * 1024);
        var actor = await StartFreshAsync();
        for (var i = 1; i <= 200; i++)
        {
            var text = $"{i}:{tail}";
            actor.Tell(new Do(a => a.PersistAsync(new Written(text), _ => { })));
        }

        actor.Tell(new Do(a => a.DeferAsync("", _ => a.Note("done"))));
        await Notes.ExpectAsync("done");
        await StopAsync(actor);
        Start();
        var notes = await Notes.UntilAsync("recovered at 200");
        Assert.Equal(
            Enumerable.Range(1, 200).Select(i => $"replayed {i}"),
            notes.SkipLast(1).Select(note => note.Split(':')[0]));
    }

    [Fact]
    public async Task Write_that_cannot_be_committed_fails_its_actor_and_no_other()
    {
        var bad = await StartFreshAsync("bad");
        var good = await StartFreshAsync("good");
        _folder.Run("""
            INSERT INTO event_journal
                (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, serializer_id)
            VALUES ('bad', 1, 0, 'written/v1', 0, x'61', 9001)
            """);
        for (var i = 0; i < 20; i++)
            good.Tell(new Do(a => a.PersistAsync(new Written("g"), _ => { })));
        bad.Tell(new Do(a => a.Write("b")));
        for (var i = 0; i < 20; i++)
            good.Tell(new Do(a => a.PersistAsync(new Written("g"), _ => { })));
        good.Tell(new Do(a => a.DeferAsync("", _ => a.Note("good goes on"))));
        var notes = new List<string>();
        while (notes.Count < 2)
            notes.Add(await Notes.NextAsync());
        Assert.Contains("good goes on", notes);
        Assert.Contains(notes, note => note is "failed to write 1" or "refused 1");
        Assert.Equal([40L], _folder.Read("SELECT count(*) FROM event_journal WHERE persistence_id = 'good'",
            row => row.GetInt64(0)));
    }

    private static object[] Values(SqliteDataReader row)
    {
        var values = new object[row.FieldCount];
        row.GetValues(values);
        return values;
    }
}
