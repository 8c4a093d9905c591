using System.Runtime.InteropServices;
using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>From records to batches of events, one per session and delivery. Used by one thread.</summary>
/// <param name="epoch">The attachment.</param>
/// <param name="maps">The kernel's.</param>
/// <param name="resumed">True if another daemon has read of this attachment before.</param>
/// <param name="transfersInFull">See <see cref="ProbeOptions.TransfersInFull"/>.</param>
/// <param name="start">Position of the ring buffer at which reading begins.</param>
internal sealed class RecordAssembler(ulong epoch, IKernelMaps maps, bool resumed = false, int transfersInFull = 1000, ulong start = 0)
{
    /// <summary>Sessions that are over and of which commands or transfers go on.</summary>
    private const int MostLingering = 256;

    private readonly Dictionary<SessionKey, TrackedSession> sessions = [];
    private readonly Queue<SessionKey> lingering = new();
    private readonly List<TrackedSession> waiting = [];
    private readonly List<WireSessionKey> unseen = [];

    // Over and delivered; the kernel's entry is there until it is recorded.
    private readonly HashSet<SessionKey> closed = [];
    private readonly SequenceCheck sequence = new();
    private ulong position = start;

    /// <summary>Where sign-ins that go on are remembered for another daemon; null if none can go on here.</summary>
    public SignInMemory? SignIns { get; init; }

    /// <summary>Records taken.</summary>
    public long Records { get; private set; }

    /// <summary>Records that were not understood: of another attachment, or not well formed.</summary>
    public long Rejected { get; private set; }

    /// <summary>True if records are missing and <see cref="CheckLosses"/> has not looked since.</summary>
    public bool LossSuspected { get; private set; }

    /// <summary>Bytes of the records taken since the last <see cref="Flush"/>.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>The sessions whose connection is open.</summary>
    public IReadOnlyCollection<SessionKey> Live =>
        [.. sessions.Values.Where(session => !session.IsClosed).Select(session => session.Key)];

    /// <summary>Takes a record. Never throws, whatever the bytes.</summary>
    /// <param name="bytes">The record.</param>
    /// <param name="behind">The ring buffer's position behind it; 0 for the iterator's. Batches are numbered by it, so
    /// that a daemon that reads a record again gives it the number that it had.</param>
    public void Accept(ReadOnlySpan<byte> bytes, ulong behind = 0)
    {
        position = Math.Max(position, behind);
        if (!WireRecord.TryParse(bytes, out var record) || record.Header.Epoch != epoch)
        {
            Rejected++;
            return;
        }

        Records++;
        PendingBytes += bytes.Length;
        // The iterator's records have no number.
        if (record.Header.Number != 0 && sequence.HasGap(record.Header.Cpu, record.Header.Number))
            LossSuspected = true;
        Apply(record);
    }

    /// <summary>Takes records that stand one behind the other, as the iterator writes them.</summary>
    public void AcceptAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= Marshal.SizeOf<RecordHeader>())
        {
            var size = MemoryMarshal.Read<RecordHeader>(bytes).Size;
            if (size < Marshal.SizeOf<RecordHeader>() || size > bytes.Length)
            {
                Rejected++;
                return;
            }

            Accept(bytes[..(int)size]);
            bytes = bytes[(int)size..];
        }
    }

    /// <summary>True if there are sessions for <see cref="TellUnseen"/>.</summary>
    public bool HasUnseen => unseen.Count > 0;

    /// <summary>
    /// Asks the kernel what each session has lost, and which ones have begun or ended without our having read of it: the
    /// record may still come, or be lost.
    /// </summary>
    public void CheckLosses(BootTime now)
    {
        LossSuspected = false;
        foreach (var session in sessions.Values.ToArray())
        {
            session.Position = position;
            session.CheckLosses(now);
            Enqueue(session);
        }

        unseen.Clear();
        foreach (var key in maps.FindSessions())
        {
            if (closed.Contains(Key(key)))
                continue;
            if (!IsKnown(key) || (maps.TryGetSession(key, out var entry) && entry.Flags.HasFlag(SessionFlags.Closed)))
                unseen.Add(key);
        }
    }

    /// <summary>
    /// Begins and ends the sessions whose records of that are lost. Called when everything has been read that the ring buffer held
    /// at <see cref="CheckLosses"/>.
    /// </summary>
    public void TellUnseen(BootTime now)
    {
        foreach (var key in unseen)
        {
            if (!maps.TryGetSession(key, out var entry))
                continue;
            var session = Find(Key(key));
            session.Position = position;
            if (entry.Flags.HasFlag(SessionFlags.Closed))
                session.Close(now, entry.Status, entry.Totals);
            Enqueue(session);
        }

        unseen.Clear();
    }

    /// <summary>The end of a session is recorded and its entry is deleted.</summary>
    public void Forget(SessionKey key) => closed.Remove(key);

    /// <summary>A session that another daemon, which died, was following.</summary>
    /// <param name="wireKey">Which.</param>
    /// <param name="incomplete">True if records that it read may be recorded nowhere: nobody knows how many, so it is said of every
    /// session, at the place of the first record that is left. What is missing of output the journal finds by the offsets.</param>
    public void Resume(WireSessionKey wireKey, bool incomplete = false)
    {
        if (!maps.TryGetSession(wireKey, out var entry))
            return;
        var key = Key(wireKey);
        var session = sessions[key] = TrackedSession.Resume(key, maps, transfersInFull);
        session.MayMiss = incomplete;
        session.Open(new BootTime(entry.OpenedNs), entry.Ends, entry.Flags.HasFlag(SessionFlags.Seeded));
        session.FindChannels();
        if (maps.ReadSignIn(wireKey) is var (signInPosition, progress))
            session.ContinueSignIn(entry.Ends, signInPosition, progress);
        Enqueue(session);
    }

    /// <summary>
    /// Everything that was taken, a batch per session, in the order in which the sessions first had some.
    /// </summary>
    public IReadOnlyList<ProbeBatch> Flush()
    {
        var flushed = new List<ProbeBatch>(waiting.Count);
        foreach (var session in waiting)
        {
            var (events, cost) = session.Queue.Take();
            session.Number = Math.Max(session.Position, session.Number + 1);
            flushed.Add(new ProbeBatch(new ProbePosition(epoch, session.Number), session.Key, events, cost)
            {
                LossesTold = session.TakeLossesTold(),
            });
            session.IsWaiting = false;
            if (flushed[^1].EndsConnection)
                closed.Add(session.Key);
            if (session.IsDone)
                sessions.Remove(session.Key);
            else if (session.IsClosed && !session.IsLingering)
                Linger(session);
        }

        waiting.Clear();
        PendingBytes = 0;
        // The failed attempts of all sessions share a journal, which takes each position once.
        return [.. flushed.OrderBy(batch => batch.Position.Number)];
    }

    // The record of a process's end may be lost.
    private void Linger(TrackedSession over)
    {
        over.IsLingering = true;
        lingering.Enqueue(over.Key);
        while (lingering.Count > MostLingering)
        {
            var oldest = lingering.Dequeue();
            if (sessions.TryGetValue(oldest, out var session) && session.IsClosed)
                sessions.Remove(oldest);
        }
    }

    private void Apply(WireRecord record)
    {
        var header = record.Header;
        var at = new BootTime(header.TimeNs);
        if (header.Type == RecordType.SessionOpened)
        {
            Open(record.Session, at, record.As<SessionOpenedRecord>().Ends, header.Flags.HasFlag(RecordFlags.Existing));
            return;
        }

        var session = Find(record.Session);
        session.Position = position;
        session.ReportUnknownLoss(at);
        switch (header.Type)
        {
            case RecordType.SessionClosed:
                var closed = record.As<SessionClosedRecord>();
                session.Close(at, closed.Status, closed.Totals);
                RememberSignIn(session.Key, null);
                break;
            case RecordType.ChannelOpened:
                session.OpenChannel(record);
                break;
            case RecordType.ChannelClosed:
                session.EndChannel(record);
                break;
            case RecordType.Output:
                session.AddOutput(record);
                break;
            case RecordType.Window:
                session.Resize(record);
                break;
            case RecordType.CommandStarted:
                session.StartCommand(record);
                break;
            case RecordType.CommandArguments:
                session.ContinueCommand(record);
                break;
            case RecordType.SignInMessage:
                RememberSignIn(session.Key, session.FollowSignIn(record));
                break;
            case RecordType.Subsystem:
                session.ServeSubsystem(record);
                break;
            case RecordType.CommandOutput:
                session.AddCommandOutput(record);
                break;
            case RecordType.Privilege:
                session.SwitchPrivilege(record);
                break;
            case RecordType.FileOpened or RecordType.FileClosed or RecordType.FileRenamed:
                session.FollowFile(record);
                break;
            case RecordType.Forward:
                session.FollowForward(record);
                break;
            case RecordType.Input:
                session.AddInput(record);
                break;
            case RecordType.CommandFinished:
                session.FinishCommand(record);
                break;
        }

        Enqueue(session);
    }

    private void RememberSignIn(SessionKey session, SignInProgress? progress) => SignIns?.Keep(session, position, progress);

    private void Open(SessionKey key, BootTime at, in Endpoints ends, bool existing)
    {
        // Its first record may be another one when the tracepoints were attached in the middle of things.
        if (sessions.ContainsKey(key))
            return;
        var session = sessions[key] = new TrackedSession(key, maps, transfersInFull) { Position = position };
        session.Open(at, ends, existing);
        Enqueue(session);
    }

    /// <summary>The record's session; if its beginning was not delivered, the kernel's entry still knows it.</summary>
    private TrackedSession Find(SessionKey key)
    {
        if (sessions.TryGetValue(key, out var known))
            return known;
        if (!closed.Contains(key) && maps.TryGetSession(key.ToWire(), out var entry)
            && entry.Ends.AreOfSession())
        {
            Open(key, new BootTime(entry.OpenedNs), entry.Ends, entry.Flags.HasFlag(SessionFlags.Seeded));
            return sessions[key];
        }

        if (resumed && !closed.Contains(key))
            return sessions[key] = TrackedSession.Resume(key, maps, transfersInFull);
        // Over already: a process that outlives its connection still belongs to it. Forgotten with the next delivery.
        return sessions[key] = TrackedSession.Late(key, maps, transfersInFull);
    }

    private bool IsKnown(WireSessionKey key) => sessions.ContainsKey(Key(key));

    private static SessionKey Key(WireSessionKey key) => new(new BootTime(key.StartNs), (int)key.Pid);

    private void Enqueue(TrackedSession session)
    {
        if (session.IsWaiting || session.Queue.Cost == 0)
            return;
        session.IsWaiting = true;
        waiting.Add(session);
    }
}
