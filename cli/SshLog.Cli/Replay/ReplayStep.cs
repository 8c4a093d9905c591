using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Cli.Replay;

/// <summary>One thing on the timeline of a replay.</summary>
/// <param name="At">When it happened.</param>
internal abstract record ReplayStep(DateTimeOffset At)
{
    /// <summary>The event's place in the session's journal; 0 when not known.</summary>
    public long SequenceNr { get; init; }

    /// <summary>Bytes to show.</summary>
    internal sealed record Output(DateTimeOffset At, ChannelKind Kind, ChannelStream Stream, ReadOnlyMemory<byte> Bytes)
        : ReplayStep(At);

    /// <summary>Something is missing here: what, in words.</summary>
    internal sealed record Gap(DateTimeOffset At, string Mark) : ReplayStep(At);

    /// <summary>A command started; nothing to show, a place to stop at.</summary>
    internal sealed record Command(DateTimeOffset At) : ReplayStep(At);

    /// <summary>The window has a size, or another one.</summary>
    internal sealed record Resize(DateTimeOffset At, int Columns, int Rows) : ReplayStep(At);
}
