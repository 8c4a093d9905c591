using System.Runtime.CompilerServices;
using System.Text;
using SshLog.Cli.Gateway;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Formatting.Export;
using SshLog.Terminal;

namespace SshLog.Cli.Replay;

/// <summary>A place found in a recording.</summary>
/// <param name="Screen">What it shows.</param>
/// <param name="SequenceNr">The last event before it.</param>
/// <param name="At">When it is.</param>
internal sealed record ReplayPlace(ChannelScreen? Screen, long SequenceNr, DateTimeOffset At);

/// <summary>One channel of a session's journal, from any place on.</summary>
/// <param name="gateway">The daemon.</param>
/// <param name="session">Which session.</param>
/// <param name="wanted">Number of a channel; null for the default.</param>
/// <param name="time">Clock to wait by.</param>
internal sealed class Recording(IGateway gateway, SessionSummary session, int? wanted, TimeProvider time)
{
    private static readonly TimeSpan _followEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>The channel, and the others.</summary>
    public ChannelChoice Choice { get; } = new(session, wanted);

    /// <summary>When it begins.</summary>
    public DateTimeOffset Start => session.StartedAt;

    /// <summary>Its length; of an open session up to when it was asked for.</summary>
    public TimeSpan Length => (session.EndedAt ?? session.LastActivity) - session.StartedAt;

    /// <summary>The steps behind an event.</summary>
    /// <param name="after">Its sequence number; 0 for the beginning.</param>
    /// <param name="follow">True to wait for more while the session is open.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<ReplayStep> StepsAsync(
        long after, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var open = follow && session.EndedAt is null;
        while (true)
        {
            var page = await ReadAsync(after, cancellation);
            foreach (var entry in page.Events)
            {
                open &= entry.Event is not SessionClosed;
                Choice.Notice(entry.Event);
                if (Step(entry) is { } step)
                    yield return step with { SequenceNr = entry.SequenceNr };
            }

            after = page.Cursor;
            if (page.Events.Count > 0 && !page.Ended)
                continue;
            if (!open)
                yield break;
            if (page.Events.Count == 0)
                await Task.Delay(_followEvery, time, cancellation);
        }
    }

    /// <summary>Finds a place; null when there is none (no such command, no such text).</summary>
    public async Task<ReplayPlace?> FindAsync(
        ReplayTarget target, long position, DateTimeOffset now, Func<bool> isGivenUp, CancellationToken cancellation)
    {
        switch (target)
        {
            case ReplayTarget.Time at:
                return await AtAsync(Start + at.After, cancellation);
            case ReplayTarget.Part part:
                return await AtAsync(Start + (Length * part.Of1), cancellation);
            case ReplayTarget.Step step:
                return await AtAsync(now + step.By, cancellation);
            case ReplayTarget.Event place:
                return await BeforeAsync(place.SequenceNr, cancellation);
            case ReplayTarget.End:
                return await BeforeAsync(long.MaxValue, cancellation);
            case ReplayTarget.Command command:
                return await CommandAsync(command.Next, position, cancellation) is { } sequenceNr
                    ? await BeforeAsync(sequenceNr + 1, cancellation)
                    : null;
            case ReplayTarget.Text text:
                return await SearchAsync(text.Needle, position, isGivenUp, cancellation) is { } found
                    ? await BeforeAsync(found + 1, cancellation)
                    : null;
            default:
                throw new ArgumentOutOfRangeException(nameof(target));
        }
    }

    private Task<ReplayPlace> AtAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        at = at < Start ? Start : at;
        return MoveAsync(channel => new GatewayProtocol.GetFrame(session.Id, channel, 0, at), e => e.Event.At <= at, at, cancellation);
    }

    private Task<ReplayPlace> BeforeAsync(long sequenceNr, CancellationToken cancellation) => MoveAsync(
        channel => new GatewayProtocol.GetFrame(session.Id, channel, sequenceNr - 1),
        e => e.SequenceNr < sequenceNr, null, cancellation);

    /// <summary>From the nearest key frame through the events that still belong before the place.</summary>
    private async Task<ReplayPlace> MoveAsync(
        Func<int, GatewayProtocol.GetFrame> ask, Func<JournalledEvent, bool> isBefore, DateTimeOffset? at,
        CancellationToken cancellation)
    {
        var frame = await ChannelAsync(cancellation) is { } channel
            ? (await gateway.AskAsync<GatewayProtocol.Frame>(ask(channel), cancellation)).Found
            : null;
        var screen = TryLoad(frame);
        var (position, reached) = screen is null ? (0, Start) : (frame!.SequenceNr, frame.At);
        var page = await ReadAsync(position, cancellation);
        while (page.Events.Count > 0)
        {
            foreach (var entry in page.Events)
            {
                if (!isBefore(entry))
                    return new ReplayPlace(screen, position, at ?? reached);
                Choice.Notice(entry.Event);
                if (screen is null && entry.Event is ChannelOpened opened && opened.Channel == Choice.Number)
                    screen = ChannelScreen.Open(opened);
                else
                    screen?.Apply(entry.Event);
                position = entry.SequenceNr;
                reached = entry.Event.At > reached ? entry.Event.At : reached;
            }

            page = await ReadAsync(page.Cursor, cancellation);
        }

        return new ReplayPlace(screen, position, at is { } wantedTime && wantedTime < reached ? wantedTime : reached);
    }

    /// <summary>The channel's number: the recording's beginning says which there are.</summary>
    private async Task<int?> ChannelAsync(CancellationToken cancellation)
    {
        for (var after = 0L; Choice.Channel is null;)
        {
            var page = await ReadAsync(after, cancellation);
            if (page.Events.Count == 0)
                return null;
            foreach (var entry in page.Events)
                Choice.Notice(entry.Event);
            after = page.Cursor;
        }

        return Choice.Number;
    }

    private async Task<long?> CommandAsync(bool next, long position, CancellationToken cancellation)
    {
        await ChannelAsync(cancellation);
        var commands = await gateway.ListCommandsAsync(session.Id, cancellation);
        var here = commands.Where(c => c.Tty is null || Choice.Channel?.Tty is null || c.Tty == Choice.Channel.Tty);
        var found = next
            ? here.FirstOrDefault(c => c.SequenceNr > position)
            : here.LastOrDefault(c => c.SequenceNr < position);
        return found?.SequenceNr;
    }

    private async Task<long?> SearchAsync(
        string needle, long position, Func<bool> isGivenUp, CancellationToken cancellation)
    {
        await ChannelAsync(cancellation);
        var (text, shown) = (new PlainText(Choice.Channel?.Columns ?? 0), new StringWriter());
        var page = await ReadAsync(position, cancellation);
        while (page.Events.Count > 0 && !isGivenUp())
        {
            foreach (var entry in page.Events.Where(e => Choice.Concerns(e.Event)))
            {
                if (entry.Event is TerminalResized resized)
                    text.Resize(resized.Columns);
                if (entry.Event is not OutputRecorded output)
                    continue;
                text.Feed(output.Bytes.Span, shown);
                if (shown.GetStringBuilder().Append(text.Pending).ToString().Contains(needle, StringComparison.OrdinalIgnoreCase))
                    return entry.SequenceNr;
                shown.GetStringBuilder().Clear();
            }

            page = await ReadAsync(page.Cursor, cancellation);
        }

        return null;
    }

    private ReplayStep? Step(JournalledEvent entry) => !Choice.Concerns(entry.Event) ? null : entry.Event switch
    {
        OutputRecorded output => new ReplayStep.Output(
            output.At, Choice.Channel?.Kind ?? ChannelKind.Pty, output.Stream, output.Bytes),
        LossRecorded or OutputLeftOut => new ReplayStep.Gap(entry.Event.At, LossText.Mark(entry.Event)!),
        CommandStarted started => new ReplayStep.Command(started.At),
        ChannelOpened opened => new ReplayStep.Resize(opened.At, opened.Columns, opened.Rows),
        TerminalResized resized => new ReplayStep.Resize(resized.At, resized.Columns, resized.Rows),
        _ => null,
    };

    private Task<GatewayProtocol.EventPage> ReadAsync(long after, CancellationToken cancellation) =>
        gateway.AskAsync<GatewayProtocol.EventPage>(new GatewayProtocol.ReadJournal(session.Id, after), cancellation);

    // A frame of another version is none.
    private static ChannelScreen? TryLoad(ScreenFrame? frame)
    {
        try
        {
            return frame is null ? null : ChannelScreen.Load(frame);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
