using System.Buffers.Binary;

namespace SshLog.Persistence.Salvage;

/// <summary>Reads the rows of table leaf pages (sqlite.org/fileformat2.html, sections 1.6 and 2.1).</summary>
internal sealed class CellReader(PageFile pages)
{
    private const byte TableLeaf = 0x0d;
    private const int DatabaseHeader = 100;

    // A row holds 64 KiB of argv or output and little more.
    private const int LongestRow = 1 << 20;

    private readonly byte[] _overflow = new byte[pages.PageSize];

    /// <summary>How many rows the page claims to hold; 0 when it is no leaf of a table.</summary>
    public static int Count(PagePlace place, ReadOnlySpan<byte> page)
    {
        var header = Header(place);
        return page[header] == TableLeaf
            ? Math.Min(BinaryPrimitives.ReadUInt16BigEndian(page[(header + 3)..]), (page.Length - header - 8) / 2)
            : 0;
    }

    /// <summary>A row: its rowid and record; null when it does not make sense.</summary>
    /// <param name="place">Where the page is.</param>
    /// <param name="page">Its bytes.</param>
    /// <param name="index">Which of its rows.</param>
    /// <param name="newest">Continue in the newest versions of the following pages, or in those of the database.</param>
    public (long RowId, byte[] Record)? Read(PagePlace place, ReadOnlySpan<byte> page, int index, bool newest)
    {
        var at = (int)BinaryPrimitives.ReadUInt16BigEndian(page[(Header(place) + 8 + (2 * index))..]);
        if (!Varint.TryRead(page, ref at, out var length) || !Varint.TryRead(page, ref at, out var rowId)
            || length is < 2 or > LongestRow)
            return null;
        var local = LocalBytes((int)length, page.Length);
        if (at + local + (local < length ? 4 : 0) > page.Length)
            return null;
        var record = new byte[length];
        page.Slice(at, local).CopyTo(record);
        if (local == length)
            return (rowId, record);
        var next = BinaryPrimitives.ReadUInt32BigEndian(page[(at + local)..]);
        return Follow(next, record.AsSpan(local), newest) ? (rowId, record) : null;
    }

    private bool Follow(uint next, Span<byte> rest, bool newest)
    {
        while (!rest.IsEmpty)
        {
            if (pages.Find(next, newest) is not { } place)
                return false;
            pages.Read(place, _overflow);
            var part = Math.Min(rest.Length, _overflow.Length - 4);
            _overflow.AsSpan(4, part).CopyTo(rest);
            rest = rest[part..];
            next = BinaryPrimitives.ReadUInt32BigEndian(_overflow);
        }

        return true;
    }

    private static int LocalBytes(int length, int usable)
    {
        if (length <= usable - 35)
            return length;
        var least = ((usable - 12) * 32 / 255) - 23;
        var most = least + ((length - least) % (usable - 4));
        return most <= usable - 35 ? most : least;
    }

    // A page of the log may be the first one too, but the first page of a journal is the schema's.
    private static int Header(PagePlace place) => place is { InLog: false, Offset: 0 } ? DatabaseHeader : 0;
}

/// <summary>SQLite's integers of 1 to 9 bytes.</summary>
internal static class Varint
{
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        for (var i = 0; i < 9; i++)
        {
            if (at >= bytes.Length)
                return false;
            var b = bytes[at++];
            if (i == 8)
            {
                value = (value << 8) | b;
                return true;
            }

            value = (value << 7) | (uint)(b & 0x7f);
            if (b < 0x80)
                return true;
        }

        return true;
    }
}
