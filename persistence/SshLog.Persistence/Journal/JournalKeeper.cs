using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using SshLog.Core.Journal;
using SshLog.Persistence.Actions;
using SshLog.Persistence.Catalogue;

namespace SshLog.Persistence.Journal;

/// <summary>
/// Sets a damaged journal aside, as it is, under <c>journal.db.damaged-&lt;UTC time&gt;</c> (with its -wal and -shm), and
/// puts a new one in its place. Writers and readers notice that the file is another one and open it; sessions whose
/// beginning it does not hold begin again there with a loss mark. A journal that is missing is begun again in the same way.
/// Safe for several threads.
/// </summary>
public sealed class JournalKeeper : IJournalCare
{
    // Orderings go on above those of the journal before, so that a cursor into that one is behind every new event. How far
    // that journal had come is known from the cursors into it; the step is for what nobody had read yet.
    private const long OrderingStep = 1_000_000;

    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan PatienceAfterFailure = TimeSpan.FromSeconds(1);

    private readonly string _file;
    private readonly string _catalogueFile;
    private readonly string _actionFile;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    /// <param name="file">The journal.</param>
    /// <param name="catalogueFile">The catalogue, which knows how far the journal had come.</param>
    /// <param name="actionFile">The cursors of actions, which know it too. Both files may be missing or damaged.</param>
    /// <param name="time">Names the set-aside file.</param>
    public JournalKeeper(string file, string catalogueFile, string actionFile, TimeProvider time)
    {
        _file = file;
        _catalogueFile = catalogueFile;
        _actionFile = actionFile;
        _time = time;
    }

    /// <summary>Opens the journal at the start, creates it if it is missing, sets it aside if it is damaged.</summary>
    /// <returns>What was done, a sentence for the log; null when there was nothing to do.</returns>
    /// <exception cref="JournalUnavailableException">It is no journal of ours, or cannot be opened or replaced.</exception>
    public string? Open()
    {
        // SQLite takes an empty file for a new database.
        var report = new FileInfo(_file) is not { Exists: true, Length: > 0 } ? GoOnAbove(Newest())
            : Check(PatienceAtStart) is Damaged damage ? SetAside(damage.Problem)
            : null;
        JournalDatabase.Ensure(_file);
        return report;
    }

    /// <inheritdoc />
    public string? Examine(Exception cause)
    {
        if (FindDamage(cause) is not { } reported)
            return null;
        lock (_gate)
        {
            // The report may be about a file that has been replaced since: what is there now decides.
            return Check(PatienceAfterFailure) switch
            {
                Damaged damage => SetAside(damage.Problem),
                Unfinished => SetAside(reported.Message),
                _ => null,
            };
        }
    }

    private static SqliteException? FindDamage(Exception? cause) => cause switch
    {
        null => null,
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB } e => e,
        AggregateException e => e.InnerExceptions.Select(FindDamage).FirstOrDefault(found => found is not null),
        _ => FindDamage(cause.InnerException),
    };

    /// <summary>Looks through the file, but not for long: a large one is not read to its end.</summary>
    private CheckResult Check(TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var connection = JournalDatabase.Connect(_file, SqliteOpenMode.ReadWrite);
            raw.sqlite3_progress_handler(
                connection.Handle, 1000, _ => Stopwatch.GetElapsedTime(started) > patience ? 1 : 0, null);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            var problem = (string)command.ExecuteScalar()!;
            return problem == "ok" ? new Sound() : new Damaged(problem);
        }
        catch (SqliteException e) when (FindDamage(e) is not null)
        {
            return new Damaged(e.Message);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            return new Unfinished();
        }
        catch (SqliteException e)
        {
            throw new JournalUnavailableException($"The journal {_file} cannot be checked: {e.Message}", e);
        }
    }

    private string SetAside(string problem)
    {
        var aside = DatabaseFiles.Aside(_file, "damaged", _time);
        try
        {
            Replace(aside, Newest() + OrderingStep);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new JournalUnavailableException(
                $"The journal {_file} is damaged ({problem}) and cannot be replaced: {e.Message}", e);
        }

        return $"The journal {_file} is damaged ({problem.Trim().ReplaceLineEndings("; ")}). It is set aside as {aside} and a new one has been "
            + "begun; what can be read of the old one: sshlog journal salvage " + aside;
    }

    /// <summary>Begins a journal in the place of one that is missing; null at the first start of all, when nobody had read one.</summary>
    private string? GoOnAbove(long newest)
    {
        if (newest == 0)
            return null;
        try
        {
            // A -wal that was left behind is not the new journal's.
            Replace(DatabaseFiles.Aside(_file, "left", _time), newest + OrderingStep);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new JournalUnavailableException($"The journal {_file} is missing and cannot be begun again: {e.Message}", e);
        }

        return $"The journal {_file} is missing. A new one has been begun; what it records is counted on above what was read of the old one.";
    }

    /// <summary>The last event that anybody has read of the journal before; 0 if nobody knows.</summary>
    private long Newest() => Math.Max(CatalogueDatabase.ReadCursor(_catalogueFile), ActionStore.ReadNewestCursor(_actionFile));

    private void Replace(string aside, long ordering)
    {
        var fresh = _file + ".new";
        DatabaseFiles.Delete(fresh);
        JournalDatabase.Create(fresh, ordering);
        DatabaseFiles.Move(_file, aside);
        File.Move(fresh, _file);
        // Idle connections of this process still hold the old file.
        SqliteConnection.ClearAllPools();
    }

    private abstract record CheckResult;

    private sealed record Sound : CheckResult;

    private sealed record Unfinished : CheckResult;

    private sealed record Damaged(string Problem) : CheckResult;
}
