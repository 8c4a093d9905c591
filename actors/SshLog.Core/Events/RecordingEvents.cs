using SshLog.Core.Recording;

namespace SshLog.Core.Events;

/// <summary>
/// Stands in the place of an event whose content was taken out afterwards (<see cref="RecordingRedacted"/>). Nobody writes
/// it: who reads the journal finds it there.
/// </summary>
/// <param name="At">When that event was.</param>
/// <param name="Kind">What it was: its manifest.</param>
public sealed record ContentRedacted(DateTimeOffset At, string Kind) : SessionEvent(At);

/// <summary>
/// From here on a part of this session is left out because the configuration says so (<c>record.sessions</c>). What is
/// left out so is no loss.
/// </summary>
/// <param name="At">When it was decided: with the sign-in.</param>
/// <param name="Level">What is still recorded; never <see cref="RecordingLevel.All"/>.</param>
/// <param name="Rule">Name of the entry that says so.</param>
public sealed record RecordingLimited(DateTimeOffset At, RecordingLevel Level, string Rule) : SessionEvent(At);
