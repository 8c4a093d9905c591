using System.Buffers;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// The events of one session that are not delivered yet, in order. Output that continues the output before it joins it,
/// up to 60 KiB.
/// </summary>
internal sealed class EventQueue
{
    /// <summary>Most bytes of one <see cref="OutputRead"/>.</summary>
    public const int OutputLimit = 60 * 1024;

    /// <summary>What an event costs besides its bytes; about the size of its objects.</summary>
    private const int EventCost = 128;

    private readonly ArrayBufferWriter<byte> output = new();
    private List<ProbeEvent> events = [];
    private OutputRead? open;
    private int cost;

    /// <summary>What the events cost so far, in bytes.</summary>
    public int Cost => cost + output.WrittenCount;

    /// <summary>Adds an event behind everything that was added.</summary>
    public void Add(ProbeEvent happened)
    {
        CloseOutput();
        events.Add(happened);
        cost += EventCost + happened switch
        {
            ProgramExecuted command => command.Arguments.Block.Length
                + command.Executable.Length + command.WorkingDirectory.Length,
            ProcessExited exited => exited.FirstOutput.Length,
            InputTyped typed => typed.Bytes.Length,
            FileMoved file => file.Path.Length + file.RenamedFrom.Length,
            ForwardSeen forward => forward.Address.Length + forward.PeerAddress.Length,
            _ => 0,
        };
    }

    /// <summary>Adds bytes of a stream.</summary>
    public void AddOutput(
        BootTime at, ChannelRef channel, ChannelStream stream, ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (open is not null && !Continues(open, channel, stream, offset))
            CloseOutput();
        while (!bytes.IsEmpty)
        {
            open ??= new OutputRead(at, channel, stream, offset, default);
            var n = Math.Min(bytes.Length, OutputLimit - output.WrittenCount);
            output.Write(bytes[..n]);
            bytes = bytes[n..];
            offset += (ulong)n;
            if (output.WrittenCount == OutputLimit)
                CloseOutput();
        }
    }

    /// <summary>Takes everything out.</summary>
    public (IReadOnlyList<ProbeEvent> Events, int Cost) Take()
    {
        CloseOutput();
        var taken = (events, cost);
        events = [];
        cost = 0;
        return taken;
    }

    private bool Continues(OutputRead before, ChannelRef channel, ChannelStream stream, ulong offset) =>
        before.Channel == channel && before.Stream == stream
        && before.Offset + (ulong)output.WrittenCount == offset;

    private void CloseOutput()
    {
        if (open is null)
            return;
        events.Add(open with { Bytes = output.WrittenSpan.ToArray() });
        cost += EventCost + output.WrittenCount;
        output.ResetWrittenCount();
        open = null;
    }
}
