using System.Buffers.Binary;

namespace SshLog.Persistence.Tests.PowerCut;

/// <summary>What stands in an SQLite write-ahead log (sqlite.org/fileformat2.html#the_write_ahead_log).</summary>
/// <param name="Salt">Of its present use; that of before is overwritten from its beginning.</param>
/// <param name="PageSize">Of a page, in bytes.</param>
/// <param name="Frames">Page and where its frame ends, in order.</param>
/// <param name="Commits">Where transactions end.</param>
internal sealed record WriteAheadLog(ulong Salt, int PageSize, IReadOnlyList<(uint Page, long End)> Frames, IReadOnlyList<long> Commits)
{
    public const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;

    public static WriteAheadLog Read(string file)
    {
        using var input = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[HeaderBytes];
        if (input.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
            return new WriteAheadLog(0, 4096, [], []);
        var (pageSize, salt) = ((int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)), BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16)));
        var (frames, commits, frame) = (new List<(uint, long)>(), new List<long>(), new byte[FrameHeaderBytes]);
        while (input.ReadAtLeast(frame, FrameHeaderBytes, throwOnEndOfStream: false) == FrameHeaderBytes
            && BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(8)) == salt && input.Position + pageSize <= input.Length)
        {
            input.Seek(pageSize, SeekOrigin.Current);
            frames.Add((BinaryPrimitives.ReadUInt32BigEndian(frame), input.Position));
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0)
                commits.Add(input.Position);
        }

        return new WriteAheadLog(salt, pageSize, frames, commits);
    }

    /// <summary>
    /// How many of its frames a checkpoint has begun to copy into the database: it has waited for those (field nBackfillAttempted of
    /// the index, sqlite.org/walformat.html).
    /// </summary>
    public static int Checkpointing(string index)
    {
        const int Field = 128;
        using var input = new FileStream(index, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[4];
        input.Position = Field;
        return input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? BitConverter.ToInt32(bytes) : 0;
    }
}
