using System.CommandLine;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Formatting.ReadModels;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Screens;
using SshLog.Persistence.Search;
using SshLog.Persistence.State;
using SshLog.Schema;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog journal rebuild-catalogue</c>: makes all that is read beside the journal again, from the journal alone.</summary>
internal sealed class RebuildCommand
{
    private const string DefaultDirectory = "/var/lib/sshlog";
    private const int PageEvents = 500;
    private const int PageBytes = 1024 * 1024;

    // As the daemon makes them (hocon/reference.conf).
    private const int FrameEvery = 1024 * 1024;
    private const int FrameFrom = 64 * 1024;

    private readonly Option<string> _directory = new("--state-dir")
    {
        Description = "The daemon's state directory",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => DefaultDirectory,
    };

    public RebuildCommand()
    {
        Definition = new Command(
            "rebuild-catalogue",
            "Make the catalogue, the key frames and the search index again from the journal alone, while the daemon is stopped.");
        Definition.Options.Add(_directory);
    }

    /// <summary>Name, description and options.</summary>
    public Command Definition { get; }

    /// <summary>Command lines to show in the help.</summary>
    public static string Examples => "systemctl stop sshlogd; sshlog journal rebuild-catalogue; systemctl start sshlogd";

    /// <summary>Does it.</summary>
    /// <exception cref="CliException">There is no journal, the daemon runs, or something cannot be read or written.</exception>
    public int Run(ParseResult parsed, CliHost host)
    {
        var directory = parsed.GetValue(_directory)!;
        if (!File.Exists(Path.Combine(directory, "journal.db")))
            throw new CliException(ExitCodes.NoInput, $"there is no journal in {SafeText.Escape(directory)} (or you may not see it: root may)");
        try
        {
            using var state = StateDirectory.Open(directory);
            using var journal = new JournalReader(state.JournalFile, ProtobufEventCodec.Instance);
            var sessions = Replace(state.CatalogueFile, file => Catalogue(file, journal));
            Replace(state.KeyFrameFile, file => Frames(file, journal));
            Replace(state.SearchFile, file => Index(file, journal));
            using var output = CliHost.TextOn(host.Output);
            output.WriteLine($"Made again from the journal: {Quantities.Count(sessions, "session")}.");
            return ExitCodes.Ok;
        }
        catch (StateDirectoryException e)
        {
            throw new CliException(e.InUse ? ExitCodes.TryAgain : ExitCodes.NoPermission, e.Message.TrimEnd('.'), e);
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.InputOutput, e.Message.TrimEnd('.'), e);
        }
    }

    // The one of before stays until the new one is whole.
    private static int Replace(string file, Func<string, int> make)
    {
        var fresh = file + ".new";
        ReadModelDatabase.Delete(fresh);
        try
        {
            var made = make(fresh);
            ReadModelDatabase.Delete(file);
            File.Move(fresh, file);
            return made;
        }
        finally
        {
            ReadModelDatabase.Delete(fresh);
        }
    }

    private static int Catalogue(string file, JournalReader journal)
    {
        using var catalogue = new SqliteCatalogue(file);
        FeedPage page;
        do
        {
            page = journal.Read(catalogue.Cursor, PageEvents, PageBytes, withOutput: false);
            catalogue.Apply(page);
        }
        while (page.Events.Count > 0);
        return catalogue.Find(new SessionQuery(Limit: int.MaxValue)).Count;
    }

    private static int Frames(string file, JournalReader journal)
    {
        using var frames = new SqliteFrameStore(file);
        var builder = new KeyFrameBuilder(journal, frames, FrameEvery);
        var grown = journal.Grown(0);
        frames.Advance(grown.Journal, 0);
        Each(grown.Sessions.Where(g => g.StoredBytes >= FrameFrom), session => builder.Build(session, int.MaxValue));
        frames.Advance(grown.Journal, grown.Cursor);
        return grown.Sessions.Count;
    }

    private static int Index(string file, JournalReader journal)
    {
        using var index = new SqliteSearchIndex(file);
        var builder = new SearchIndexBuilder(journal, index);
        var grown = journal.Grown(0);
        index.Advance(grown.Journal, 0);
        Each(grown.Sessions, session => builder.Build(session, pages: 8));
        index.Advance(grown.Journal, grown.Cursor);
        return grown.Sessions.Count;
    }

    private static void Each(IEnumerable<SessionGrowth> sessions, Func<SessionId, bool> build)
    {
        foreach (var session in sessions.OrderBy(g => g.FirstOrdering).Select(g => g.Session))
        {
            while (!build(session))
            {
            }
        }
    }
}
