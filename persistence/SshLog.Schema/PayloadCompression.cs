using System.Security.Cryptography;
using Google.Protobuf;
using SshLog.Core.Journal;
using SshLog.Native;

namespace SshLog.Schema;

/// <summary>The payload of an envelope, compressed and not.</summary>
internal static class PayloadCompression
{
    /// <summary>Below this size there is little to gain.</summary>
    private const int SmallestBytes = 512;

    /// <summary>More than any event has; no row makes a reader take more memory than this.</summary>
    private const int LargestBytes = 1024 * 1024;

    /// <summary>What it adds to the envelope, about.</summary>
    private const int Overhead = 48;

    /// <summary>Compresses the payload if it takes less room then.</summary>
    public static void Apply(Wire.Envelope envelope)
    {
        var plain = envelope.Payload.Span;
        if (plain.Length is < SmallestBytes or > LargestBytes)
            return;
        var stored = new byte[plain.Length - Overhead];
        if (!Zstd.TryCompress(plain, stored, out var bytes))
            return;
        envelope.Compression = Wire.Compression.Zstd;
        envelope.PlainBytes = (uint)plain.Length;
        envelope.Payload = UnsafeByteOperations.UnsafeWrap(stored.AsMemory(0, bytes));
        envelope.StoredHash = UnsafeByteOperations.UnsafeWrap(SHA256.HashData(envelope.Payload.Span));
    }

    /// <summary>The payload as it was before.</summary>
    public static ReadOnlyMemory<byte> Undo(Wire.Envelope envelope, string manifest)
    {
        switch (envelope.Compression)
        {
            case Wire.Compression.None:
                return envelope.Payload.Memory;
            case Wire.Compression.Zstd when envelope.PlainBytes is 0 or > LargestBytes:
                throw new EventFormatException($"A '{manifest}' event says that it has {envelope.PlainBytes} bytes: no event has so many.");
            case Wire.Compression.Zstd when !Zstd.IsAvailable:
                throw new JournalUnavailableException(
                    "The recording is compressed with zstd, and the library for that (libzstd.so.1) is not installed.");
            case Wire.Compression.Zstd:
                var plain = new byte[envelope.PlainBytes];
                return Zstd.TryDecompress(envelope.Payload.Span, plain)
                    ? plain
                    : throw new EventFormatException($"The compressed content of a '{manifest}' event is damaged.");
            default:
                throw new EventFormatException(
                    $"A '{manifest}' event is compressed in a way this version does not know ({envelope.Compression}): "
                    + "install the sshlogd that wrote it to read it.");
        }
    }

    /// <summary>
    /// False if the stored bytes are others than were written: many compressed forms mean the same, and only one of them was.
    /// </summary>
    public static bool IsAsStored(Wire.Envelope envelope) => envelope.Compression == Wire.Compression.None
        ? envelope.PlainBytes == 0 && envelope.StoredHash.IsEmpty
        : envelope.StoredHash.Span.SequenceEqual(SHA256.HashData(envelope.Payload.Span));
}
