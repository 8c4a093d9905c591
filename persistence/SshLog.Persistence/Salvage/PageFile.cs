using System.Buffers.Binary;

namespace SshLog.Persistence.Salvage;

/// <summary>
/// The pages of a database file and of its write-ahead log, read without SQLite, which opens no damaged file
/// (sqlite.org/fileformat2.html). Every version of a page that is there can be had.
/// </summary>
internal sealed class PageFile : IDisposable
{
    private const int DefaultPageSize = 4096;
    private const int WalHeader = 32;
    private const int FrameHeader = 24;

    private readonly FileStream _database;
    private readonly FileStream? _log;

    // Where the newest committed version of a page begins in the write-ahead log.
    private readonly Dictionary<uint, long> _newest = [];
    private readonly List<long> _frames = [];

    /// <param name="file">The database; its log is found beside it.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public PageFile(string file)
    {
        _database = File.OpenRead(file);
        _log = File.Exists(file + "-wal") ? File.OpenRead(file + "-wal") : null;
        PageSize = FindPageSize();
        ReadLog();
    }

    /// <summary>Bytes of a page.</summary>
    public int PageSize { get; }

    /// <summary>Places of all versions of all pages, for <see cref="Read"/>.</summary>
    public IEnumerable<PagePlace> Places()
    {
        foreach (var frame in _frames)
            yield return new PagePlace(InLog: true, frame);
        for (var at = 0L; at < _database.Length; at += PageSize)
            yield return new PagePlace(InLog: false, at);
    }

    /// <summary>The page there; the end of a cut page is zeros.</summary>
    public void Read(PagePlace place, Span<byte> page)
    {
        var stream = place.InLog ? _log! : _database;
        stream.Position = place.Offset;
        page[stream.ReadAtLeast(page, page.Length, throwOnEndOfStream: false)..].Clear();
    }

    /// <summary>Where a page is: its newest version, or the one in the database itself.</summary>
    public PagePlace? Find(uint number, bool newest)
    {
        if (newest && _newest.TryGetValue(number, out var frame))
            return new PagePlace(InLog: true, frame);
        var offset = (number - 1L) * PageSize;
        return number > 0 && offset < _database.Length ? new PagePlace(InLog: false, offset) : null;
    }

    public void Dispose()
    {
        _database.Dispose();
        _log?.Dispose();
    }

    private int FindPageSize()
    {
        Span<byte> header = stackalloc byte[WalHeader];
        if (ReadHeader(_database, header) && header[..16].SequenceEqual("SQLite format 3\0"u8))
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
            return size == 1 ? 65536 : IsPageSize(size) ? size : DefaultPageSize;
        }

        if (_log is not null && ReadHeader(_log, header) && IsLogHeader(header))
            return BinaryPrimitives.ReadInt32BigEndian(header[8..]);
        return DefaultPageSize;
    }

    private void ReadLog()
    {
        Span<byte> header = stackalloc byte[WalHeader];
        if (_log is null || !ReadHeader(_log, header) || !IsLogHeader(header))
            return;
        var salts = header[16..24];
        Span<byte> frame = stackalloc byte[FrameHeader];
        var transaction = new Dictionary<uint, long>();
        for (var at = (long)WalHeader; at + FrameHeader + PageSize <= _log.Length; at += FrameHeader + PageSize)
        {
            _log.Position = at;
            _log.ReadExactly(frame);
            // Frames behind the last one written are of an earlier round and carry its salts.
            if (!frame[8..16].SequenceEqual(salts))
                return;
            transaction[BinaryPrimitives.ReadUInt32BigEndian(frame)] = at + FrameHeader;
            if (BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) == 0)
                continue;
            foreach (var (number, place) in transaction)
            {
                _newest[number] = place;
                _frames.Add(place);
            }

            transaction.Clear();
        }
    }

    private static bool ReadHeader(FileStream stream, Span<byte> header)
    {
        stream.Position = 0;
        return stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length;
    }

    private static bool IsLogHeader(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt32BigEndian(header) is 0x377f0682 or 0x377f0683
        && IsPageSize(BinaryPrimitives.ReadInt32BigEndian(header[8..]));

    private static bool IsPageSize(int size) => size is >= 512 and <= 65536 && int.IsPow2(size);
}

/// <summary>Where a version of a page is.</summary>
/// <param name="InLog">In the write-ahead log, else in the database file.</param>
/// <param name="Offset">Byte offset there.</param>
internal readonly record struct PagePlace(bool InLog, long Offset);
