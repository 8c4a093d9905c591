using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// Turns the records of one session into events, and puts a <see cref="RecordsLost"/> wherever records are missing:
/// output by the stream offsets, the rest by the session's counter in the kernel.
/// </summary>
internal sealed class TrackedSession(SessionKey key, IKernelMaps maps, int transfersInFull)
{
    /// <summary>Commands that wait for the rest of their arguments; the kernel sends those without a break.</summary>
    private const int MaximumPendingCommands = 64;

    /// <summary>Where a stream of a resumed session goes on, until its first record says.</summary>
    private const ulong Unknown = ulong.MaxValue;

    private readonly Dictionary<ChannelRef, ulong[]> channels = [];
    private readonly Dictionary<uint, PendingCommand> commands = [];
    private readonly FirstOutputs firstOutputs = new();
    private FileTransfers? transfers;
    private Forwards? forwards;
    private SignInDialogue? signIn;
    private bool resumed;
    private bool signInSeen;
    private ulong lostRecords;
    private ulong unreadableBytes;
    private ulong untoldKept;
    private ulong untoldBefore;

    /// <summary>Whose.</summary>
    public SessionKey Key { get; } = key;

    /// <summary>What is not delivered yet.</summary>
    public EventQueue Queue { get; } = new();

    /// <summary>True once the connection is over; nothing but late commands can follow.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>True if records other than output may be missing, nobody knows how many, and that is not said yet.</summary>
    public bool MayMiss { get; set; }

    /// <summary>The assembler's mark: the queue is to be delivered.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Ring buffer position behind its last record.</summary>
    public ulong Position { get; set; }

    /// <summary>Number of its last batch.</summary>
    public ulong Number { get; set; }

    /// <summary>
    /// A session of which another daemon has read something already: where its streams go on is known to the journal
    /// alone, which finds the gaps then.
    /// </summary>
    public static TrackedSession Resume(SessionKey key, IKernelMaps maps, int transfersInFull)
    {
        var session = new TrackedSession(key, maps, transfersInFull)
        {
            resumed = true,
            lostRecords = maps.ReadReportedLosses(key.ToWire()),
            untoldBefore = maps.ReadUntoldTransfers(key.ToWire()),
        };
        if (maps.TryGetSession(key.ToWire(), out var entry))
            session.unreadableBytes = entry.Totals.UnreadableBytes;
        return session;
    }

    /// <summary>A session that is over and of which a process is left.</summary>
    public static TrackedSession Late(SessionKey key, IKernelMaps maps, int transfersInFull) =>
        new(key, maps, transfersInFull) { IsClosed = true };

    public void Open(BootTime at, in Endpoints ends, bool existing)
    {
        var opened = new ConnectionOpened(at, ends.ToClient(), ends.ToServer(), existing);
        signIn = existing ? null : new SignInDialogue(opened.Client, opened.Server, AddSignIn);
        Queue.Add(opened);
    }

    private void AddSignIn(ProbeEvent happened)
    {
        signInSeen |= happened is SignInCompleted;
        Queue.Add(happened);
    }

    public void FollowSignIn(WireRecord record)
    {
        var message = record.As<SignInMessageRecord>();
        signIn?.Accept(
            new BootTime(message.Header.TimeNs), message.Type, message.BodySize, message.Offset,
            record.Data<SignInMessageRecord>());
    }

    public void OpenChannel(WireRecord record)
    {
        var opened = record.As<TerminalRecord>();
        var at = new BootTime(opened.Header.TimeNs);
        // Found by the iterator and by its first read at the same time: once is enough.
        // In a resumed session it is known from the kernel's entry, but not yet its size.
        if (channels.TryAdd(opened.Channel.ToRef(), [0, 0]) || resumed)
        {
            var existing = opened.Header.Flags.HasFlag(RecordFlags.Existing);
            Queue.Add(new ChannelSeen(
                at, opened.Channel.ToRef(), (int)opened.Rows, (int)opened.Columns, existing)
            {
                ServedBy = existing ? opened.Uid : null,
            });
        }
    }

    public void Resize(WireRecord record)
    {
        var window = record.As<TerminalRecord>();
        var at = new BootTime(window.Header.TimeNs);
        var channel = window.Channel.ToRef();
        Find(at, channel);
        Queue.Add(new WindowChanged(at, channel, (int)window.Rows, (int)window.Columns));
    }

    public void AddOutput(WireRecord record)
    {
        var output = record.As<OutputRecord>();
        var at = new BootTime(output.Header.TimeNs);
        var channel = output.Channel.ToRef();
        var stream = (ChannelStream)output.Channel.Stream;
        var bytes = record.Data<OutputRecord>();
        var next = Find(at, channel);
        ReportGap(at, channel, stream, next, output.Offset);
        Queue.AddOutput(at, channel, stream, output.Offset, bytes);
        next[Index(stream)] = output.Offset + (ulong)bytes.Length;
    }

    public void EndChannel(WireRecord record)
    {
        var closed = record.As<ChannelClosedRecord>();
        EndChannel(new BootTime(closed.Header.TimeNs), closed.Channel.ToRef(), closed.Ends);
    }

    public void StartCommand(WireRecord record)
    {
        var command = new PendingCommand(record);
        var pid = record.As<CommandStartedRecord>().Pid;
        CompleteCommand(pid);
        firstOutputs.Take(pid);
        if (command.IsComplete)
        {
            Add(command);
            return;
        }

        if (commands.Count >= MaximumPendingCommands)
            CompleteCommands();
        commands[pid] = command;
    }

    public void ContinueCommand(WireRecord record)
    {
        var pid = record.As<CommandArgumentsRecord>().Pid;
        if (commands.TryGetValue(pid, out var command) && (!command.TryAdd(record) || command.IsComplete))
            CompleteCommand(pid);
    }

    public void FinishCommand(WireRecord record)
    {
        var finished = record.As<CommandFinishedRecord>();
        CompleteCommand(finished.Pid);
        var (exitCode, signal, core) = ToExit(finished.Status);
        var at = new BootTime(finished.Header.TimeNs);
        transfers?.EndProcess(at, finished.Pid);
        KeepUntold();
        Queue.Add(new ProcessExited(at, (int)finished.Pid, exitCode, signal, core)
        {
            FirstOutput = firstOutputs.Take(finished.Pid),
            PrintedBytes = (long)Math.Min(finished.Printed, long.MaxValue),
        });
    }

    public void AddCommandOutput(WireRecord record)
    {
        var output = record.As<CommandOutputRecord>();
        firstOutputs.Add(output.Pid, (int)output.Offset, record.Data<CommandOutputRecord>());
    }

    public void SwitchPrivilege(WireRecord record)
    {
        var seen = record.As<PrivilegeRecord>();
        // Its start is told before the exec that changed the identity.
        Queue.Add(new PrivilegeSwitched(
            new BootTime(seen.Header.TimeNs), (int)seen.Pid, seen.Header.Flags.HasFlag(RecordFlags.ByExec),
            seen.UidBefore, seen.EuidBefore, seen.Uid, seen.Euid));
    }

    public void FollowFile(WireRecord record)
    {
        transfers ??= new FileTransfers(Queue.Add, transfersInFull);
        transfers.Accept(record);
        KeepUntold();
    }

    // If we die now the next daemon says how many are missing.
    private void KeepUntold()
    {
        var untold = (ulong)(transfers?.Untold ?? 0);
        if (untold != untoldKept)
            maps.StoreUntoldTransfers(Key.ToWire(), untoldKept = untold);
    }

    public void FollowForward(WireRecord record) => (forwards ??= new Forwards(Queue.Add)).Accept(record);

    public void ServeSubsystem(WireRecord record)
    {
        var served = record.As<TerminalRecord>();
        var at = new BootTime(served.Header.TimeNs);
        var channel = served.Channel.ToRef();
        Find(at, channel);
        Queue.Add(new SubsystemServed(at, channel));
    }

    public void AddInput(WireRecord record)
    {
        var input = record.As<InputRecord>();
        Queue.Add(new InputTyped(
            new BootTime(input.Header.TimeNs), input.Channel.ToRef(), record.Data<InputRecord>().ToArray(),
            (long)input.Hidden));
    }

    /// <summary>The connection is over: what is still open ends here, each channel with the loss at its end.</summary>
    public void Close(BootTime at, int status, in SessionTotals totals)
    {
        if (IsClosed)
            return;
        IsClosed = true;
        signIn?.End(at);
        transfers?.End(at);
        forwards?.End();
        CompleteCommands();
        foreach (var channel in channels.Keys.ToArray())
            EndChannel(at, channel);
        if (totals.LostRecords > 0)
            EndUnseenChannels(at);
        ReportLostRecords(at, totals);
        FindUser(at);
        var (exitCode, signal, _) = ToExit(status);
        Queue.Add(new ConnectionClosed(at, exitCode, signal));
    }

    /// <summary>Of a session whose sign-in was not seen the kernel's entry knows whom it was for.</summary>
    private void FindUser(BootTime at)
    {
        if (!signInSeen && maps.TryGetSession(Key.ToWire(), out var entry) && entry.Flags.HasFlag(SessionFlags.HasUser))
            Queue.Add(new UserFound(at, entry.Uid));
    }

    /// <summary>Asks the kernel what is missing; for when a gap between records was noticed.</summary>
    public void CheckLosses(BootTime at)
    {
        ReportUnknownLoss(at);
        if (!IsClosed && maps.TryGetSession(Key.ToWire(), out var session))
            ReportLostRecords(at, session.Totals);
    }

    /// <summary>
    /// Says that records may be missing, if they may, and how many transfers a daemon that died had summed up. With a record that
    /// is recorded already it is dropped like that one: then nothing
    /// before it is missing.
    /// </summary>
    public void ReportUnknownLoss(BootTime at)
    {
        if (untoldBefore > 0)
        {
            Queue.Add(new RecordsLost(at, LossCause.Journal, null, null, null, Events: (long)untoldBefore, Bytes: 0));
            untoldBefore = 0;
            maps.StoreUntoldTransfers(Key.ToWire(), untoldKept);
        }

        if (!MayMiss)
            return;
        MayMiss = false;
        Queue.Add(new RecordsLost(at, LossCause.Journal, null, null, null, Events: null, Bytes: 0));
    }

    private static int Index(ChannelStream stream) => stream == ChannelStream.Error ? 1 : 0;

    private static (int ExitCode, int Signal, bool Core) ToExit(int status)
    {
        var signal = status & 0x7f;
        return signal != 0 ? (0, signal, (status & 0x80) != 0) : ((status >> 8) & 0xff, 0, false);
    }

    /// <summary>Reports the channels that are open in a resumed session.</summary>
    public void FindChannels()
    {
        foreach (var key in maps.FindChannels(Key.ToWire()))
        {
            if (maps.TryGetChannel(key, out var value))
            {
                var at = new BootTime(value.SeenNs);
                Find(at, new ChannelRef((ChannelKind)key.Kind, key.Index, at));
            }
        }
    }

    /// <summary>
    /// Where each stream of the channel goes on; a channel whose beginning was lost begins here. In a resumed session it is told until it
    /// has had output: what was told at the resume itself the journal has dropped if it knows the session, but the channel's opening may
    /// be in what the daemon before had not recorded.
    /// </summary>
    private ulong[] Find(BootTime at, ChannelRef channel)
    {
        if (!channels.TryGetValue(channel, out var next))
            channels[channel] = next = resumed ? [Unknown, Unknown] : [0, 0];
        else if (next is not [Unknown, Unknown])
            return next;
        Queue.Add(new ChannelSeen(at, channel, 0, 0, Existing: false));
        return next;
    }

    private void ReportGap(BootTime at, ChannelRef channel, ChannelStream stream, ulong[] next, ulong offset)
    {
        var expected = next[Index(stream)];
        if (offset <= expected)
            return;
        // Unknown is more than any offset: what is missing before the first record of a stream, the journal knows.
        var missing = offset - expected;
        var cause = LossCause.RingFull;
        if (maps.TryGetSession(Key.ToWire(), out var session)
            && session.Totals.UnreadableBytes - unreadableBytes >= missing)
        {
            cause = LossCause.Unreadable;
            unreadableBytes += missing;
        }

        Queue.Add(new RecordsLost(at, cause, channel, stream, expected, Events: null, (long)missing));
    }

    private void EndChannel(BootTime at, ChannelRef channel)
    {
        var ends = default(StreamEnds);
        var key = channel.ToWire(Key);
        if (maps.TryGetChannel(key, out var value) && value.SeenNs == channel.SeenAt.Nanoseconds)
        {
            ends = value.Ends;
            maps.DeleteChannel(key);
        }

        EndChannel(at, channel, ends);
    }

    private void EndChannel(BootTime at, ChannelRef channel, in StreamEnds ends)
    {
        var next = Find(at, channel);
        EndStream(at, channel, ChannelStream.Output, next, ends.Offset[0], ends.LeftOut[0]);
        EndStream(at, channel, ChannelStream.Error, next, ends.Offset[1], ends.LeftOut[1]);
        channels.Remove(channel);
        Queue.Add(new ChannelEnded(at, channel)
        {
            InputBytes = channel.Kind == ChannelKind.Pipes ? (long)Math.Min(ends.Input, long.MaxValue) : null,
        });
    }

    /// <summary>What is missing before the limit is a loss, what is beyond it was left out.</summary>
    private void EndStream(
        BootTime at, ChannelRef channel, ChannelStream stream, ulong[] next, ulong offset, ulong leftOut)
    {
        var recorded = offset - Math.Min(offset, leftOut);
        ReportGap(at, channel, stream, next, recorded);
        if (leftOut > 0)
            Queue.Add(new OutputSkipped(at, channel, stream, recorded, (long)Math.Min(leftOut, long.MaxValue)));
    }

    /// <summary>Channels of which not one record arrived.</summary>
    private void EndUnseenChannels(BootTime at)
    {
        foreach (var key in maps.FindChannels(Key.ToWire()))
        {
            if (maps.TryGetChannel(key, out var value))
                EndChannel(at, new ChannelRef((ChannelKind)key.Kind, key.Index, new BootTime(value.SeenNs)));
        }
    }

    private void ReportLostRecords(BootTime at, in SessionTotals totals)
    {
        if (totals.LostRecords <= lostRecords)
            return;
        var missing = (long)(totals.LostRecords - lostRecords);
        lostRecords = totals.LostRecords;
        maps.StoreReportedLosses(Key.ToWire(), lostRecords);
        Queue.Add(new RecordsLost(at, LossCause.RingFull, null, null, null, missing, Bytes: 0));
    }

    private void CompleteCommand(uint pid)
    {
        if (commands.Remove(pid, out var command))
            Add(command);
    }

    private void Add(PendingCommand command)
    {
        var executed = command.ToEvent();
        (transfers ??= new FileTransfers(Queue.Add, transfersInFull)).Start(executed);
        Queue.Add(executed);
    }

    private void CompleteCommands()
    {
        foreach (var pid in commands.Keys.ToArray())
            CompleteCommand(pid);
    }
}
