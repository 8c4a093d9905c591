using System.Net;
using SshLog.Core.Identity;

namespace SshLog.Core.Journal;

/// <summary>Which sessions are asked for; an omitted field does not restrict.</summary>
/// <param name="User">User name, exact.</param>
/// <param name="Client">Peer address, exact.</param>
/// <param name="Tty">Number of a pty of the session.</param>
/// <param name="IdPrefix">Start of the session's id.</param>
/// <param name="OnlyOpen">True leaves out sessions that are over.</param>
/// <param name="Since">Only sessions that started at or after this.</param>
/// <param name="Limit">At most so many, newest first.</param>
/// <param name="Command">Only sessions in which this program ran: its file's name, or the whole path.</param>
/// <param name="ExitStatus">Only sessions in which a command, or that one, ended with this exit status.</param>
public sealed record SessionQuery(
    string? User = null,
    IPAddress? Client = null,
    int? Tty = null,
    string? IdPrefix = null,
    bool OnlyOpen = false,
    DateTimeOffset? Since = null,
    int Limit = 1000,
    string? Command = null,
    int? ExitStatus = null)
{
    /// <summary>Only those that follow this one in the list; null begins with the newest.</summary>
    public SessionPlace? Behind { get; init; }

    /// <summary>True if it asks for commands, of which a <see cref="SessionSummary"/> says nothing: the catalogue knows.</summary>
    public bool AsksForCommands => Command is not null || ExitStatus is not null;

    /// <summary>
    /// True if <paramref name="session"/> is one of those asked for; <see cref="Limit"/> and what is asked of commands aside.
    /// </summary>
    public bool Matches(SessionSummary session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return (User is null || User == session.User)
            && (Client is null || Client.Equals(session.Client.Address))
            && (Tty is null || session.Ttys.Contains(Tty.Value))
            && (IdPrefix is null || session.Id.Text.StartsWith(IdPrefix, StringComparison.Ordinal))
            && (!OnlyOpen || session.EndedAt is null)
            && (Since is null || session.StartedAt >= Since)
            && (Behind is not { } place || place.IsBefore(session));
    }
}

/// <summary>A place in a list of sessions, newest first; those that began at the same time by their ids, the greatest first.</summary>
/// <param name="StartedAt">When the session there began.</param>
/// <param name="Id">Its id.</param>
public readonly record struct SessionPlace(DateTimeOffset StartedAt, string Id)
{
    /// <summary>Where a session stands.</summary>
    public static SessionPlace Of(SessionSummary session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new SessionPlace(session.StartedAt, session.Id.Text);
    }

    /// <summary>True if the session follows in the list.</summary>
    public bool IsBefore(SessionSummary session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.StartedAt < StartedAt
            || (session.StartedAt == StartedAt && string.CompareOrdinal(session.Id.Text, Id) < 0);
    }
}

/// <summary>One session in a list.</summary>
/// <param name="Id">Which.</param>
/// <param name="User">Who signed in; empty when not known yet.</param>
/// <param name="Uid">User id; null when not known yet.</param>
/// <param name="Host">The machine.</param>
/// <param name="MonitorPid">The sshd process that serves the connection.</param>
/// <param name="Client">Peer address and port.</param>
/// <param name="Server">Local address and port.</param>
/// <param name="StartedAt">When the connection began.</param>
/// <param name="EndedAt">When it ended; null while it is open.</param>
/// <param name="ExitCode">Exit status of the session's last finished top-level command; null when none is known.</param>
/// <param name="LastActivity">Time of its newest event.</param>
/// <param name="LastCommand">Executable of its newest command; empty when there was none.</param>
/// <param name="Ttys">Numbers of its ptys, in order of opening; open ones only while the session is open.</param>
/// <param name="Commands">Commands recorded.</param>
/// <param name="OutputBytes">Output bytes recorded.</param>
/// <param name="LossEvents">Gaps recorded; 0 means that nothing is missing.</param>
public sealed record SessionSummary(
    SessionId Id,
    string User,
    uint? Uid,
    string Host,
    int MonitorPid,
    IPEndPoint Client,
    IPEndPoint Server,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    int? ExitCode,
    DateTimeOffset LastActivity,
    string LastCommand,
    IReadOnlyList<int> Ttys,
    long Commands,
    long OutputBytes,
    long LossEvents)
{
    /// <summary>How many watch it at this moment.</summary>
    public int Viewers { get; init; }

    /// <summary>Whose rights its newest command has, as a user id; null when there was no command.</summary>
    public uint? EffectiveUid { get; init; }
}

/// <summary>One command in a list.</summary>
/// <param name="SequenceNr">Its start's place in the session's journal.</param>
/// <param name="StartedAt">When.</param>
/// <param name="FinishedAt">When it ended; null while it runs or when the end is not known.</param>
/// <param name="Pid">Process id.</param>
/// <param name="ParentPid">Parent's process id.</param>
/// <param name="Executable">Program file.</param>
/// <param name="Arguments">argv.</param>
/// <param name="WorkingDirectory">Where.</param>
/// <param name="Uid">Real user id.</param>
/// <param name="EffectiveUid">Effective user id.</param>
/// <param name="Tty">Its pty; null without one.</param>
/// <param name="ExitCode">Exit status; null when not known, replaced or ended by a signal.</param>
/// <param name="Signal">Signal that ended it; null for none.</param>
/// <param name="Replaced">True if another program took its place (execve(2)).</param>
public sealed record CommandSummary(
    long SequenceNr,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    int Pid,
    int ParentPid,
    string Executable,
    ArgumentVector Arguments,
    string WorkingDirectory,
    uint Uid,
    uint EffectiveUid,
    int? Tty,
    int? ExitCode,
    int? Signal,
    bool Replaced);
