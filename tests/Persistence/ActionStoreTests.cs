using SshLog.Core.Journal;
using SshLog.Persistence.Actions;

namespace SshLog.Persistence.Tests;

public sealed class ActionStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _file;

    public ActionStoreTests() => _file = _directory.File("actions.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Marks_are_there_again_at_the_next_start()
    {
        using (var first = Open(out var nothing))
        {
            Assert.Null(nothing);
            first.Advance("act", 7);
        }

        using var store = Open(out var report);
        Assert.Null(report);
        Assert.Equal(7, store.Cursor("act"));
    }

    [Fact]
    public void A_damaged_file_of_marks_is_set_aside_and_a_new_one_takes_its_place()
    {
        using (var first = Open(out _))
            first.Advance("act", 7);
        Damage.Overwrite(_file, 0, 100);
        using (var store = Open(out var report))
        {
            Assert.Contains(Assert.Single(_directory.Files("actions.db.damaged-*")), report, StringComparison.Ordinal);
            Assert.Null(store.Cursor("act"));
            store.Advance("act", 8);
        }

        using var next = Open(out var nothing);
        Assert.Null(nothing);
        Assert.Equal(8, next.Cursor("act"));
    }

    [Fact]
    public void What_cannot_be_opened_is_said_and_left_alone()
    {
        Directory.CreateDirectory(_file);
        Assert.Throws<JournalUnavailableException>(() => Open(out _));
        Assert.True(Directory.Exists(_file));
    }

    private ActionStore Open(out string? report)
    {
        (var store, report) = ActionStore.Open(_file, TimeProvider.System);
        return store;
    }
}
