using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sqlite;
using Akka.TestKit.Xunit2;
using Microsoft.Data.Sqlite;
using SshLog.Actors.Feed;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Schema;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

/// <summary>Router, sessions and feed on the real journal, whose file is damaged under them.</summary>
public sealed class JournalDamageTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory;
    private readonly string _file;
    private readonly JournalReader _reader;
    private readonly SqliteCatalogue _catalogue;
    private readonly IActorRef _router;
    private ulong _batch;

    public JournalDamageTests()
        : this(Directory.CreateTempSubdirectory("sshlog-damage-"))
    {
    }

    private JournalDamageTests(DirectoryInfo directory)
        : base(Configure(directory))
    {
        _directory = directory;
        _file = FileIn(directory, "journal.db");
        _reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        _catalogue = new SqliteCatalogue(FileIn(directory, "catalogue.db"));
        var keeper = new JournalKeeper(_file, FileIn(directory, "catalogue.db"), FileIn(directory, "actions.db"), TimeProvider.System);
        var feed = Sys.ActorOf(FeedActor.Props(_reader, _catalogue, keeper), "feed");
        _router = Sys.ActorOf(SessionRouter.Props(Settings(), feed, ActorRefs.Nobody), "sessions");
    }

    [Theory]
    [InlineData("header")]
    [InlineData("page")]
    [InlineData("cut")]
    public void A_journal_damaged_while_it_is_written_is_set_aside_and_every_session_goes_on(string damage)
    {
        const string Late = "after";
        Deliver(1, Opened(), Channel());
        Deliver(2, Opened(), Channel());
        Deliver(1, Program(90), Output(0, "before "));
        // Enough for the journal to have a middle.
        for (var i = 0; i < 100; i++)
            Deliver(2, Program(i));
        Damage(damage);

        Deliver(1, Output(7, "between "));
        // Whoever finds the damage, a writer or the feed: what came before that is in the file that is set aside.
        AwaitAssert(() => Assert.Single(_directory.GetFiles("journal.db.damaged-*Z")), Patience);
        AwaitAssert(() => Assert.NotEmpty(Journalled(2)), Patience);
        Deliver(1, Output(15, Late));
        Deliver(2, Output(0, Late));
        AwaitAssert(() => Assert.EndsWith(Late, Text(Journalled(1)), StringComparison.Ordinal), Patience);
        AwaitAssert(() => Assert.Equal(Late, Text(Journalled(2))), Patience);
        Assert.Single(_directory.GetFiles("journal.db.damaged-*Z"));

        var facts = Journalled(1);
        Assert.True(Assert.IsType<SessionOpened>(facts[0]).Existing);
        Assert.Equal("user1000", Assert.Single(facts.OfType<SignedIn>()).User);
        Assert.Equal(LossCause.Journal, Assert.Single(facts.OfType<LossRecorded>(), l => l.Channel is null).Cause);
        var missing = Assert.Single(facts.OfType<LossRecorded>(), l => l.Channel is not null);
        Assert.Equal((LossCause.Journal, 0L), (missing.Cause, missing.Offset));
        // What is marked as missing and what is recorded are the whole, and nothing twice.
        var recorded = facts.OfType<OutputRecorded>().ToList();
        foreach (var output in recorded)
            Assert.Equal(missing.Bytes + recorded.TakeWhile(o => o != output).Sum(o => o.Bytes.Length), output.Offset);
        Assert.Equal(20, missing.Bytes + recorded.Sum(o => o.Bytes.Length));
        AwaitAssert(
            () => Assert.Equal(
                [Id(1), Id(2)], _catalogue.Find(new SessionQuery()).Select(s => s.Id).OrderBy(id => id)),
            Patience);
    }

    [Fact]
    public void Orderings_go_on_above_those_of_the_journal_before()
    {
        Deliver(1, Opened(), Channel());
        AwaitAssert(() => Assert.NotEmpty(_catalogue.Find(new SessionQuery())), Patience);
        var (before, journal) = (_catalogue.Cursor, _catalogue.Journal);
        Damage("header");
        Deliver(1, Output(0, "after"));
        AwaitAssert(() => Assert.NotEqual(journal, _catalogue.Journal), Patience);
        Assert.True(_reader.Newest() > before);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _reader.Dispose();
        _catalogue.Dispose();
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    private static Config Configure(DirectoryInfo directory)
    {
        var file = FileIn(directory, "journal.db");
        JournalDatabase.Ensure(file);
        return ConfigurationFactory.ParseString("akka { loglevel = WARNING, stdout-loglevel = WARNING }")
            .WithFallback(SshLogPersistence.JournalConfig(file, waitForDisk: false, compress: true))
            .WithFallback(SqlitePersistence.DefaultConfiguration());
    }

    private static string FileIn(DirectoryInfo directory, string name) => Path.Combine(directory.FullName, name);

    /// <summary>Hands a batch over; returns when it is recorded.</summary>
    private void Deliver(int session, params ProbeEvent[] events)
    {
        var number = ++_batch;
        _router.Tell(Batch(session, number, events), TestActor);
        FishForMessage<ProbeProtocol.Release>(r => r.Batch.Position.Number == number, Patience);
    }

    private List<SessionEvent> Journalled(int session) =>
        [.. _reader.Read(Id(session), 0, 10_000, int.MaxValue).Select(e => e.Event)];

    private void Damage(string how)
    {
        // Everything into the file itself, so that nothing stands in the write-ahead log.
        using (var connection = new SqliteConnection($"Data Source={_file};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        using var file = new FileStream(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        switch (how)
        {
            case "header":
                file.Write(new byte[100]);
                break;
            case "page":
                file.Position = 4096;
                file.Write([.. Enumerable.Repeat((byte)0xa5, (int)file.Length - 4096)]);
                break;
            default:
                file.SetLength(file.Length / 2);
                break;
        }
    }
}
