namespace SshLog.Core.Events;

/// <summary>Somebody asked for the session to be ended.</summary>
/// <param name="At">When.</param>
/// <param name="Uid">User id of who asked; null when an action did.</param>
/// <param name="User">Name of who asked, or of the action.</param>
/// <param name="Pid">Their process; null when not known.</param>
/// <param name="Reason">Why, as given; empty for none.</param>
public sealed record KillRequested(DateTimeOffset At, uint? Uid, string User, int? Pid, string Reason) : SessionEvent(At);
