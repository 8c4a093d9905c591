using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Native;
using SshLog.Persistence;
using SshLog.Persistence.Actions;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Persistence.Retention;
using SshLog.Persistence.Screens;
using SshLog.Persistence.Search;
using SshLog.Persistence.State;
using SshLog.Schema;

namespace SshLog.Daemon;

/// <summary>The files of the state directory, opened; who uses which is said in <see cref="DaemonHost"/>.</summary>
internal sealed record Stores(
    BootClock Clock,
    JournalKeeper Keeper,
    JournalReader Reader,
    SqliteCatalogue Catalogue,
    JournalReader KeyFrameReader,
    SqliteFrameStore Frames,
    ActionStore Actions,
    HeadStore Heads,
    HostKey Key,
    SqliteSearchIndex Search,
    JournalReader SearchReader,
    JournalRetention Retention) : IDisposable
{
    /// <summary>What was damaged or missing and has been begun anew; a sentence each.</summary>
    public IReadOnlyList<string> Damage { get; private init; } = [];

    /// <summary>Opens all of them; a damaged journal is set aside for a new one.</summary>
    /// <exception cref="StartupException">One cannot be opened.</exception>
    public static Stores Open(StateDirectory state)
    {
        try
        {
            var keeper = new JournalKeeper(state.JournalFile, state.CatalogueFile, state.ActionFile, TimeProvider.System);
            var journalDamage = keeper.Open();
            var (actions, actionDamage) = ActionStore.Open(state.ActionFile, TimeProvider.System);
            var sinceBoot = new BootTime(MonotonicClock.NanosecondsSinceBoot()).SinceBoot;
            var clock = BootClockStore.LoadOrStore(
                state.BootClockFile, BootClockStore.CurrentBootId(), TimeProvider.System.GetUtcNow(), sinceBoot);
            var frames = new SqliteFrameStore(state.KeyFrameFile);
            var search = new SqliteSearchIndex(state.SearchFile);
            var key = HostKey.LoadOrCreate(state.Path);
            return new Stores(
                clock,
                keeper,
                new JournalReader(state.JournalFile, ProtobufEventCodec.Instance),
                new SqliteCatalogue(state.CatalogueFile),
                new JournalReader(state.JournalFile, ProtobufEventCodec.Instance),
                frames,
                actions,
                new HeadStore(state.HeadFile),
                key,
                search,
                new JournalReader(state.JournalFile, ProtobufEventCodec.Instance),
                new JournalRetention(state.JournalFile, state.HeadFile, key, frames, search))
            {
                Damage = [.. new[] { journalDamage, actionDamage }.OfType<string>()],
            };
        }
        catch (Exception e) when (e is JournalUnavailableException or StateDirectoryException)
        {
            throw new StartupException(ExitCodes.CantCreate, e.Message, e);
        }
    }

    public void Dispose()
    {
        SearchReader.Dispose();
        Search.Dispose();
        Key.Dispose();
        Heads.Dispose();
        Actions.Dispose();
        Frames.Dispose();
        KeyFrameReader.Dispose();
        Catalogue.Dispose();
        Reader.Dispose();
    }
}
