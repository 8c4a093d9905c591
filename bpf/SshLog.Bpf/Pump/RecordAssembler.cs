using System.Runtime.InteropServices;
using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>From records to batches of events, one per session and delivery. Used by one thread.</summary>
internal sealed class RecordAssembler(ulong epoch, IKernelMaps maps)
{
    private readonly Dictionary<SessionKey, TrackedSession> sessions = [];
    private readonly List<TrackedSession> waiting = [];
    private readonly SequenceCheck sequence = new();
    private ulong batches;

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
    public void Accept(ReadOnlySpan<byte> bytes)
    {
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

    /// <summary>Asks the kernel what each session has lost.</summary>
    public void CheckLosses(BootTime now)
    {
        LossSuspected = false;
        foreach (var session in sessions.Values.ToArray())
        {
            session.CheckLosses(now);
            Enqueue(session);
        }
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
            flushed.Add(new ProbeBatch(new ProbePosition(epoch, ++batches), session.Key, events, cost));
            session.IsWaiting = false;
            if (session.IsClosed)
                sessions.Remove(session.Key);
        }

        waiting.Clear();
        PendingBytes = 0;
        return flushed;
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
        switch (header.Type)
        {
            case RecordType.SessionClosed:
                var closed = record.As<SessionClosedRecord>();
                session.Close(at, closed.Status, closed.Totals);
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
                session.FollowSignIn(record);
                break;
            case RecordType.CommandFinished:
                session.FinishCommand(record);
                break;
        }

        Enqueue(session);
    }

    private void Open(SessionKey key, BootTime at, in Endpoints ends, bool existing)
    {
        // Its first record may be another one when the tracepoints were attached in the middle of things.
        if (sessions.ContainsKey(key))
            return;
        var session = sessions[key] = new TrackedSession(key, maps);
        session.Open(at, ends, existing);
        Enqueue(session);
    }

    /// <summary>The record's session; if its beginning was not delivered, the kernel's entry still knows it.</summary>
    private TrackedSession Find(SessionKey key)
    {
        if (sessions.TryGetValue(key, out var known))
            return known;
        if (maps.TryGetSession(key.ToWire(), out var entry)
            && entry.Ends.Family is WireText.AfInet or WireText.AfInet6)
        {
            Open(key, new BootTime(entry.OpenedNs), entry.Ends, entry.Flags.HasFlag(SessionFlags.Seeded));
            return sessions[key];
        }

        // Over already: a process that outlives its connection still belongs to it. Forgotten with the next delivery.
        return sessions[key] = TrackedSession.Late(key, maps);
    }

    private void Enqueue(TrackedSession session)
    {
        if (session.IsWaiting || session.Queue.Cost == 0)
            return;
        session.IsWaiting = true;
        waiting.Add(session);
    }
}
