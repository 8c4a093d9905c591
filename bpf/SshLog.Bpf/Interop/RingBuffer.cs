using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SshLog.Bpf.Interop;

/// <summary>Takes one record. Returns false to stop reading after it.</summary>
/// <param name="record">The record.</param>
/// <param name="position">Where the buffer's stream goes on behind it: bytes since the buffer was made.</param>
internal delegate bool RecordReader(ReadOnlySpan<byte> record, ulong position);

/// <summary>
/// The consumer's end of a BPF_MAP_TYPE_RINGBUF (Documentation/bpf/ringbuf.rst): a page with the consumer's position,
/// a page with the producer's, and the data with its beginning once more behind it, so that no record is broken by the end
/// of the buffer. Reading it here rather than through libbpf's callback lets the pump stop in the middle when its credit is
/// used up.
/// </summary>
internal sealed unsafe class RingBuffer : IDisposable
{
    private const uint BusyBit = 1u << 31;
    private const uint DiscardBit = 1u << 30;
    private const int RecordHeaderSize = 8;

    /// <summary>
    /// No record is larger: each is made in a value of a per-CPU map (struct scratch of maps.bpf.h), for which the kernel allows 32 KiB.
    /// The kernel would map all of the data a second time, and the process would be as much larger.
    /// </summary>
    private const int LargestRecord = 64 * 1024;

    private readonly nuint mapped;
    private readonly bool keeps;
    private ulong at;
    private byte* consumer;
    private byte* producer;

    /// <param name="map">Descriptor of the map; stays the caller's.</param>
    /// <param name="size">Bytes of data: a power of two and a multiple of the page size.</param>
    /// <param name="keeps">True if what was read stays in the buffer until <see cref="Free"/>: for who comes after us if
    /// we crash.</param>
    /// <exception cref="Win32Exception">mmap(2) failed.</exception>
    public RingBuffer(int map, long size, bool keeps = false)
    {
        this.keeps = keeps;
        Descriptor = map;
        Size = size;
        var page = (nuint)Environment.SystemPageSize;
        mapped = page + (nuint)size + LargestRecord;
        consumer = LibC.Map(
            null, page, LibC.ReadProtection | LibC.WriteProtection, LibC.SharedMapping, map, 0);
        if ((nint)consumer == -1)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        producer = LibC.Map(null, mapped, LibC.ReadProtection, LibC.SharedMapping, map, (nint)page);
        if ((nint)producer == -1)
        {
            var error = Marshal.GetLastPInvokeError();
            _ = LibC.Unmap(consumer, page);
            throw new Win32Exception(error);
        }

        at = Freed;
    }

    /// <summary>The map; poll(2) says readable when there is a record.</summary>
    public int Descriptor { get; }

    /// <summary>Bytes of data.</summary>
    public long Size { get; }

    /// <summary>What was read up to here; the next record begins there.</summary>
    public ulong Position => at;

    /// <summary>What is before it has made room for new records.</summary>
    public ulong Freed => Volatile.Read(ref *(ulong*)consumer);

    /// <summary>What the kernel has written up to now, in all.</summary>
    public ulong Written => Volatile.Read(ref *(ulong*)producer);

    /// <summary>Makes room of what was read up to a position.</summary>
    public void Free(ulong position) => Volatile.Write(ref *(ulong*)consumer, position);

    /// <summary>Hands over the records that are there, until there are none or the reader stops.</summary>
    /// <returns>Bytes taken from the buffer.</returns>
    public long Read(RecordReader reader)
    {
        var data = producer + Environment.SystemPageSize;
        var start = at;
        var more = true;
        while (more && at < Volatile.Read(ref *(ulong*)producer))
        {
            var header = data + (at & (ulong)(Size - 1));
            var length = Volatile.Read(ref *(uint*)header);
            // The record is being written; its commit will wake us, because we stand before it.
            if ((length & BusyBit) != 0)
                break;
            var size = length & ~(BusyBit | DiscardBit);
            try
            {
                at += (size + RecordHeaderSize + 7) & ~7ul;
                if ((length & DiscardBit) == 0)
                    more = reader(new ReadOnlySpan<byte>(header + RecordHeaderSize, (int)size), at);
            }
            finally
            {
                // Each at once: a full buffer gets room for the records that follow.
                if (!keeps)
                    Free(at);
            }
        }

        return (long)(at - start);
    }

    public void Dispose()
    {
        if (consumer == null)
            return;
        _ = LibC.Unmap(consumer, (nuint)Environment.SystemPageSize);
        _ = LibC.Unmap(producer, mapped);
        consumer = producer = null;
    }
}
