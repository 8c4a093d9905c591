using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// Turns the records of one session into events, and puts a <see cref="RecordsLost"/> wherever records are missing: output where
/// <see cref="TrackedChannels"/> sees it, the rest by the session's counter in the kernel.
/// </summary>
internal sealed class TrackedSession
{
    /// <summary>Commands that wait for the rest of their arguments; the kernel sends those without a break.</summary>
    private const int MaximumPendingCommands = 64;

    private readonly IKernelMaps maps;
    private readonly int transfersInFull;
    private readonly TrackedChannels channels;
    private readonly Dictionary<uint, PendingCommand> commands = [];
    private readonly FirstOutputs firstOutputs = new();
    private FileTransfers? transfers;
    private Forwards? forwards;
    private SignInDialogue? signIn;
    private bool signInSeen;
    private ulong? signInKnownTo;
    private readonly bool resumed;
    private ulong lostRecords;
    private long? lossesTold;
    private ulong untoldKept;
    private ulong untoldBefore;

    public TrackedSession(SessionKey key, IKernelMaps maps, int transfersInFull)
        : this(key, maps, transfersInFull, resumed: false)
    {
    }

    private TrackedSession(SessionKey key, IKernelMaps maps, int transfersInFull, bool resumed)
    {
        Key = key;
        this.maps = maps;
        this.transfersInFull = transfersInFull;
        this.resumed = resumed;
        channels = new TrackedChannels(key, maps, Queue, resumed);
    }

    /// <summary>Whose.</summary>
    public SessionKey Key { get; }

    /// <summary>What is not delivered yet.</summary>
    public EventQueue Queue { get; } = new();

    /// <summary>True once the connection is over; nothing but late commands can follow.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>True if the connection is over and nothing that is known of the session is needed any more.</summary>
    public bool IsDone => IsClosed && commands.Count == 0 && firstOutputs.IsEmpty && transfers is not { IsBusy: true };

    /// <summary>The assembler's mark: over, and kept for the commands and transfers that go on.</summary>
    public bool IsLingering { get; set; }

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
    public static TrackedSession Resume(SessionKey key, IKernelMaps maps, int transfersInFull) =>
        new(key, maps, transfersInFull, resumed: true)
        {
            lostRecords = maps.ReadReportedLosses(key.ToWire()),
            untoldBefore = maps.ReadUntoldTransfers(key.ToWire()),
        };

    /// <summary>A session that is over and of which a process is left.</summary>
    public static TrackedSession Late(SessionKey key, IKernelMaps maps, int transfersInFull) =>
        new(key, maps, transfersInFull) { IsClosed = true };

    public void Open(BootTime at, in Endpoints ends, bool existing)
    {
        var opened = new ConnectionOpened(at, ends.ToClient(), ends.ToServer(), existing);
        signIn = existing ? null : new SignInDialogue(opened.Client, opened.Server, AddSignIn);
        Queue.Add(opened);
    }

    /// <summary>Goes on with a sign-in that another daemon has followed so far.</summary>
    public void ContinueSignIn(in Endpoints ends, ulong position, ReadOnlySpan<byte> progress)
    {
        if (signIn is null || SignInProgress.Read(progress) is not { } known)
            return;
        signIn = new SignInDialogue(ends.ToClient(), ends.ToServer(), AddSignIn) { Progress = known };
        signInKnownTo = position;
    }

    private void AddSignIn(ProbeEvent happened)
    {
        if (happened is SignInCompleted completed)
        {
            signInSeen = completed.User.Length > 0;
            // It began before a daemon died, and nobody remembers how.
            if (!signInSeen && resumed)
                Queue.Add(new RecordsLost(happened.At, LossCause.Journal, null, null, null, Events: null, Bytes: 0));
        }

        Queue.Add(happened);
    }

    /// <summary>Takes a message of sshd's monitor.</summary>
    /// <returns>How far the sign-in has come; null when it is over.</returns>
    public SignInProgress? FollowSignIn(WireRecord record)
    {
        var message = record.As<SignInMessageRecord>();
        // What is known already is in the ring buffer once more if the daemon died before it made the room free.
        if (!(Position <= signInKnownTo))
        {
            signIn?.Accept(
                new BootTime(message.Header.TimeNs), message.Type, message.BodySize, message.Offset,
                record.Data<SignInMessageRecord>());
        }

        return signIn?.Progress;
    }

    public void OpenChannel(WireRecord record) => channels.Open(record);

    public void Resize(WireRecord record)
    {
        var window = record.As<TerminalRecord>();
        var at = new BootTime(window.Header.TimeNs);
        var channel = window.Channel.ToRef();
        channels.Find(at, channel);
        Queue.Add(new WindowChanged(at, channel, (int)window.Rows, (int)window.Columns));
    }

    public void AddOutput(WireRecord record) => channels.AddOutput(record);

    public void EndChannel(WireRecord record)
    {
        var closed = record.As<ChannelClosedRecord>();
        channels.End(new BootTime(closed.Header.TimeNs), closed.Channel.ToRef(), closed.Ends);
    }

    public void StartCommand(WireRecord record)
    {
        var command = new PendingCommand(record);
        var pid = record.As<CommandStartedRecord>().Pid;
        CompleteCommand(pid);
        firstOutputs.Take(pid);
        if (command.IsComplete)
        {
            Queue.Add(command.ToEvent());
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
        channels.Find(at, channel);
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
        channels.EndAll(at, someMayBeUnseen: totals.LostRecords > 0);
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

    /// <summary>What <see cref="ProbeBatch.LossesTold"/> of the next batch is.</summary>
    public long? TakeLossesTold()
    {
        var told = lossesTold;
        lossesTold = null;
        return told;
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

    /// <summary>Reports the channels that are open in a resumed session.</summary>
    public void FindChannels() => channels.FindOpen();

    private static (int ExitCode, int Signal, bool Core) ToExit(int status)
    {
        var signal = status & 0x7f;
        return signal != 0 ? (0, signal, (status & 0x80) != 0) : ((status >> 8) & 0xff, 0, false);
    }

    private void ReportLostRecords(BootTime at, in SessionTotals totals)
    {
        if (totals.LostRecords <= lostRecords)
            return;
        var missing = (long)(totals.LostRecords - lostRecords);
        lostRecords = totals.LostRecords;
        lossesTold = (long)lostRecords;
        Queue.Add(new RecordsLost(at, LossCause.RingFull, null, null, null, missing, Bytes: 0));
    }

    private void CompleteCommand(uint pid)
    {
        if (commands.Remove(pid, out var command))
            Queue.Add(command.ToEvent());
    }

    private void CompleteCommands()
    {
        foreach (var pid in commands.Keys.ToArray())
            CompleteCommand(pid);
    }
}
