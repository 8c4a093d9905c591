using System.Collections.Immutable;
using System.Net;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Core.Sessions;

/// <summary>
/// What the recorder knows of a session: rebuilt from its events alone, never holding output, so its size does not
/// grow with what the session printed.
/// </summary>
public sealed record SessionState
{
    /// <summary>Closed channels of which something may still come, or be asked.</summary>
    public const int MostClosedChannels = 64;

    /// <summary>Which session.</summary>
    public required SessionId Id { get; init; }

    /// <summary>The first fact; null while nothing is recorded.</summary>
    public SessionOpened? Opened { get; init; }

    /// <summary>Who; null while not known.</summary>
    public SignedIn? SignedIn { get; init; }

    /// <summary>That a part of it is not recorded; null when all of it is.</summary>
    public RecordingLimited? Limited { get; init; }

    /// <summary>The end of the connection; null while it is open.</summary>
    public SessionClosed? Closed { get; init; }

    /// <summary>
    /// The channels by number: all that are open, and the last <see cref="MostClosedChannels"/> of those that are closed, because one
    /// connection may have any number of them, one after the other.
    /// </summary>
    public ImmutableSortedDictionary<int, ChannelState> Channels { get; init; } =
        ImmutableSortedDictionary<int, ChannelState>.Empty;

    /// <summary>Programs that run, by pid.</summary>
    public ImmutableDictionary<int, RunningCommand> Running { get; init; } =
        ImmutableDictionary<int, RunningCommand>.Empty;

    /// <summary>What the probe has delivered and the journal holds: anything up to here is a duplicate.</summary>
    public ProbePosition Position { get; init; }

    /// <summary>Link of the newest event; see <see cref="EventChain"/>.</summary>
    public required ReadOnlyMemory<byte> ChainHead { get; init; }

    /// <summary>Output bytes recorded.</summary>
    public long OutputBytes { get; init; }

    /// <summary>Commands recorded.</summary>
    public long Commands { get; init; }

    /// <summary>Gaps recorded.</summary>
    public long LossEvents { get; init; }

    /// <summary>Executable of the newest command; empty when there was none.</summary>
    public string LastCommand { get; init; } = string.Empty;

    /// <summary>Whose rights the newest command has, as a user id; null when there was none.</summary>
    public uint? EffectiveUid { get; init; }

    /// <summary>Exit status of the last command that finished; null when none did or a signal ended it.</summary>
    public int? LastExitCode { get; init; }

    /// <summary>Time of the newest event.</summary>
    public DateTimeOffset LastActivity { get; init; }

    /// <summary>The state before the first event.</summary>
    public static SessionState Empty(SessionId id) =>
        new() { Id = id, ChainHead = EventChain.Genesis(id.PersistenceId) };

    /// <summary>The state after <paramref name="fact"/>, which stands at <paramref name="position"/>.</summary>
    public SessionState Apply(SessionEvent fact, ProbePosition position)
    {
        ArgumentNullException.ThrowIfNull(fact);
        var next = fact switch
        {
            SessionOpened e => this with { Opened = e },
            SignedIn e => this with { SignedIn = e },
            RecordingLimited e => this with { Limited = e },
            ChannelOpened e => this with { Channels = Channels.SetItem(e.Channel, ChannelState.From(e, Find(e.Channel))) },
            ChannelClosed e => Change(e.Channel, c => c with { IsOpen = false }).ForgetClosed(),
            TerminalResized e => Change(e.Channel, c => c with { Rows = e.Rows, Columns = e.Columns }),
            OutputRecorded e => (this with { OutputBytes = OutputBytes + e.Bytes.Length })
                .Change(e.Channel, c => c.Advance(e.Stream, e.Offset + e.Bytes.Length)),
            OutputLeftOut { NoRoom: true } e => Change(e.Channel, c => c.Advance(e.Stream, e.Offset + e.Bytes)),
            LossRecorded e => ApplyLoss(e),
            CommandStarted e => this with
            {
                Commands = Commands + 1,
                LastCommand = e.Executable,
                EffectiveUid = e.EffectiveUid,
                Running = Running.SetItem(e.Pid, new RunningCommand(e.At, position.Epoch)),
            },
            CommandFinished e => this with
            {
                Running = Running.Remove(e.Pid),
                LastExitCode = e.Replaced ? LastExitCode : e.ExitCode,
            },
            ChannelRequested e => Change(e.Channel, c => c with { Request = e.Request }),
            SessionClosed e => this with { Closed = e },
            _ => this,
        };
        return next with
        {
            LastActivity = fact.At > LastActivity ? fact.At : LastActivity,
            Position = position > Position ? position : Position,
        };
    }

    /// <summary>The channel that the probe means; null when it is not known.</summary>
    public ChannelState? Find(ChannelRef channel) =>
        Channels.Values.FirstOrDefault(c => c.Kind == channel.Kind && c.Index == channel.Index && c.SeenAt == channel.SeenAt);

    /// <summary>What a list of sessions shows of it.</summary>
    /// <exception cref="InvalidOperationException">Nothing is recorded yet.</exception>
    public SessionSummary Summarize()
    {
        var opened = Opened ?? throw new InvalidOperationException("A session without events has no summary.");
        var ptys = Channels.Values.Where(c => c.Kind == ChannelKind.Pty && (c.IsOpen || Closed is not null));
        return new SessionSummary(
            Id,
            SignedIn?.User ?? string.Empty,
            SignedIn?.Uid,
            opened.Host,
            opened.MonitorPid,
            opened.Client,
            opened.Server,
            opened.At,
            Closed?.At,
            LastExitCode,
            LastActivity,
            LastCommand,
            [.. ptys.Select(c => (int)c.Index)],
            Commands,
            OutputBytes,
            LossEvents)
        {
            EffectiveUid = EffectiveUid,
        };
    }

    private SessionState ForgetClosed()
    {
        var closed = Channels.Values.Where(c => !c.IsOpen).ToList();
        return closed.Count <= MostClosedChannels ? this : this with { Channels = Channels.Remove(closed[0].Number) };
    }

    private ChannelState? Find(int number) => Channels.GetValueOrDefault(number);

    private SessionState Change(int number, Func<ChannelState, ChannelState> change) =>
        Find(number) is { } channel ? this with { Channels = Channels.SetItem(number, change(channel)) } : this;

    private SessionState ApplyLoss(LossRecorded loss)
    {
        var counted = this with { LossEvents = LossEvents + 1 };
        return loss is { Channel: { } number, Stream: { } stream, Offset: { } offset, Bytes: { } bytes }
            ? counted.Change(number, c => c.Advance(stream, offset + bytes))
            : counted;
    }
}

/// <summary>A program that runs.</summary>
/// <param name="StartedAt">When it started.</param>
/// <param name="Epoch">The attachment that saw it start; one of an older attachment may have ended unseen.</param>
public sealed record RunningCommand(DateTimeOffset StartedAt, ulong Epoch);

/// <summary>A channel of a session.</summary>
/// <param name="Number">Its number within the session.</param>
/// <param name="Kind">Pty or pipes.</param>
/// <param name="Index">See <see cref="ChannelOpened.Index"/>.</param>
/// <param name="SeenAt">When the present attachment first saw it.</param>
/// <param name="IsOpen">False once it has ended.</param>
/// <param name="Rows">Terminal rows.</param>
/// <param name="Columns">Terminal columns.</param>
/// <param name="OutputBase">Journal offset of the kernel's offset 0 of standard output.</param>
/// <param name="ErrorBase">The same for standard error.</param>
/// <param name="OutputNext">Journal offset of the next byte of standard output.</param>
/// <param name="ErrorNext">The same for standard error.</param>
public sealed record ChannelState(
    int Number,
    ChannelKind Kind,
    ulong Index,
    BootTime SeenAt,
    bool IsOpen,
    int Rows,
    int Columns,
    long OutputBase,
    long ErrorBase,
    long OutputNext,
    long ErrorNext)
{
    /// <summary>What the client asked for; null while not known.</summary>
    public ChannelRequest? Request { get; init; }

    /// <summary>The channel after it opened, or was found again (then <paramref name="before"/> is there).</summary>
    public static ChannelState From(ChannelOpened opened, ChannelState? before)
    {
        ArgumentNullException.ThrowIfNull(opened);
        var (output, error) = (before?.OutputNext ?? 0, before?.ErrorNext ?? 0);
        return new ChannelState(
            opened.Channel, opened.Kind, opened.Index, opened.SeenAt, true, opened.Rows, opened.Columns,
            output, error, output, error) { Request = before?.Request };
    }

    /// <summary>Journal offset of the kernel's offset 0 of that stream.</summary>
    public long Base(ChannelStream stream) => stream == ChannelStream.Error ? ErrorBase : OutputBase;

    /// <summary>Journal offset of the next byte of that stream.</summary>
    public long Next(ChannelStream stream) => stream == ChannelStream.Error ? ErrorNext : OutputNext;

    /// <summary>The channel when that stream stands at <paramref name="next"/>.</summary>
    public ChannelState Advance(ChannelStream stream, long next) =>
        stream == ChannelStream.Error ? this with { ErrorNext = next } : this with { OutputNext = next };
}
