using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Bpf;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>A probe of its own that keeps everything it is given.</summary>
internal sealed class ProbeRecorder : IProbeSink, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly LibbpfProbeSource source;
    private readonly Dictionary<SessionKey, List<ProbeEvent>> sessions = [];
    private readonly List<ProbeBatch> held = [];
    private readonly TaskCompletionSource<IReadOnlyCollection<SessionKey>> seeded =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Predicate<ProbeBatch> holds = _ => false;
    private Exception? failure;

    public ProbeRecorder(ProbeOptions? options = null)
    {
        source = new LibbpfProbeSource(options ?? new ProbeOptions(), NullLogger.Instance);
        source.Start(this);
        Existing = seeded.Task.WaitAsync(Limit).GetAwaiter().GetResult();
    }

    public LibbpfProbeSource Source => source;

    /// <summary>The sessions that were there.</summary>
    public IReadOnlyCollection<SessionKey> Existing { get; }

    /// <summary>From now on batches are not released: the pump runs out of credit.</summary>
    public void Hold() => HoldOnly(_ => true);

    public void ReleaseAll() => HoldOnly(_ => false);

    /// <summary>Releases all other batches, and those that come.</summary>
    public void HoldOnly(Predicate<ProbeBatch> wanted)
    {
        List<ProbeBatch> release;
        lock (gate)
        {
            holds = wanted;
            release = held.FindAll(batch => !wanted(batch));
            held.RemoveAll(batch => !wanted(batch));
        }

        release.ForEach(source.Release);
    }

    /// <summary>Waits for a batch that is held.</summary>
    public async Task<ProbeBatch> WaitForHeldAsync(int port, Predicate<IReadOnlyList<ProbeEvent>> condition)
    {
        await WaitForAsync(port, condition);
        lock (gate)
            return held[0];
    }

    /// <summary>The events of every session of the server on this port, in the order of their opening.</summary>
    public IReadOnlyList<IReadOnlyList<ProbeEvent>> SessionsOf(int port) =>
        SessionsWhere(opened => opened.Server.Port == port);

    /// <summary>The events of every session whose opening is as wanted.</summary>
    public IReadOnlyList<IReadOnlyList<ProbeEvent>> SessionsWhere(Predicate<ConnectionOpened> wanted)
    {
        lock (gate)
        {
            return
            [
                .. sessions.Values
                    .Where(events => events.OfType<ConnectionOpened>().Any(opened => wanted(opened)))
                    .Select(events => (IReadOnlyList<ProbeEvent>)[.. events]),
            ];
        }
    }

    /// <summary>Waits until a session of the server has been in a state, and returns its events.</summary>
    /// <exception cref="TimeoutException">Not within a minute; says what there was instead.</exception>
    public Task<IReadOnlyList<ProbeEvent>> WaitForAsync(int port, Predicate<IReadOnlyList<ProbeEvent>> condition) =>
        WaitForAsync(opened => opened.Server.Port == port, condition);

    /// <inheritdoc cref="WaitForAsync(int,Predicate{IReadOnlyList{ProbeEvent}})" />
    public async Task<IReadOnlyList<ProbeEvent>> WaitForAsync(
        Predicate<ConnectionOpened> wanted, Predicate<IReadOnlyList<ProbeEvent>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            Task next;
            lock (gate)
                next = changed.Task;
            var there = SessionsWhere(wanted);
            var found = there.FirstOrDefault(events => condition(events));
            if (found is not null)
                return found;
            var left = Limit - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || failure is not null)
            {
                var seen = string.Join('\n', there.SelectMany(events => events).Select(one => one.ToString()));
                throw new TimeoutException($"No such session; {failure}\n{seen}");
            }

            await Task.WhenAny(next, Task.Delay(left));
        }
    }

    /// <summary>Waits until the first connection that had a channel is closed.</summary>
    public Task<IReadOnlyList<ProbeEvent>> WaitForCloseAsync(int port) =>
        WaitForAsync(port, events => events.OfType<ChannelSeen>().Any() && events.OfType<ConnectionClosed>().Any());

    public void Deliver(ProbeBatch batch)
    {
        bool release;
        lock (gate)
        {
            if (!sessions.TryGetValue(batch.Session, out var events))
                sessions[batch.Session] = events = [];
            events.AddRange(batch.Events);
            release = !holds(batch);
            if (!release)
                held.Add(batch);
        }

        if (release)
            source.Release(batch);
        Pulse();
    }

    public void Seeded(ulong epoch, IReadOnlyCollection<SessionKey> live) => seeded.SetResult(live);

    public void Failed(Exception cause)
    {
        failure = cause;
        seeded.TrySetException(cause);
        Pulse();
    }

    public void Dispose() => source.Dispose();

    private void Pulse()
    {
        TaskCompletionSource before;
        lock (gate)
        {
            before = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.SetResult();
    }
}

/// <summary>Questions about a session's events.</summary>
internal static class ProbeEvents
{
    /// <summary>
    /// All bytes of a stream of the only channel, in order. Fails when an offset is not where the bytes before ended.
    /// </summary>
    public static byte[] Bytes(
        this IReadOnlyList<ProbeEvent> events, ChannelStream stream = ChannelStream.Output) =>
        events.Bytes(Assert.Single(events.OfType<ChannelSeen>()).Channel, stream);

    /// <summary>The same of one of several channels.</summary>
    public static byte[] Bytes(
        this IReadOnlyList<ProbeEvent> events, ChannelRef channel, ChannelStream stream = ChannelStream.Output)
    {
        using var whole = new MemoryStream();
        foreach (var output in events.OfType<OutputRead>().Where(o => o.Channel == channel && o.Stream == stream))
        {
            Assert.Equal((ulong)whole.Length, output.Offset);
            whole.Write(output.Bytes.Span);
        }

        return whole.ToArray();
    }

    public static IReadOnlyList<string> Argv(this ProgramExecuted executed) => executed.Arguments.ToStrings();
}
