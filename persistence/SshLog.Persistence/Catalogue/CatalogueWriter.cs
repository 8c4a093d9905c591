using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Catalogue;

/// <summary>Takes events into the catalogue's tables. Taking one in twice changes nothing but counters of losses.</summary>
internal sealed class CatalogueWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private readonly Dictionary<string, SessionActivity> _activity = [];

    public CatalogueWriter(SqliteConnection connection) => _connection = connection;

    public void Apply(JournalledEvent journalled, SqliteTransaction transaction)
    {
        var session = journalled.Session.Text;
        if (journalled.Event is not (CommandStarted or CommandFinished))
            Store(session, transaction);
        switch (journalled.Event)
        {
            case SessionDeleted:
                Delete(session, transaction);
                return;
            case RecordingRedacted e:
                Redact(session, e, transaction);
                return;
            case SignInFailed or IAuditEvent:
                // Belongs to no session, and is no activity of the one that a later attempt may have opened.
                return;
            case SessionOpened e:
                Run(
                    """
                    INSERT OR IGNORE INTO session (id, host, monitor_pid, client_address, client_port, server_address,
                        server_port, started_at, last_activity)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
                    """,
                    transaction, session, e.Host, e.MonitorPid, e.Client.Address.ToString(), e.Client.Port,
                    e.Server.Address.ToString(), e.Server.Port, e.At.UtcTicks);
                break;
            case SignedIn e:
                Run("UPDATE session SET user = $2, uid = $3 WHERE id = $1", transaction, session, e.User, e.Uid);
                break;
            case ChannelOpened e:
                Run(
                    "INSERT OR REPLACE INTO channel (session, number, tty, is_open) VALUES ($1, $2, $3, 1)",
                    transaction, session, e.Channel, e.Tty);
                break;
            case ChannelClosed e:
                Run("UPDATE channel SET is_open = 0 WHERE session = $1 AND number = $2", transaction, session, e.Channel);
                break;
            case CommandStarted e:
                Start(journalled, e, transaction);
                break;
            case CommandFinished e:
                Finish(session, e, transaction);
                break;
            case LossRecorded:
                Run("UPDATE session SET loss_events = loss_events + 1 WHERE id = $1", transaction, session);
                break;
            case SessionClosed e:
                Run(
                    "UPDATE session SET ended_at = $2, output_bytes = $3, loss_events = $4 WHERE id = $1",
                    transaction, session, e.At.UtcTicks, e.OutputBytes, e.LossEvents);
                break;
        }

        Activity(session).Happened(journalled.Event.At);
    }

    /// <summary>To be called at the end of each page, in its transaction.</summary>
    public void Advance(FeedPage page, SqliteTransaction transaction)
    {
        foreach (var session in _activity.Keys)
            Store(session, transaction);
        Run("UPDATE cursor SET ordering = $1, journal = $2", transaction, page.Cursor, page.Journal);
    }

    /// <summary>What was taken in since the last <see cref="Advance"/> did not happen.</summary>
    public void Undo() => _activity.Clear();

    /// <summary>Moves what waits in the write-ahead log to its place and empties it; false if somebody was in the way.</summary>
    public bool TryCutLog() => Leftovers.TryCutLog(_connection);

    /// <summary>Forgets everything: what follows is of another journal.</summary>
    public void Clear(SqliteTransaction transaction)
    {
        foreach (var sql in (string[])["DELETE FROM session", "DELETE FROM channel", "DELETE FROM command"])
            Run(sql, transaction);
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
    }

    private void Delete(string session, SqliteTransaction transaction)
    {
        Run("DELETE FROM session WHERE id = $1", transaction, session);
        Run("DELETE FROM channel WHERE session = $1", transaction, session);
        Run("DELETE FROM command WHERE session = $1", transaction, session);
    }

    private void Redact(string session, RecordingRedacted e, SqliteTransaction transaction)
    {
        Run("DELETE FROM command WHERE session = $1 AND sequence_nr BETWEEN $2 AND $3", transaction, session, e.From, e.UpTo);
        Run(
            """
            UPDATE session SET last_command = coalesce(
                (SELECT executable FROM command WHERE session = $1 ORDER BY sequence_nr DESC LIMIT 1), '') WHERE id = $1
            """,
            transaction, session);
    }

    private void Start(JournalledEvent journalled, CommandStarted e, SqliteTransaction transaction)
    {
        var session = journalled.Session.Text;
        Run(
            """
            INSERT OR IGNORE INTO command (session, sequence_nr, started_at, pid, parent_pid, executable, arguments,
                omitted_argument_bytes, working_directory, uid, effective_uid, tty)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            transaction, session, journalled.SequenceNr, e.At.UtcTicks, e.Pid, e.ParentPid, e.Executable,
            e.Arguments.Block.ToArray(), e.Arguments.OmittedBytes, e.WorkingDirectory, e.Uid, e.EffectiveUid, e.Tty);
        Activity(session).Started(e.Executable);
    }

    private void Finish(string session, CommandFinished e, SqliteTransaction transaction)
    {
        // Left to itself SQLite goes through all commands of the session by the primary key.
        Run(
            """
            UPDATE command INDEXED BY command_process SET finished_at = $4, exit_code = $5, signal = $6, replaced = $7
            WHERE session = $1 AND pid = $2 AND started_at = $3
            """,
            transaction, session, e.Pid, e.StartedAt.UtcTicks, e.At.UtcTicks, e.ExitCode, e.Signal, e.Replaced);
        if (!e.Replaced)
            Activity(session).Finished(e.ExitCode);
    }

    private SessionActivity Activity(string session)
    {
        if (!_activity.TryGetValue(session, out var activity))
            _activity.Add(session, activity = new SessionActivity());
        return activity;
    }

    private void Store(string session, SqliteTransaction transaction)
    {
        if (!_activity.Remove(session, out var activity))
            return;
        Run(
            """
            UPDATE session SET last_activity = max(last_activity, $2), commands = commands + $3,
                last_command = coalesce($4, last_command), exit_code = CASE WHEN $5 THEN $6 ELSE exit_code END
            WHERE id = $1
            """,
            transaction, session, activity.LastAt.UtcTicks, activity.Commands, activity.LastCommand, activity.HasExitCode,
            activity.ExitCode);
    }

    private void Run(string sql, SqliteTransaction transaction, params ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this class.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.AddWithValue("$" + i, DBNull.Value);
            _prepared.Add(sql, command);
        }

        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }
}
