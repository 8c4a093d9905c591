using System.Collections.Concurrent;
using System.Diagnostics;
using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// The thread between the kernel and the actors: waits for records, makes batches of them, delivers. It stops reading
/// when the batches that are not released yet hold its credit; then the kernel's buffer fills, and the kernel counts.
/// </summary>
internal sealed class ProbePump : IDisposable
{
    /// <summary>Records of one round; bounds the size of a batch.</summary>
    private const long RoundBytes = 1 << 20;

    /// <summary>
    /// After this many rounds without rest the pump pauses between rounds: each round is a batch, a transaction and a dozen wake-ups,
    /// whether it has one record or a hundred. The first rounds after a rest are not paused, so an echo or a prompt is there at once.
    /// </summary>
    private const int RoundsBeforePause = 4;

    /// <summary>The pause when commands come: a record waits half of it, which leaves half of the 2 ms to a viewer for the rest.</summary>
    private const int PauseMilliseconds = 2;

    /// <summary>Bytes a millisecond that are a stream, or some 1,500 starts and ends of commands a second: it pauses longer.</summary>
    private const double StreamRate = 256;

    private const int StreamPauseMilliseconds = 5;

    /// <summary>Bytes a millisecond that are a flood, which nobody reads as it comes: longer still.</summary>
    private const double FloodRate = 8 << 10;

    private const int FloodPauseMilliseconds = 12;
    private const int LossCheckMilliseconds = 100;

    /// <summary>A journal that takes longer than so many milliseconds is in trouble; we look less often then.</summary>
    private const int RoundsBeforeRest = 200;

    /// <summary>After so long without a record the next one is a beginning.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    private readonly KernelProbe probe;
    private readonly RecordAssembler assembler;
    private readonly IProbeSink sink;
    private readonly long credit;
    private readonly ConcurrentQueue<(SessionKey Session, long? LossesTold, bool IsOver)> recorded = new();
    private readonly WakeUp wakeUp = new();
    private readonly Thread thread;
    private readonly RecordReader reader;
    private readonly HeldRecords? heldRecords;
    private readonly SignInMemory? signIns;
    private readonly ulong replayEnd;
    private long outstanding;
    private long records;
    private long outputBytes;
    private long rejected;
    private long stopDeadline;
    private volatile bool stopping;
    private long roundLimit;
    private int rounds;
    private long takenAt;
    private TimeSpan pause;
    private int emptyRounds;
    private volatile bool looksSeldom;
    private bool freesEarly;
    private long lossCheckedAt;
    private ulong unseenBehind;

    /// <param name="probe">Attached; stays the caller's, who disposes of it after the pump.</param>
    /// <param name="sink">Called on the pump's thread.</param>
    /// <param name="credit">Most bytes of batches that are not released.</param>
    /// <param name="transfersInFull">See <see cref="ProbeOptions.TransfersInFull"/>.</param>
    public ProbePump(KernelProbe probe, IProbeSink sink, long credit, int transfersInFull)
    {
        this.probe = probe;
        this.sink = sink;
        this.credit = credit;
        signIns = probe.IsPinned ? new SignInMemory(probe) : null;
        assembler = new RecordAssembler(probe.Epoch, probe, probe.IsResumed, transfersInFull, probe.Ring.Position) { SignIns = signIns };
        heldRecords = probe.IsPinned ? new HeldRecords(probe.Ring.Freed) : null;
        freesEarly = probe.LeftIncomplete;
        replayEnd = probe.IsResumed ? probe.Ring.Written : 0;
        reader = Take;
        thread = new Thread(Run) { Name = "probe", IsBackground = true };
    }

    /// <summary>Credit in use, in bytes.</summary>
    public long Outstanding => Volatile.Read(ref outstanding);

    /// <summary>Records delivered.</summary>
    public long Records => Volatile.Read(ref records);

    /// <summary>Output bytes delivered.</summary>
    public long OutputBytes => Volatile.Read(ref outputBytes);

    /// <summary>Records that were not understood.</summary>
    public long Rejected => Volatile.Read(ref rejected);

    public void Start() => thread.Start();

    /// <summary>Gives credit back.</summary>
    public void Release(ProbeBatch batch)
    {
        if (batch.EndsConnection || batch.LossesTold is not null)
            recorded.Enqueue((batch.Session, batch.LossesTold, batch.EndsConnection));
        if (heldRecords?.Release(batch) == true && looksSeldom)
            wakeUp.Signal();
        var cost = batch.Cost;
        var now = Interlocked.Add(ref outstanding, -cost);
        if (now < credit && now + cost >= credit)
            wakeUp.Signal();
    }

    /// <summary>Detaches, delivers what the kernel's buffer still holds, and ends the thread.</summary>
    /// <param name="patience">How long to wait for credit.</param>
    public void Stop(TimeSpan patience)
    {
        stopDeadline = Stopwatch.GetTimestamp() + (long)(patience.TotalSeconds * Stopwatch.Frequency);
        stopping = true;
        wakeUp.Signal();
        if (thread.IsAlive && Thread.CurrentThread != thread)
            thread.Join();
    }

    public void Dispose() => wakeUp.Dispose();

    private void Run()
    {
        // The thread's edge: whatever fails here ends the probe, and the actors must hear of it.
#pragma warning disable CA1031
        try
        {
            Seed();
            while (!stopping)
                Round();
            probe.Detach();
            Drain();
        }
        catch (Exception failure)
        {
            sink.Failed(failure);
        }
#pragma warning restore CA1031
    }

    private void Seed()
    {
        if (probe.IsResumed)
        {
            foreach (var session in probe.FindSessions())
                assembler.Resume(session, probe.LeftIncomplete);
            Deliver();
            // What ended meanwhile must be seen to end before it is asked what ended unseen.
            while (!stopping && probe.Ring.Position < replayEnd)
                Round();
            AskForLosses();
            sink.Seeded(probe.Epoch, assembler.Live);
            return;
        }

        assembler.AcceptAll(probe.Existing);
        var live = assembler.Live;
        Deliver();
        sink.Seeded(probe.Epoch, live);
    }

    private void Round()
    {
        UpdateRecorded();
        if (Outstanding >= credit)
        {
            wakeUp.Wait(other: -1, milliseconds: -1);
            Free();
            return;
        }

        var taken = ReadRound();
        CheckLosses();
        Deliver();
        Free();
        if (taken == 0)
            WaitForRecords();
        else
            Pause(taken);
    }

    private void Pause(long taken)
    {
        emptyRounds = 0;
        var elapsed = Stopwatch.GetElapsedTime(takenAt);
        takenAt = Stopwatch.GetTimestamp();
        rounds = elapsed - pause < Rest ? rounds + 1 : 1;
        pause = rounds <= RoundsBeforePause || taken >= RoundBytes ? TimeSpan.Zero : PauseAt(taken / elapsed.TotalMilliseconds);
        if (pause > TimeSpan.Zero)
            wakeUp.Wait(other: -1, pause.Milliseconds);
    }

    private static TimeSpan PauseAt(double bytesPerMillisecond) => TimeSpan.FromMilliseconds(
        bytesPerMillisecond < StreamRate ? PauseMilliseconds
        : bytesPerMillisecond < FloodRate ? StreamPauseMilliseconds
        : FloodPauseMilliseconds);

    /// <summary>
    /// Keeps which losses are recorded, and deletes the entries of sessions whose end is. Until then a daemon that goes on here after a
    /// crash needs them to know what the records belong to, and says once more what was lost.
    /// </summary>
    private void UpdateRecorded()
    {
        while (recorded.TryDequeue(out var batch))
        {
            if (batch.LossesTold is { } told)
                probe.StoreReportedLosses(batch.Session.ToWire(), (ulong)told);
            if (!batch.IsOver)
                continue;
            probe.DeleteSession(batch.Session.ToWire());
            assembler.Forget(batch.Session);
        }
    }

    private long ReadRound()
    {
        roundLimit = Math.Min(RoundBytes, credit - Outstanding);
        return probe.Ring.Read(reader);
    }

    private bool Take(ReadOnlySpan<byte> record, ulong position)
    {
        assembler.Accept(record, position);
        // Some of these were recorded before, perhaps: one by one, so that each has its own position.
        if (position <= replayEnd)
            Deliver();
        return assembler.PendingBytes < roundLimit && Outstanding < credit;
    }

    /// <summary>
    /// Gives the kernel the room of what has been recorded. When the rest takes half of the buffer, room for new records
    /// goes first: a crash would leave a gap then, which the mark tells the next daemon.
    /// </summary>
    private void Free()
    {
        if (heldRecords is null)
            return;
        var ring = probe.Ring;
        var free = heldRecords.EndRound(ring.Position);
        var early = ring.Position - free > (ulong)ring.Size / 2;
        if (!early && free < ring.Freed)
            return;
        if (early != freesEarly)
            probe.MarkIncomplete(early);
        freesEarly = early;
        signIns?.Store(early ? ring.Position : free);
        ring.Free(early ? ring.Position : free);
    }

    private void WaitForRecords()
    {
        // While something that was read still takes room, the kernel says nothing of what is new: we look ourselves.
        if (probe.Ring.Freed < probe.Ring.Position)
        {
            looksSeldom = ++emptyRounds >= RoundsBeforeRest;
            wakeUp.Wait(other: -1, looksSeldom ? LossCheckMilliseconds : 1);
            looksSeldom = false;
            return;
        }

        emptyRounds = 0;
        wakeUp.Wait(probe.Ring.Descriptor, assembler.LossSuspected || assembler.HasUnseen ? LossCheckMilliseconds : -1);
    }

    private void CheckLosses()
    {
        if (assembler.LossSuspected && (lossCheckedAt == 0
            || Stopwatch.GetElapsedTime(lossCheckedAt).TotalMilliseconds >= LossCheckMilliseconds))
            AskForLosses();
        if (assembler.HasUnseen && probe.Ring.Position >= unseenBehind)
            assembler.TellUnseen(new BootTime(LibC.BootNanoseconds()));
    }

    private void AskForLosses()
    {
        lossCheckedAt = Stopwatch.GetTimestamp();
        assembler.CheckLosses(new BootTime(LibC.BootNanoseconds()));
        // What the kernel's entries say was written before this.
        unseenBehind = probe.Ring.Written;
    }

    private static long OutputOf(ProbeBatch batch)
    {
        long bytes = 0;
        foreach (var happened in batch.Events)
        {
            if (happened is OutputRead output)
                bytes += output.Bytes.Length;
        }

        return bytes;
    }

    private void Deliver()
    {
        var bytes = outputBytes;
        foreach (var batch in assembler.Flush())
        {
            Interlocked.Add(ref outstanding, batch.Cost);
            heldRecords?.Hold(batch);
            bytes += OutputOf(batch);
            sink.Deliver(batch);
        }

        Volatile.Write(ref outputBytes, bytes);

        Volatile.Write(ref records, assembler.Records);
        Volatile.Write(ref rejected, assembler.Rejected);
    }

    private void Drain()
    {
        while (WaitForCredit() && ReadRound() > 0)
            Deliver();
        AskForLosses();
        CheckLosses();
        Deliver();
    }

    private bool WaitForCredit()
    {
        while (Outstanding >= credit)
        {
            var left = (stopDeadline - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency;
            if (left <= 0)
                return false;
            wakeUp.Wait(other: -1, (int)Math.Min(left, int.MaxValue));
        }

        return true;
    }
}
