using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Catalogue;

/// <summary>Questions to the catalogue's tables.</summary>
internal sealed class CatalogueQueries(SqliteConnection connection)
{
    private const string Sessions = """
        SELECT *, (SELECT effective_uid FROM command c WHERE c.session = session.id ORDER BY sequence_nr DESC LIMIT 1) AS effective_uid
        FROM session
        """;

    public (long Ordering, string Journal) Cursor()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT ordering, journal FROM cursor";
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetString(1));
    }

    public List<SessionSummary> Find(SessionQuery query)
    {
        using var command = connection.CreateCommand();
        var sql = new StringBuilder(Sessions).Append(" WHERE 1");
        Restrict(" AND user = $user", "$user", query.User);
        Restrict(" AND client_address = $client", "$client", query.Client?.ToString());
        Restrict(" AND id >= $prefix AND id < $prefix || x'7f'", "$prefix", query.IdPrefix);
        Restrict(" AND started_at >= $since", "$since", query.Since?.UtcTicks);
        Restrict(" AND started_at <= $behindAt", "$behindAt", query.Behind?.StartedAt.UtcTicks);
        Restrict(" AND (started_at < $behindAt OR id < $behind)", "$behind", query.Behind?.Id);
        Restrict(
            " AND EXISTS (SELECT 1 FROM channel c WHERE c.session = id AND c.tty = $tty AND (c.is_open OR ended_at IS NOT NULL))",
            "$tty", query.Tty);
        if (query.OnlyOpen)
            sql.Append(" AND ended_at IS NULL");
        if (query.AsksForCommands)
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM command c WHERE c.session = id");
            Restrict(" AND (c.executable = $command OR substr(c.executable, -length($command) - 1) = '/' || $command)", "$command", query.Command);
            Restrict(" AND c.exit_code = $status", "$status", query.ExitStatus);
            sql.Append(')');
        }

        Restrict(" ORDER BY started_at DESC, id DESC LIMIT $limit", "$limit", query.Limit);
#pragma warning disable CA2100 // Every piece is a constant; values are parameters.
        command.CommandText = sql.ToString();
#pragma warning restore CA2100

        var sessions = new List<SessionSummary>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                sessions.Add(ReadSession(reader));
        }

        return sessions.ConvertAll(s => s with { Ttys = Ttys(s) });

        void Restrict(string condition, string name, object? value)
        {
            if (value is null)
                return;
            sql.Append(condition);
            command.Parameters.AddWithValue(name, value);
        }
    }

    public List<SessionSummary> Oldest(DateTimeOffset endedBefore, int limit)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sessions + " WHERE ended_at < $before ORDER BY ended_at, id LIMIT $limit";
        command.Parameters.AddWithValue("$before", endedBefore.UtcTicks);
        command.Parameters.AddWithValue("$limit", limit);
        var sessions = new List<SessionSummary>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            sessions.Add(ReadSession(reader));
        return sessions;
    }

    public List<CommandSummary> Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT * FROM command WHERE session = $id AND sequence_nr > $after ORDER BY sequence_nr LIMIT $limit";
        command.Parameters.AddWithValue("$id", session.Text);
        command.Parameters.AddWithValue("$after", afterSequenceNr);
        command.Parameters.AddWithValue("$limit", limit);
        var (commands, bytes) = (new List<CommandSummary>(), 0);
        using var reader = command.ExecuteReader();
        while (bytes < limitBytes && reader.Read())
        {
            commands.Add(ReadCommand(reader));
            bytes += commands[^1].Arguments.Block.Length;
        }

        return commands;
    }

    private static SessionSummary ReadSession(SqliteDataReader row)
    {
        if (!SessionId.TryParse(Text(row, "id"), out var id))
            throw new JournalUnavailableException($"The catalogue holds a session id that is none: '{Text(row, "id")}'.");
        return new SessionSummary(
            id,
            Text(row, "user"),
            (uint?)OptionalNumber(row, "uid"),
            Text(row, "host"),
            (int)Number(row, "monitor_pid"),
            new IPEndPoint(IPAddress.Parse(Text(row, "client_address")), (int)Number(row, "client_port")),
            new IPEndPoint(IPAddress.Parse(Text(row, "server_address")), (int)Number(row, "server_port")),
            Time(Number(row, "started_at")),
            OptionalTime(row, "ended_at"),
            (int?)OptionalNumber(row, "exit_code"),
            Time(Number(row, "last_activity")),
            Text(row, "last_command"),
            [],
            Number(row, "commands"),
            Number(row, "output_bytes"),
            Number(row, "loss_events"))
        {
            EffectiveUid = (uint?)OptionalNumber(row, "effective_uid"),
        };
    }

    private static CommandSummary ReadCommand(SqliteDataReader row) => new(
        Number(row, "sequence_nr"),
        Time(Number(row, "started_at")),
        OptionalTime(row, "finished_at"),
        (int)Number(row, "pid"),
        (int)Number(row, "parent_pid"),
        Text(row, "executable"),
        new ArgumentVector(row.GetFieldValue<byte[]>(row.GetOrdinal("arguments")), Number(row, "omitted_argument_bytes")),
        Text(row, "working_directory"),
        (uint)Number(row, "uid"),
        (uint)Number(row, "effective_uid"),
        (int?)OptionalNumber(row, "tty"),
        (int?)OptionalNumber(row, "exit_code"),
        (int?)OptionalNumber(row, "signal"),
        Number(row, "replaced") != 0);

    private int[] Ttys(SessionSummary session)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT tty FROM channel WHERE session = $id AND tty IS NOT NULL AND (is_open OR $ended) ORDER BY number";
        command.Parameters.AddWithValue("$id", session.Id.Text);
        command.Parameters.AddWithValue("$ended", session.EndedAt is not null);
        var ttys = new List<int>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            ttys.Add(reader.GetInt32(0));
        return [.. ttys];
    }

    private static string Text(SqliteDataReader row, string column) => row.GetString(row.GetOrdinal(column));

    private static long Number(SqliteDataReader row, string column) => row.GetInt64(row.GetOrdinal(column));

    private static long? OptionalNumber(SqliteDataReader row, string column) =>
        row.IsDBNull(row.GetOrdinal(column)) ? null : Number(row, column);

    private static DateTimeOffset Time(long utcTicks) => new(utcTicks, TimeSpan.Zero);

    private static DateTimeOffset? OptionalTime(SqliteDataReader row, string column) =>
        OptionalNumber(row, column) is { } ticks ? Time(ticks) : null;
}
