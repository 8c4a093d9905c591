using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// The channels of one session, and where each of their streams goes on: a record that begins further on leaves a gap, which becomes a
/// <see cref="RecordsLost"/> in its place.
/// </summary>
internal sealed class TrackedChannels
{
    /// <summary>Where a stream of a resumed session goes on, until its first record says.</summary>
    private const ulong Unknown = ulong.MaxValue;

    private readonly Dictionary<ChannelRef, ulong[]> channels = [];
    private readonly SessionKey key;
    private readonly IKernelMaps maps;
    private readonly EventQueue queue;
    private readonly bool resumed;
    private ulong unreadableBytes;

    /// <summary>The channels of a session; of a resumed one another daemon has read something already.</summary>
    public TrackedChannels(SessionKey key, IKernelMaps maps, EventQueue queue, bool resumed)
    {
        this.key = key;
        this.maps = maps;
        this.queue = queue;
        this.resumed = resumed;
        if (resumed && maps.TryGetSession(key.ToWire(), out var entry))
            unreadableBytes = entry.Totals.UnreadableBytes;
    }

    public void Open(WireRecord record)
    {
        var opened = record.As<TerminalRecord>();
        var at = new BootTime(opened.Header.TimeNs);
        // Found by the iterator and by its first read at the same time: once is enough.
        // In a resumed session it is known from the kernel's entry, but not yet its size.
        if (channels.TryAdd(opened.Channel.ToRef(), [0, 0]) || resumed)
        {
            var existing = opened.Header.Flags.HasFlag(RecordFlags.Existing);
            queue.Add(new ChannelSeen(
                at, opened.Channel.ToRef(), (int)opened.Rows, (int)opened.Columns, existing)
            {
                ServedBy = existing ? opened.Uid : null,
            });
        }
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
        queue.AddOutput(at, channel, stream, output.Offset, bytes);
        next[Index(stream)] = output.Offset + (ulong)bytes.Length;
    }

    /// <summary>Reports those that are open in a resumed session.</summary>
    public void FindOpen()
    {
        foreach (var wire in maps.FindChannels(key.ToWire()))
        {
            if (maps.TryGetChannel(wire, out var value))
            {
                var at = new BootTime(value.SeenNs);
                Find(at, new ChannelRef((ChannelKind)wire.Kind, wire.Index, at));
            }
        }
    }

    /// <summary>
    /// Where each stream of the channel goes on; a channel whose beginning was lost begins here. In a resumed session it is told until it
    /// has had output: what was told at the resume itself the journal has dropped if it knows the session, but the channel's opening may
    /// be in what the daemon before had not recorded.
    /// </summary>
    public ulong[] Find(BootTime at, ChannelRef channel)
    {
        if (!channels.TryGetValue(channel, out var next))
            channels[channel] = next = resumed ? [Unknown, Unknown] : [0, 0];
        else if (next is not [Unknown, Unknown])
            return next;
        queue.Add(new ChannelSeen(at, channel, 0, 0, Existing: false));
        return next;
    }

    /// <summary>One is over; the kernel says where its streams ended.</summary>
    /// <param name="at">When.</param>
    /// <param name="channel">Which.</param>
    /// <param name="ends">Null if nobody knows.</param>
    public void End(BootTime at, ChannelRef channel, StreamEnds? ends)
    {
        var next = Find(at, channel);
        long? output = null, error = null;
        if (ends is { } known)
        {
            output = EndStream(at, channel, ChannelStream.Output, next, known.Offset[0], known.LeftOut[0]);
            error = EndStream(at, channel, ChannelStream.Error, next, known.Offset[1], known.LeftOut[1]);
        }

        channels.Remove(channel);
        queue.Add(new ChannelEnded(at, channel)
        {
            OutputEnd = output,
            ErrorEnd = error,
            InputBytes = channel.Kind == ChannelKind.Pipes ? (long)Math.Min(ends?.Input ?? 0, long.MaxValue) : null,
        });
    }

    /// <summary>The connection is over: what is still open ends here, each with the loss at its end.</summary>
    /// <param name="at">When.</param>
    /// <param name="someMayBeUnseen">True if records are missing: there may be channels of which not one arrived.</param>
    public void EndAll(BootTime at, bool someMayBeUnseen)
    {
        foreach (var channel in channels.Keys.ToArray())
            End(at, channel);
        if (!someMayBeUnseen)
            return;
        foreach (var wire in maps.FindChannels(key.ToWire()))
        {
            if (maps.TryGetChannel(wire, out var value))
                End(at, new ChannelRef((ChannelKind)wire.Kind, wire.Index, new BootTime(value.SeenNs)));
        }
    }

    private void End(BootTime at, ChannelRef channel)
    {
        StreamEnds? ends = null;
        var wire = channel.ToWire(key);
        if (maps.TryGetChannel(wire, out var value) && value.SeenNs == channel.SeenAt.Nanoseconds)
        {
            ends = value.Ends;
            maps.DeleteChannel(wire);
        }

        End(at, channel, ends);
    }

    /// <summary>What is missing before the limit is a loss, what is beyond it was left out.</summary>
    /// <returns>Where what is to be recorded ends.</returns>
    private long EndStream(BootTime at, ChannelRef channel, ChannelStream stream, ulong[] next, ulong offset, ulong leftOut)
    {
        var recorded = offset - Math.Min(offset, leftOut);
        ReportGap(at, channel, stream, next, recorded);
        if (leftOut > 0)
            queue.Add(new OutputSkipped(at, channel, stream, recorded, (long)Math.Min(leftOut, long.MaxValue)));
        return (long)Math.Min(recorded, long.MaxValue);
    }

    private void ReportGap(BootTime at, ChannelRef channel, ChannelStream stream, ulong[] next, ulong offset)
    {
        var expected = next[Index(stream)];
        if (offset <= expected)
            return;
        // Unknown is more than any offset: what is missing before the first record of a stream, the journal knows.
        var missing = offset - expected;
        var cause = LossCause.RingFull;
        if (maps.TryGetSession(key.ToWire(), out var session)
            && session.Totals.UnreadableBytes - unreadableBytes >= missing)
        {
            cause = LossCause.Unreadable;
            unreadableBytes += missing;
        }

        queue.Add(new RecordsLost(at, cause, channel, stream, expected, Events: null, (long)missing));
    }

    private static int Index(ChannelStream stream) => stream == ChannelStream.Error ? 1 : 0;
}
