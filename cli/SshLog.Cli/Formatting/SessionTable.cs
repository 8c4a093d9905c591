using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Cli.Formatting;

/// <summary>Sessions as tables: the open ones of <c>sessions</c>, all of them of <c>history</c>.</summary>
/// <param name="clock">Now, and the local time zone.</param>
/// <param name="forPerson">True on a terminal: ages instead of times, long cells cut.</param>
/// <param name="style">Colours.</param>
internal sealed class SessionTable(TimeProvider clock, bool forPerson, Style style)
{
    private const int LongestCell = 60;

    /// <summary>The columns of sshlog's <c>sessions</c>; a column for gaps when there is one.</summary>
    public void WriteOpen(TextWriter writer, IReadOnlyList<SessionSummary> sessions, bool wide)
    {
        var columns = new List<Column>
        {
            new("User", s => SafeText.Escape(s.User)),
            new("Last Activity", s => Activity(s.LastActivity)),
            new("Last Command", s => SafeText.Escape(s.LastCommand)),
            new("Session Start", s => Quantities.LocalTime(s.StartedAt, clock)),
            new("Client IP", s => s.Client.ToString()),
            new("TTY", s => Quantities.Ttys(s.Ttys)),
        };
        if (wide)
        {
            columns.Insert(0, new("Session", s => s.Id.Text));
            columns.AddRange(
            [
                new("State", State),
                new("Commands", s => Quantities.Count(s.Commands)),
                new("Bytes", s => Quantities.Count(s.OutputBytes)),
            ]);
        }

        if (wide || sessions.Any(s => s.Viewers > 0))
            columns.Add(new("Viewers", s => Quantities.Count(s.Viewers)));

        Write(writer, sessions, columns, wide);
    }

    /// <summary>Open and ended sessions.</summary>
    public void WriteHistory(TextWriter writer, IReadOnlyList<SessionSummary> sessions) => Write(
        writer,
        sessions,
        [
            new("Session", s => s.Id.Text),
            new("User", s => SafeText.Escape(s.User)),
            new("Client IP", s => s.Client.ToString()),
            new("TTY", s => Quantities.Ttys(s.Ttys)),
            new("Session Start", s => Quantities.LocalTime(s.StartedAt, clock)),
            new("Duration", s => Quantities.Duration((s.EndedAt ?? clock.GetUtcNow()) - s.StartedAt)),
            new("State", State),
            new("Commands", s => Quantities.Count(s.Commands)),
            new("Bytes", s => Quantities.Count(s.OutputBytes)),
        ],
        always: false);

    /// <summary>Gaps of a session, or that there is none.</summary>
    public static string Loss(SessionSummary session) =>
        session.LossEvents == 0 ? "-" : "! " + Quantities.Count(session.LossEvents, "gap");

    /// <summary>Whether it is open, and how it ended.</summary>
    public static string State(SessionSummary session) => session switch
    {
        { EndedAt: null } => "open",
        { ExitCode: { } code } => $"exit {code}",
        _ => "ended",
    };

    private void Write(
        TextWriter writer, IReadOnlyList<SessionSummary> sessions, List<Column> columns, bool always)
    {
        if (always || sessions.Any(s => s.LossEvents > 0))
            columns.Add(new("Loss", Loss));
        var table = new TextTable(columns.ConvertAll(c => c.Header));
        foreach (var session in sessions)
            table.Add([.. columns.Select(c => c.Cell(session))]);
        table.Write(writer, style, forPerson ? LongestCell : int.MaxValue);
    }

    private string Activity(DateTimeOffset time) =>
        forPerson ? Quantities.Ago(time, clock.GetUtcNow()) : Quantities.LocalTime(time, clock);

    private sealed record Column(string Header, Func<SessionSummary, string> Cell);
}
