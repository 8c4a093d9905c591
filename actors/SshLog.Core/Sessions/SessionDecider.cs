using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Recording;

namespace SshLog.Core.Sessions;

/// <summary>
/// Decides what facts follow from what the probe saw, given what is recorded already. Pure: same state, same input,
/// same facts.
/// </summary>
public static class SessionDecider
{
    /// <summary>The facts of a batch, in order; empty when all of it is recorded already.</summary>
    public static IReadOnlyList<SessionEvent> Decide(SessionState state, ProbeBatch batch, SessionContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        if (batch.Position <= state.Position)
            return [];

        var facts = new List<SessionEvent>(batch.Events.Count + 4);
        foreach (var seen in batch.Events)
        {
            foreach (var fact in DecideOne(state, seen, batch, context))
            {
                foreach (var kept in RecordingLimits.Apply(state, fact, context))
                {
                    facts.Add(kept);
                    state = state.Apply(kept, batch.Position);
                }
            }
        }

        return facts;
    }

    /// <summary>The facts that end a session which ended while no probe was attached.</summary>
    public static IReadOnlyList<SessionEvent> DecideUnobservedEnd(SessionState state, DateTimeOffset noticedAt)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Opened is null || state.Closed is not null)
            return [];
        var loss = new LossRecorded(
            noticedAt, LossCause.Detached, state.LastActivity, null, null, null, null, null);
        return
        [
            loss,
            new SessionClosed(
                noticedAt, SessionEnd.Unobserved, null, null, state.OutputBytes, state.Commands, state.LossEvents + 1),
        ];
    }

    /// <summary>
    /// The facts with which a recorded session goes on in a journal that does not hold its beginning: who and where it
    /// is, its channels, and for each stream how much of it is missing here.
    /// </summary>
    public static IReadOnlyList<SessionEvent> DecideContinuation(SessionState before, DateTimeOffset noticedAt)
    {
        ArgumentNullException.ThrowIfNull(before);
        var opened = before.Opened ?? throw new ArgumentException("It has no beginning.", nameof(before));
        List<SessionEvent> facts = [opened with { Existing = true }];
        if (before.SignedIn is { } signedIn)
            facts.Add(signedIn);
        if (before.Limited is { } limited)
            facts.Add(limited);
        facts.Add(new LossRecorded(noticedAt, LossCause.Journal, opened.At, null, null, null, null, null));
        foreach (var channel in before.Channels.Values.Where(c => c.IsOpen))
        {
            facts.Add(new ChannelOpened(
                noticedAt, channel.Number, channel.Kind, channel.Index, channel.SeenAt, channel.Rows, channel.Columns, true));
            foreach (var stream in (ReadOnlySpan<ChannelStream>)[ChannelStream.Output, ChannelStream.Error])
            {
                var missing = channel.Next(stream) - channel.Base(stream);
                if (missing > 0)
                {
                    facts.Add(new LossRecorded(
                        noticedAt, LossCause.Journal, null, channel.Number, stream, 0, null, missing));
                }
            }
        }

        if (before.Closed is { } closed)
            facts.Add(closed);
        return facts;
    }

    private static IEnumerable<SessionEvent> DecideOne(
        SessionState state, ProbeEvent seen, ProbeBatch batch, SessionContext context)
    {
        var at = context.Clock.ToWallTime(seen.At);
        return seen switch
        {
            ConnectionOpened e => Open(state, e, batch, context, at),
            ChannelSeen e => OpenChannel(state, e, context, at),
            OutputRead e => Record(state, e, context, at),
            WindowChanged e => state.Find(e.Channel) is { } channel
                ? [new TerminalResized(at, channel.Number, e.Rows, e.Columns)]
                : [],
            ProgramExecuted e => Start(state, e, batch.Position.Epoch, context, at),
            ProcessExited e => state.Running.GetValueOrDefault(e.Pid) is { } command
                ? [Finish(e, command, at)]
                : [],
            ChannelEnded e => state.Find(e.Channel) is { IsOpen: true } channel ? EndChannel(channel, e, at) : [],
            SubsystemServed or OutputSkipped or PrivilegeSwitched or InputTyped or FileMoved or ForwardSeen =>
                CaptureDecider.Decide(state, seen, context, at),
            SignInCompleted e => SignIn(state, e, context, at),
            UserFound e => state.SignedIn is null ? [new SignedIn(at, context.Accounts.UserName(e.Uid), e.Uid)] : [],
            // The day's journal of failed attempts has them (SignInDecider).
            SignInRefused => [],
            ConnectionClosed e => Close(state, e, at),
            RecordsLost e => [Lose(state, e, at)],
            _ => throw new NotSupportedException($"No decision for {seen.GetType().Name}."),
        };
    }

    private static IEnumerable<SessionEvent> Open(
        SessionState state, ConnectionOpened seen, ProbeBatch batch, SessionContext context, DateTimeOffset at)
    {
        if (state.Opened is null)
        {
            yield return new SessionOpened(
                context.Clock.ToWallTime(batch.Session.StartedAt),
                context.Host,
                context.Clock.BootId,
                batch.Session.Pid,
                batch.Session.StartedAt,
                seen.Client,
                seen.Server,
                seen.Existing);
        }
        else if (batch.Position.Epoch != state.Position.Epoch)
        {
            yield return new LossRecorded(
                at, LossCause.Detached, state.LastActivity, null, null, null, null, null);
        }
    }

    private static IEnumerable<SessionEvent> SignIn(
        SessionState state, SignInCompleted seen, SessionContext context, DateTimeOffset at)
    {
        // A name that has no number any more: the first program will show the number.
        if (state.SignedIn is null && context.Accounts.UserId(seen.User) is { } uid)
            yield return new SignedIn(at, seen.User, uid, seen.Method, seen.Key);
    }

    private static IEnumerable<SessionEvent> OpenChannel(
        SessionState state, ChannelSeen seen, SessionContext context, DateTimeOffset at)
    {
        if (state.Find(seen.Channel) is { } known)
        {
            // After a restart a channel may be found before the record of its opening is read.
            if (known.Rows == 0 && seen.Rows > 0)
                yield return new TerminalResized(at, known.Number, seen.Rows, seen.Columns);
            yield break;
        }

        var again = seen.Existing
            ? state.Channels.Values.LastOrDefault(
                c => c.IsOpen && c.Kind == seen.Channel.Kind && c.Index == seen.Channel.Index)
            : null;
        yield return new ChannelOpened(
            at,
            again?.Number ?? state.Channels.Keys.LastOrDefault(-1) + 1,
            seen.Channel.Kind,
            seen.Channel.Index,
            seen.Channel.SeenAt,
            seen.Rows,
            seen.Columns,
            seen.Existing);
        var servedFor = seen.Channel.Kind == ChannelKind.Pty
            ? context.Accounts.OwnerOfPty((int)seen.Channel.Index)
            : seen.ServedBy;
        if (seen.Existing && state.SignedIn is null && servedFor is { } owner)
        {
            yield return new SignedIn(at, context.Accounts.UserName(owner), owner);
        }
    }

    private static IEnumerable<SessionEvent> Record(SessionState state, OutputRead seen, SessionContext context, DateTimeOffset at)
    {
        if (state.Find(seen.Channel) is not { } channel)
        {
            // Its opening was recorded nowhere; what it prints is recorded all the same.
            foreach (var fact in OpenChannel(state, new ChannelSeen(seen.At, seen.Channel, 0, 0, Existing: false), context, at))
            {
                yield return fact;
                state = state.Apply(fact, state.Position);
            }

            channel = state.Find(seen.Channel)!;
        }

        var offset = channel.Base(seen.Stream) + (long)seen.Offset;
        var next = channel.Next(seen.Stream);
        if (offset > next)
        {
            yield return new LossRecorded(
                at, LossCause.RingFull, null, channel.Number, seen.Stream, next, null, offset - next);
        }

        var recorded = (int)Math.Clamp(next - offset, 0, seen.Bytes.Length);
        if (recorded < seen.Bytes.Length)
        {
            yield return new OutputRecorded(
                at, channel.Number, seen.Stream, offset + recorded, seen.Bytes[recorded..]) { Redacted = seen.Redacted };
        }
    }

    // Whatever became of it on its way here, what is missing at the end of a stream is no secret.
    private static IEnumerable<SessionEvent> EndChannel(ChannelState channel, ChannelEnded seen, DateTimeOffset at)
    {
        foreach (var (stream, end) in ((ChannelStream, long?)[])[(ChannelStream.Output, seen.OutputEnd), (ChannelStream.Error, seen.ErrorEnd)])
        {
            var next = channel.Next(stream);
            if (channel.Base(stream) + end - next is > 0 and var missing)
                yield return new LossRecorded(at, LossCause.Journal, null, channel.Number, stream, next, null, missing);
        }

        yield return new ChannelClosed(at, channel.Number) { InputBytes = seen.InputBytes };
    }

    private static IEnumerable<SessionEvent> Start(
        SessionState state, ProgramExecuted seen, ulong epoch, SessionContext context, DateTimeOffset at)
    {
        // The sign-in itself was not seen: the first program behind the first channel runs as the user.
        if (state.SignedIn is null && state.Channels.Count > 0)
        {
            var uid = seen.LoginUid ?? seen.Uid;
            yield return new SignedIn(at, context.Accounts.UserName(uid), uid);
        }

        var user = state.SignedIn?.Uid ?? seen.LoginUid ?? seen.Uid;
        if (state.Running.GetValueOrDefault(seen.Pid) is { } replaced && replaced.Epoch == epoch)
            yield return new CommandFinished(at, seen.Pid, replaced.StartedAt, null, null, false, Replaced: true);
        var redacted = 0;
        var arguments = context.Recording.RedactsArguments ? ArgumentRedaction.Apply(seen.Arguments, out redacted) : seen.Arguments;
        yield return new CommandStarted(
            at,
            seen.Pid,
            seen.ParentPid,
            arguments,
            seen.Executable,
            seen.WorkingDirectory,
            seen.Uid,
            seen.EffectiveUid,
            seen.LoginUid,
            seen.AuditSession,
            seen.Tty)
        {
            Typed = seen.Typed,
            Redacted = redacted,
            EffectiveUser = seen.EffectiveUid == user ? string.Empty : context.Accounts.UserName(seen.EffectiveUid),
        };
        foreach (var fact in CaptureDecider.DescribeChannel(state, seen with { Arguments = arguments }, at))
            yield return fact;
    }

    private static CommandFinished Finish(ProcessExited seen, RunningCommand command, DateTimeOffset at) =>
        new(
            at,
            seen.Pid,
            command.StartedAt,
            seen.Signal == 0 ? seen.ExitCode : null,
            seen.Signal == 0 ? null : seen.Signal,
            seen.CoreDumped,
            Replaced: false)
        {
            Output = seen.FirstOutput,
            OutputBytes = seen.PrintedBytes,
        };

    private static IEnumerable<SessionEvent> Close(SessionState state, ConnectionClosed seen, DateTimeOffset at)
    {
        if (state.Closed is not null)
            yield break;
        foreach (var channel in state.Channels.Values.Where(c => c.IsOpen))
            yield return new ChannelClosed(at, channel.Number);
        yield return new SessionClosed(
            at,
            seen.Signal == 0 ? SessionEnd.Exited : SessionEnd.Killed,
            seen.Signal == 0 ? seen.ExitCode : null,
            seen.Signal == 0 ? null : seen.Signal,
            state.OutputBytes,
            state.Commands,
            state.LossEvents)
        {
            StillRunning = state.Running.Count,
        };
    }

    private static LossRecorded Lose(SessionState state, RecordsLost seen, DateTimeOffset at)
    {
        var channel = seen.Channel is { } reference ? state.Find(reference) : null;
        long? offset = channel is not null && seen is { Stream: { } stream, Offset: { } start }
            ? channel.Base(stream) + (long)start
            : null;
        return new LossRecorded(
            at, seen.Cause, null, channel?.Number, seen.Stream, offset, seen.Events, seen.Bytes);
    }
}
