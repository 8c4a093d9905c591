using Google.Protobuf;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Schema;

/// <summary>
/// A <see cref="JournalEvent"/> as the bytes of a journal row, and back. What is sealed into the chain is the payload as it was
/// before it was compressed.
/// </summary>
public static class EnvelopeCodec
{
    /// <summary>The envelope message of events.proto.</summary>
    /// <param name="sealedEvent">What.</param>
    /// <param name="compress">True to compress a payload that gets smaller by it.</param>
    public static byte[] Encode(JournalEvent sealedEvent, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(sealedEvent);
        var envelope = new Wire.Envelope
        {
            PreviousHash = UnsafeByteOperations.UnsafeWrap(sealedEvent.PreviousHash),
            PayloadHash = UnsafeByteOperations.UnsafeWrap(sealedEvent.PayloadHash),
            Salt = UnsafeByteOperations.UnsafeWrap(sealedEvent.Salt),
            Payload = UnsafeByteOperations.UnsafeWrap(sealedEvent.Payload),
            Epoch = sealedEvent.Position.Epoch,
            Number = sealedEvent.Position.Number,
        };
        if (compress)
            PayloadCompression.Apply(envelope);
        return envelope.ToByteArray();
    }

    /// <summary>The event of a journal row.</summary>
    /// <param name="manifest">The row's manifest.</param>
    /// <param name="row">The row's payload.</param>
    /// <exception cref="EventFormatException">The bytes are no envelope, or one this version cannot open.</exception>
    /// <exception cref="JournalUnavailableException">It is compressed, and the library for that is not installed.</exception>
    public static JournalEvent Decode(string manifest, ReadOnlyMemory<byte> row)
    {
        var envelope = Parse(manifest, row.Span);
        return new JournalEvent(
            manifest,
            PayloadCompression.Undo(envelope, manifest),
            new ProbePosition(envelope.Epoch, envelope.Number),
            envelope.PreviousHash.Memory,
            envelope.PayloadHash.Memory,
            envelope.Salt.Memory);
    }

    /// <summary>
    /// True if a row has the very bytes that <see cref="Encode"/> has written, not others that mean the same.
    /// </summary>
    /// <exception cref="EventFormatException">The bytes are no envelope.</exception>
    public static bool IsAsWritten(string manifest, ReadOnlySpan<byte> row)
    {
        var envelope = Parse(manifest, row);
        return PayloadCompression.IsAsStored(envelope) && WithoutUnknownFields(envelope).ToByteArray().AsSpan().SequenceEqual(row);
    }

    /// <summary>Size of the payload of a row, uncompressed, as the row says it; 0 if the bytes are no envelope.</summary>
    public static long PlainBytes(ReadOnlySpan<byte> row)
    {
        try
        {
            var envelope = Wire.Envelope.Parser.ParseFrom(row);
            return Math.Max(envelope.PlainBytes, envelope.Payload.Length);
        }
        catch (InvalidProtocolBufferException)
        {
            return 0;
        }
    }

    private static Wire.Envelope Parse(string manifest, ReadOnlySpan<byte> row)
    {
        try
        {
            return Wire.Envelope.Parser.ParseFrom(row);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new EventFormatException($"The envelope of a '{manifest}' event is damaged: {e.Message}", e);
        }
    }

    private static Wire.Envelope WithoutUnknownFields(Wire.Envelope envelope) => new()
    {
        PreviousHash = envelope.PreviousHash,
        PayloadHash = envelope.PayloadHash,
        Salt = envelope.Salt,
        Payload = envelope.Payload,
        Compression = envelope.Compression,
        Epoch = envelope.Epoch,
        Number = envelope.Number,
        PlainBytes = envelope.PlainBytes,
        StoredHash = envelope.StoredHash,
    };
}
