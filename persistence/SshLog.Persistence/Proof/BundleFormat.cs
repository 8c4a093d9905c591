using System.Buffers.Binary;
using System.Text;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>
/// A bundle's bytes: its name and a line feed, then parts, each a letter, its length (4 bytes, big-endian) and so many bytes:
/// M the manifest, S its signature, then for each event E (sequence number in 8 bytes, length of its kind in 2, its kind, its
/// envelope) and, if its content was taken out, R that; Z, empty, at the end.
/// </summary>
public static class BundleFormat
{
    internal const char Manifest = 'M', Signature = 'S', Event = 'E', Redacted = 'R', End = 'Z';

    // The longest event has 64 KiB of arguments.
    private const int LongestPart = 4 * 1024 * 1024;

    private static readonly byte[] _name = Encoding.ASCII.GetBytes(BundleManifest.Format + "\n");

    /// <summary>Writes the beginning.</summary>
    public static void Begin(Stream output, BundleSeal seal)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(seal);
        output.Write(_name);
        Write(output, Manifest, seal.Manifest.Span);
        Write(output, Signature, seal.Signature.Span);
    }

    /// <summary>Writes an event.</summary>
    public static void Write(Stream output, SealedRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var kind = Encoding.UTF8.GetBytes(row.Manifest);
        var part = new byte[10 + kind.Length + row.Envelope.Length];
        BinaryPrimitives.WriteInt64BigEndian(part, row.SequenceNr);
        BinaryPrimitives.WriteUInt16BigEndian(part.AsSpan(8), (ushort)kind.Length);
        kind.CopyTo(part, 10);
        row.Envelope.Span.CopyTo(part.AsSpan(10 + kind.Length));
        Write(output, Event, part);
        if (!row.Redaction.IsEmpty)
            Write(output, Redacted, row.Redaction.Span);
    }

    /// <summary>Writes the end.</summary>
    public static void Finish(Stream output) => Write(output, End, []);

    /// <summary>True if these bytes begin as a bundle does.</summary>
    internal static bool ReadName(Stream input)
    {
        var name = new byte[_name.Length];
        return input.ReadAtLeast(name, name.Length, throwOnEndOfStream: false) == name.Length && name.AsSpan().SequenceEqual(_name);
    }

    /// <summary>The next part.</summary>
    /// <exception cref="FormatException">There is none, or it is longer than any can be.</exception>
    internal static (char Kind, byte[] Bytes) Read(Stream input)
    {
        var head = new byte[5];
        if (input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            throw new FormatException("its end is missing");
        var length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(1));
        if (length > LongestPart)
            throw new FormatException("a part of it is longer than any can be");
        var bytes = new byte[length];
        if (input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new FormatException("its end is missing");
        return ((char)head[0], bytes);
    }

    /// <summary>The row of an event.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static SealedRow ReadRow(byte[] part)
    {
        if (part.Length < 10 || BinaryPrimitives.ReadUInt16BigEndian(part.AsSpan(8)) is var length && 10 + length > part.Length)
            throw new FormatException("an event of it is cut off");
        return new SealedRow(
            BinaryPrimitives.ReadInt64BigEndian(part), Encoding.UTF8.GetString(part.AsSpan(10, length)), part.AsMemory(10 + length), default);
    }

    private static void Write(Stream output, char kind, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], bytes.Length);
        output.Write(head);
        output.Write(bytes);
    }
}
