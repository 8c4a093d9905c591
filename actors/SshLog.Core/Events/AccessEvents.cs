namespace SshLog.Core.Events;

/// <summary>Somebody asked for the session to be ended.</summary>
/// <param name="At">When.</param>
/// <param name="Uid">User id of who asked; null when an action did.</param>
/// <param name="User">Name of who asked, or of the action.</param>
/// <param name="Pid">Their process; null when not known.</param>
/// <param name="Reason">Why, as given; empty for none.</param>
public sealed record KillRequested(DateTimeOffset At, uint? Uid, string User, int? Pid, string Reason) : SessionEvent(At);

/// <summary>Somebody began to watch a channel.</summary>
/// <param name="At">When.</param>
/// <param name="Channel">Number of the channel within the session.</param>
/// <param name="Uid">User id of the viewer; null for one of the web page.</param>
/// <param name="User">Name of the viewer.</param>
/// <param name="From">Where they are: <c>pid 4711</c> on this machine, or the address of a browser.</param>
/// <param name="MayType">True if they may type into it.</param>
public sealed record ViewerJoined(
    DateTimeOffset At, int Channel, uint? Uid, string User, string From, bool MayType) : SessionEvent(At);

/// <summary>Somebody watches a channel no more.</summary>
/// <param name="At">When.</param>
/// <param name="Channel">Number of the channel within the session.</param>
/// <param name="Uid">User id of the viewer; null for one of the web page.</param>
/// <param name="User">Name of the viewer.</param>
/// <param name="From">Where they are, as in <see cref="ViewerJoined"/>.</param>
public sealed record ViewerLeft(DateTimeOffset At, int Channel, uint? Uid, string User, string From) : SessionEvent(At);

/// <summary>
/// A viewer typed into a channel's terminal. What was typed is not kept; what the terminal echoed is in its output.
/// Keys of a few seconds make one event; the first of them is recorded before it is typed.
/// </summary>
/// <param name="At">When.</param>
/// <param name="Channel">Number of the channel within the session.</param>
/// <param name="Uid">User id of the viewer; null for one of the web page.</param>
/// <param name="User">Name of the viewer.</param>
/// <param name="From">Where they are, as in <see cref="ViewerJoined"/>.</param>
/// <param name="Bytes">How many bytes.</param>
public sealed record InputInjected(
    DateTimeOffset At, int Channel, uint? Uid, string User, string From, long Bytes) : SessionEvent(At);

/// <summary>
/// Somebody asked for something that they may not do to the session. The same once for each connection of theirs.
/// </summary>
/// <param name="At">When.</param>
/// <param name="Uid">User id of who asked; null for one of the web page.</param>
/// <param name="User">Name of who asked.</param>
/// <param name="From">Where they are, as in <see cref="ViewerJoined"/>.</param>
/// <param name="Request"><c>type</c>, or <c>kill</c>.</param>
/// <param name="Why">Why not, one sentence.</param>
public sealed record RequestRefused(
    DateTimeOffset At, uint? Uid, string User, string From, string Request, string Why) : SessionEvent(At);
