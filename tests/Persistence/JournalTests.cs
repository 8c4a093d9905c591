using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Tests;

public sealed class JournalTests : IDisposable
{
    private static readonly SessionId _id = JournalRows.Parse("20261122T074517-970236-4f2a");
    private readonly TemporaryDirectory _directory = new();
    private readonly string _file;

    public JournalTests()
    {
        _file = _directory.File("journal.db");
        JournalDatabase.Ensure(_file);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_feed_gives_every_event_once_in_order_of_commit()
    {
        Write(_id, Events.OfEachKind);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        var read = ReadAll(reader, limit: 3, limitBytes: int.MaxValue, withOutput: true);
        Assert.Equal(Events.OfEachKind.Select(e => e.GetType()), read.Select(e => e.Event.GetType()));
        Assert.Equal(Enumerable.Range(1, read.Count).Select(i => (long)i), read.Select(e => e.SequenceNr));
    }

    [Fact]
    public void Failed_sign_ins_come_with_their_connections_id_and_a_loss_of_some_without_any_not_at_all()
    {
        var failed = Events.OfEachKind.OfType<SignInFailed>().Single();
        Write("signin-20261122", [Events.OfEachKind.OfType<LossRecorded>().Single(), failed]);
        Write("other-20261122", [failed]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        var page = reader.Read(0, 10, int.MaxValue, withOutput: false);
        Assert.Equal(new JournalledEvent(2, _id, 2, failed), Assert.Single(page.Events));
        Assert.Equal(3, page.Cursor);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(page);
        Assert.Empty(catalogue.Find(new SessionQuery()));
    }

    [Fact]
    public void Without_output_the_cursor_passes_over_it()
    {
        Write(_id, [.. Enumerable.Repeat(Events.OfEachKind[4], 50), Events.OfEachKind[9]]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        var page = reader.Read(0, 10, int.MaxValue, withOutput: false);
        Assert.IsType<SessionClosed>(Assert.Single(page.Events).Event);
        Assert.Equal(51, page.Cursor);
        Assert.Empty(reader.Read(page.Cursor, 10, int.MaxValue, withOutput: false).Events);
    }

    [Fact]
    public void The_last_of_many_commands_is_catalogued_as_fast_as_the_first()
    {
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(new FeedPage([new JournalledEvent(1, _id, 1, Events.OfEachKind[0])], 1));
        // The first round is the compiler's.
        var first = Enumerable.Range(0, 6).Select(page => Catalogue(catalogue, page * 100, 100)).Skip(1).Min();
        Catalogue(catalogue, 1_000, 20_000);
        var last = Enumerable.Range(0, 5).Min(page => Catalogue(catalogue, 30_000 + (page * 100), 100));
        // Where each is looked for among all commands of its session this is more than twenty times as long.
        Assert.True(last < 6 * first, $"100 commands took {first.TotalMilliseconds} ms at first, {last.TotalMilliseconds} ms after 20,000");
        Assert.Equal(42, Assert.Single(catalogue.Find(new SessionQuery())).ExitCode);
    }

    [Fact]
    public void A_page_ends_at_its_size_and_the_next_goes_on_there()
    {
        Write(_id, Events.OfEachKind);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        Assert.Single(reader.Read(0, 100, 1, withOutput: true).Events);
        Assert.Equal(Events.OfEachKind.Count, ReadAll(reader, 100, 1, withOutput: true).Count);
        Assert.Equal(3, Assert.Single(reader.Read(_id, 2, 100, 1)).SequenceNr);
    }

    [Fact]
    public void Ordering_is_not_used_again_after_deletions()
    {
        Write(_id, Events.OfEachKind);
        Execute("DELETE FROM event_journal");
        Write(_id, [Events.OfEachKind[0]]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        Assert.Equal(Events.OfEachKind.Count + 1, reader.Newest());
    }

    [Fact]
    public void A_newer_schema_is_refused_in_a_clear_sentence()
    {
        Execute("PRAGMA user_version = 99");
        var e = Assert.Throws<JournalUnavailableException>(() => JournalDatabase.Ensure(_file));
        Assert.Contains("newer sshlogd", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_programs_database_is_refused()
    {
        Execute("PRAGMA application_id = 7");
        Assert.Throws<JournalUnavailableException>(() => JournalDatabase.Ensure(_file));
    }

    [Fact]
    public void The_catalogue_answers_what_the_journal_says()
    {
        Write(_id, Events.OfEachKind.Where(e => e is not (IAuditEvent or CommandStarted { Redacted: > 0 })));
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(reader.Read(0, 100, int.MaxValue, withOutput: false));

        var session = Assert.Single(catalogue.Find(new SessionQuery(User: "billy")));
        Assert.Equal(_id, session.Id);
        Assert.Equal("15.12.5.8:59120", session.Client.ToString());
        Assert.Equal([33], session.Ttys);
        Assert.Equal((123456, 1), (session.OutputBytes, session.LossEvents));
        Assert.Equal(
            [["ls", "-l", ""], ["ls"]],
            catalogue.Commands(_id, 0, 10, int.MaxValue).Select(command => command.Arguments.ToStrings()));
        Assert.Empty(catalogue.Find(new SessionQuery(OnlyOpen: true)));
        Assert.Empty(catalogue.Find(new SessionQuery(User: "nobody")));
        Assert.Single(catalogue.Find(new SessionQuery(IdPrefix: "20261122T0745")));
        Assert.Single(catalogue.Find(new SessionQuery(Tty: 33)));
    }

    [Fact]
    public void Page_after_page_has_every_session_once_newest_first()
    {
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        var opened = Events.OfEachKind.OfType<SessionOpened>().First();
        // Three at a time begin at the same moment.
        catalogue.Apply(new FeedPage(
            [.. Enumerable.Range(0, 20).Select(i => new JournalledEvent(
                i + 1, JournalRows.Parse($"20261122T074517-{i + 100}-4f2a"), 1, opened with { At = opened.At.AddSeconds(i / 3) }))],
            20));
        var all = catalogue.Find(new SessionQuery()).Select(s => s.Id).ToList();
        var pages = new List<SessionId>();
        SessionPlace? behind = null;
        while (catalogue.Find(new SessionQuery(Limit: 4) { Behind = behind }) is { Count: > 0 } page)
        {
            pages.AddRange(page.Select(s => s.Id));
            behind = SessionPlace.Of(page[^1]);
        }

        Assert.Equal(20, all.Count);
        Assert.Equal(all, pages);
    }

    [Fact]
    public void A_command_gets_its_end()
    {
        var started = (CommandStarted)Events.OfEachKind[5];
        Write(_id, [Events.OfEachKind[0], started, new CommandFinished(started.At.AddSeconds(1), 100, started.At, null, 9, false, false)]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(reader.Read(0, 100, int.MaxValue, withOutput: false));
        var command = Assert.Single(catalogue.Commands(_id, 0, 10, int.MaxValue));
        Assert.Equal((null, 9), (command.ExitCode, command.Signal));
        Assert.Equal(TimeSpan.FromSeconds(1), command.FinishedAt - command.StartedAt);
    }

    [Theory]
    [InlineData("ls", null, true)]
    [InlineData("/bin/ls", null, true)]
    [InlineData("s", null, false)]
    [InlineData("l%", null, false)]
    [InlineData(null, 3, true)]
    [InlineData(null, 0, false)]
    [InlineData("ls", 3, true)]
    [InlineData("ls", 0, false)]
    public void Sessions_are_found_by_program_and_exit_status(string? program, int? status, bool found)
    {
        var started = (CommandStarted)Events.OfEachKind[5];
        Write(_id, [Events.OfEachKind[0], started, new CommandFinished(started.At.AddSeconds(1), 100, started.At, 3, null, false, false)]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(reader.Read(0, 100, int.MaxValue, withOutput: false));
        var sessions = catalogue.Find(new SessionQuery(Command: program, ExitStatus: status));
        Assert.Equal(found ? [started.EffectiveUid] : [], sessions.Select(s => s.EffectiveUid!.Value));
    }

    [Fact]
    public void Commands_come_in_pages_of_a_size()
    {
        Write(_id, [Events.OfEachKind[0], .. Enumerable.Repeat(Events.OfEachKind[5], 5)]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(reader.Read(0, 100, int.MaxValue, withOutput: false));
        Assert.Equal([2, 3], catalogue.Commands(_id, 0, 2, int.MaxValue).Select(c => c.SequenceNr));
        Assert.Equal([4], catalogue.Commands(_id, 3, 10, limitBytes: 1).Select(c => c.SequenceNr));
        Assert.Empty(catalogue.Commands(_id, 6, 10, int.MaxValue));
    }

    [Fact]
    public void A_damaged_catalogue_begins_again_from_nothing()
    {
        File.WriteAllText(_directory.File("catalogue.db"), new string('x', 10_000));
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        Assert.Equal(0, catalogue.Cursor);
    }

    [Fact]
    public void A_session_without_its_beginning_cannot_go_on_in_a_journal()
    {
        Write(_id, Events.OfEachKind);
        Execute("DELETE FROM event_journal");
        Assert.Throws<SqliteException>(() => Execute(
            $"""
            INSERT INTO event_journal (persistence_id, sequence_nr, is_deleted, timestamp, payload)
            VALUES ('{_id.PersistenceId}', 11, 0, 0, x'00')
            """));
        Assert.Throws<SqliteException>(() => Execute(
            $"INSERT INTO snapshot VALUES ('{_id.PersistenceId}', 10, 0, '', x'00', 1)"));
    }

    [Fact]
    public void A_catalogue_of_another_journal_begins_again()
    {
        Write(_id, Events.OfEachKind);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        var page = reader.Read(0, 100, int.MaxValue, withOutput: false);
        catalogue.Apply(page);
        Assert.Equal((page.Journal, (long)Events.OfEachKind.Count), (catalogue.Journal, catalogue.Cursor));
        catalogue.Apply(new FeedPage([], 3, "another"));
        Assert.Empty(catalogue.Find(new SessionQuery()));
        Assert.Equal(("another", 3L), (catalogue.Journal, catalogue.Cursor));
    }

    [Fact]
    public void The_catalogue_keeps_its_cursor()
    {
        using (var catalogue = new SqliteCatalogue(_directory.File("catalogue.db")))
            catalogue.Apply(new FeedPage([], 17));
        using var again = new SqliteCatalogue(_directory.File("catalogue.db"));
        Assert.Equal(17, again.Cursor);
    }

    private static TimeSpan Catalogue(SqliteCatalogue catalogue, int from, int commands)
    {
        var page = new FeedPage(
            [.. Enumerable.Range(from, commands).SelectMany(i => (JournalledEvent[])
            [
                new(2 * i, _id, 2 * i, Events.OfEachKind.OfType<CommandStarted>().First() with { Pid = i }),
                new((2 * i) + 1, _id, (2 * i) + 1, Events.OfEachKind.OfType<CommandFinished>().First() with { Pid = i, StartedAt = Events.At }),
            ])],
            2 * (from + commands));
        var clock = Stopwatch.StartNew();
        catalogue.Apply(page);
        return clock.Elapsed;
    }

    private static List<JournalledEvent> ReadAll(JournalReader reader, int limit, int limitBytes, bool withOutput)
    {
        var all = new List<JournalledEvent>();
        var cursor = 0L;
        while (true)
        {
            var page = reader.Read(cursor, limit, limitBytes, withOutput);
            if (page.Events.Count == 0)
                return all;
            all.AddRange(page.Events);
            cursor = page.Cursor;
        }
    }

    private void Write(SessionId id, IEnumerable<SessionEvent> facts) => JournalRows.Write(_file, id, facts);

    private void Write(string persistenceId, IEnumerable<SessionEvent> facts) => JournalRows.Write(_file, persistenceId, facts);

    private void Execute(string sql)
    {
        using var connection = JournalRows.Open(_file);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
