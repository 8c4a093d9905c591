using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Catalogue;

/// <summary>The catalogue on SQLite. Safe for several threads, one call at a time.</summary>
public sealed class SqliteCatalogue : ICatalogue, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly CatalogueWriter _writer;
    private readonly CatalogueQueries _queries;
    private bool _logWaits;

    /// <param name="file">Its database; created, or created anew when it is damaged or of another version.</param>
    /// <exception cref="JournalUnavailableException">The file cannot be created.</exception>
    public SqliteCatalogue(string file)
    {
        _connection = CatalogueDatabase.Open(file);
        _writer = new CatalogueWriter(_connection);
        _queries = new CatalogueQueries(_connection);
        (Cursor, Journal) = _queries.Cursor();
    }

    /// <inheritdoc />
    public long Cursor { get; private set; }

    /// <inheritdoc />
    public string Journal { get; private set; }

    /// <inheritdoc />
    public void Apply(FeedPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        Guarded(() =>
        {
            // After a page that failed.
            _writer.Undo();
            using var transaction = _connection.BeginTransaction();
            if (page.Journal != Journal)
                _writer.Clear(transaction);
            foreach (var journalled in page.Events)
                _writer.Apply(journalled, transaction);
            _writer.Advance(page, transaction);
            transaction.Commit();
            (Cursor, Journal) = (page.Cursor, page.Journal);
            // What is gone must not stand in the log either; if somebody is reading now, with the next page.
            if (_logWaits || page.Events.Any(e => e.Event is SessionDeleted or RecordingRedacted))
                _logWaits = !_writer.TryCutLog();
            return 0;
        });
    }

    /// <inheritdoc />
    public IReadOnlyList<SessionSummary> Find(SessionQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Guarded(() => _queries.Find(query));
    }

    /// <inheritdoc />
    public IReadOnlyList<SessionSummary> Oldest(DateTimeOffset endedBefore, int limit) =>
        Guarded(() => _queries.Oldest(endedBefore, limit));

    /// <inheritdoc />
    public IReadOnlyList<CommandSummary> Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes) =>
        Guarded(() => _queries.Commands(session, afterSequenceNr, limit, limitBytes));

    /// <inheritdoc />
    public void Dispose()
    {
        // Not while a page is being taken in.
        lock (_gate)
        {
            _writer.Dispose();
            _connection.Dispose();
        }
    }

    private T Guarded<T>(Func<T> work)
    {
        lock (_gate)
        {
            try
            {
                return work();
            }
            catch (SqliteException e)
            {
                throw new JournalUnavailableException($"The catalogue cannot be used: {e.Message}", e);
            }
        }
    }
}
