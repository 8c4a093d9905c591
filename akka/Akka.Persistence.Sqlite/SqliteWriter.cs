using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sqlite;

/// <summary>Something to be written as a whole or not at all.</summary>
internal abstract class SqliteWork
{
    // Whoever waits goes on on the writer's thread: handing an answer to an actor's mailbox takes less than waking a thread for it.
    private readonly TaskCompletionSource _done = new();

    /// <summary>Ends when it has been committed, or could not be.</summary>
    public Task Done => _done.Task;

    /// <summary>Bytes that this adds to a transaction, roughly.</summary>
    public virtual long Size => 0;

    /// <summary>Runs the statements. Called again, alone, if the transaction failed for whatever reason.</summary>
    public abstract void Execute(SqliteStatements statements);

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception cause) => _done.TrySetException(cause);
}

/// <summary>
/// The one writer of a database in this process: a thread that commits what is waiting. An idle writer begins at once;
/// what arrives while it commits shares the next transaction. If that fails, each work is tried alone, so that one that
/// cannot be written does not fail the others.
/// </summary>
internal sealed class SqliteWriter
{
    private static readonly Dictionary<string, SqliteWriter> Shared = [];
    private static readonly Lock SharedLock = new();

    // Wakes its thread without the thread pool, all of whose threads may be waiting for this writer when a system starts, and
    // without spinning, which a writer that is woken a thousand times a second would do half of its time.
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Lock _gate = new();
    private readonly Queue<SqliteWork> _waiting = new();

    private readonly Thread _thread;
    private volatile SqliteSettings _settings;
    private SqliteSettings? _openedWith;
    private DateTime _openedFile;
    private int _users;
    private bool _isClosed;

    private SqliteWriter(SqliteSettings settings)
    {
        _settings = settings;
        _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
        _thread.Start();
    }

    /// <summary>The writer of a database; one for all journals and snapshot stores of this process.</summary>
    /// <param name="settings">How to open it.</param>
    /// <param name="leads">True if these settings are to hold from now on: those of the journal do.</param>
    public static SqliteWriter Rent(SqliteSettings settings, bool leads)
    {
        lock (SharedLock)
        {
            if (!Shared.TryGetValue(settings.ConnectionString, out var writer))
                Shared.Add(settings.ConnectionString, writer = new SqliteWriter(settings));
            writer._users++;
            if (leads)
                writer._settings = settings;
            return writer;
        }
    }

    /// <summary>Gives the writer back; the last one ends it after what is waiting has been written.</summary>
    public void Return()
    {
        lock (SharedLock)
        {
            if (--_users > 0)
                return;
            Shared.Remove(_settings.ConnectionString);
        }

        lock (_gate)
        {
            _isClosed = true;
        }

        _wake.Set();
        _thread.Join();
    }

    /// <summary>Writes in the order of the calls; the task ends when the transaction has.</summary>
    public Task Write(SqliteWork work)
    {
        bool isFirst;
        lock (_gate)
        {
            if (_isClosed)
            {
                work.Fail(new ObjectDisposedException(nameof(SqliteWriter), "The journal has been closed."));
                return work.Done;
            }

            isFirst = _waiting.Count == 0;
            _waiting.Enqueue(work);
        }

        if (isFirst)
            _wake.Set();
        return work.Done;
    }

    private void Run()
    {
        SqliteStatements? statements = null;
        var batch = new List<SqliteWork>();
        while (TakeBatch(batch))
        {
            statements = Commit(batch, statements);
            batch.Clear();
        }

        statements?.Dispose();
    }

    /// <summary>Waits for work and takes as much as shares a transaction; false when there will be none.</summary>
    private bool TakeBatch(List<SqliteWork> batch)
    {
        while (true)
        {
            lock (_gate)
            {
                long size = 0;
                while ((batch.Count == 0 || size < _settings.BatchSize) && _waiting.TryDequeue(out var work))
                {
                    batch.Add(work);
                    size += work.Size;
                }

                if (batch.Count > 0 || _isClosed)
                    return batch.Count > 0;
            }

            _wake.WaitOne();
        }
    }

    /// <summary>Commits a batch; returns the connection's statements, or null if it has to be opened anew.</summary>
    private SqliteStatements? Commit(List<SqliteWork> batch, SqliteStatements? statements)
    {
        try
        {
            var settings = _settings;
            var file = settings.FileMark();
            if (statements is not null && (settings != _openedWith || file != _openedFile))
            {
                statements.Dispose();
                statements = null;
            }

            statements ??= new SqliteStatements(settings.Open(writer: true));
            (_openedWith, _openedFile) = (settings, file);
        }
        catch (Exception cause)
        {
            batch.ForEach(work => work.Fail(cause));
            return null;
        }

        if (TryCommit(batch, statements) is not { } failure)
            batch.ForEach(work => work.Succeed());
        else if (batch.Count == 1)
            batch[0].Fail(failure.SourceException);
        else
            foreach (var work in batch)
                Finish(work, TryCommit([work], statements));
        if (statements.IsUsable)
            return statements;
        statements.Dispose();
        return null;
    }

    private static void Finish(SqliteWork work, ExceptionDispatchInfo? failure)
    {
        if (failure is null)
            work.Succeed();
        else
            work.Fail(failure.SourceException);
    }

    private static ExceptionDispatchInfo? TryCommit(List<SqliteWork> batch, SqliteStatements statements)
    {
        try
        {
            statements.Begin();
            foreach (var work in batch)
                work.Execute(statements);
            statements.Commit();
            return null;
        }
        catch (Exception cause)
        {
            statements.Rollback(cause);
            return ExceptionDispatchInfo.Capture(cause);
        }
    }
}
