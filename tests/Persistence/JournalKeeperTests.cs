using Microsoft.Data.Sqlite;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Actions;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Salvage;
using SshLog.Schema;

namespace SshLog.Persistence.Tests;

public sealed class JournalKeeperTests : IDisposable
{
    private static readonly SessionId _id = JournalRows.Parse("20261122T074517-970236-4f2a");
    private readonly TemporaryDirectory _directory = new();
    private readonly string _file;
    private readonly JournalKeeper _keeper;

    public JournalKeeperTests()
    {
        _file = _directory.File("journal.db");
        _keeper = new JournalKeeper(_file, _directory.File("catalogue.db"), _directory.File("actions.db"), TimeProvider.System);
        Assert.Null(_keeper.Open());
        for (var i = 0; i < 20; i++)
            JournalRows.Write(_file, _id, Events.OfEachKind);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sound_journal_is_left_alone()
    {
        Assert.Null(_keeper.Open());
        Assert.Null(_keeper.Examine(new IOException("The disk is full.")));
        Assert.Null(_keeper.Examine(new SqliteException("a report about the file before this one", 11)));
        Assert.Empty(Aside());
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("page")]
    [InlineData("cut")]
    public void A_damaged_journal_is_set_aside_at_the_start_and_its_events_can_be_salvaged(string how)
    {
        Spoil(how);
        var report = _keeper.Open();
        var aside = Assert.Single(Aside());
        Assert.Contains($"sshlog journal salvage {aside}", report, StringComparison.Ordinal);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        Assert.Empty(reader.Read(0, 10, int.MaxValue, withOutput: true).Events);
        Assert.NotEmpty(JournalSalvage.Run(aside, null).Journals);
    }

    [Fact]
    public void A_reader_goes_on_with_the_new_journal()
    {
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        var before = reader.Read(0, 10, int.MaxValue, withOutput: true);
        Spoil("garbage");
        var failure = Assert.Throws<JournalUnavailableException>(
            () => new JournalReader(_file, ProtobufEventCodec.Instance).Read(0, 10, int.MaxValue, withOutput: true));
        Assert.NotNull(_keeper.Examine(failure));
        var after = reader.Read(0, 10, int.MaxValue, withOutput: true);
        Assert.Empty(after.Events);
        Assert.NotEqual(before.Journal, after.Journal);
    }

    [Fact]
    public void The_new_journal_counts_on_above_the_catalogues_cursor()
    {
        using (var catalogue = new SqliteCatalogue(_directory.File("catalogue.db")))
            catalogue.Apply(new FeedPage([], 5_000_000, "before"));
        Spoil("garbage");
        _keeper.Open();
        Assert.True(NextOrdering() > 5_000_000);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_journal_that_was_moved_away_is_followed_by_one_that_counts_on_above_every_cursor(bool catalogue, bool actions)
    {
        Remember(catalogue ? 4_000_000 : null, actions ? 5_000_000 : null);
        File.Move(_file, _directory.File("away.db"));
        // Of another time than the new file: SQLite would take what stands in it for the new journal's.
        File.WriteAllBytes(_file + "-wal", [1, 2, 3]);
        Assert.Contains("is missing", _keeper.Open(), StringComparison.Ordinal);
        Assert.True(NextOrdering() > (actions ? 5_000_000 : 4_000_000));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Assert.Single(_directory.Files("journal.db.left-*"))));
        Assert.Null(_keeper.Open());
    }

    [Fact]
    public void A_damaged_journal_beside_a_damaged_catalogue_is_followed_by_one_that_counts_on_above_the_actions_cursors()
    {
        Remember(5_000_000, 5_000_000);
        Damage.Overwrite(_directory.File("catalogue.db"), 0, 100);
        Spoil("garbage");
        Assert.NotNull(_keeper.Open());
        Assert.True(NextOrdering() > 5_000_000);
    }

    [Fact]
    public void Cursors_that_cannot_be_read_hinder_no_new_journal()
    {
        Remember(5_000_000, 6_000_000);
        Damage.Overwrite(_directory.File("actions.db"), 0, 100);
        File.Delete(_file);
        Assert.NotNull(_keeper.Open());
        Assert.True(NextOrdering() is > 5_000_000 and < 7_000_000);
    }

    [Fact]
    public void The_first_journal_of_all_begins_with_one()
    {
        File.Delete(_file);
        Assert.Null(_keeper.Open());
        Assert.Equal(1, NextOrdering());
    }

    [Fact]
    public void Another_programs_database_is_refused_and_not_set_aside()
    {
        using (var connection = JournalRows.Open(_file))
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA application_id = 7";
            command.ExecuteNonQuery();
        }

        Assert.Throws<JournalUnavailableException>(_keeper.Open);
        Assert.Empty(Aside());
    }

    private void Remember(long? catalogue, long? actions)
    {
        if (catalogue is { } read)
        {
            using var model = new SqliteCatalogue(_directory.File("catalogue.db"));
            model.Apply(new FeedPage([], read, "before"));
        }

        if (actions is not { } done)
            return;
        using var store = new ActionStore(_directory.File("actions.db"));
        store.Advance("behind", 3);
        store.Advance("newest", done);
    }

    private long NextOrdering()
    {
        JournalRows.Write(_file, _id, [Events.OfEachKind[0]]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        return reader.Newest();
    }

    private string[] Aside() =>
        [.. Directory.GetFiles(_directory.Path, "journal.db.damaged-*").Where(f => f.EndsWith('Z'))];

    private void Spoil(string how)
    {
        if (how == "garbage")
            Damage.Overwrite(_file, 0, 100);
        else if (how == "page")
            Damage.OverwriteMiddle(_file);
        else
            Damage.Cut(_file);
    }
}
