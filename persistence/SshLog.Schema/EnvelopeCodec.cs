using Google.Protobuf;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Schema;

/// <summary>A <see cref="JournalEvent"/> as the bytes of a journal row, and back.</summary>
public static class EnvelopeCodec
{
    /// <summary>The envelope message of events.proto.</summary>
    public static byte[] Encode(JournalEvent sealedEvent)
    {
        ArgumentNullException.ThrowIfNull(sealedEvent);
        return new Wire.Envelope
        {
            PreviousHash = UnsafeByteOperations.UnsafeWrap(sealedEvent.PreviousHash),
            PayloadHash = UnsafeByteOperations.UnsafeWrap(sealedEvent.PayloadHash),
            Salt = UnsafeByteOperations.UnsafeWrap(sealedEvent.Salt),
            Payload = UnsafeByteOperations.UnsafeWrap(sealedEvent.Payload),
            Epoch = sealedEvent.Position.Epoch,
            Number = sealedEvent.Position.Number,
        }.ToByteArray();
    }

    /// <summary>The event of a journal row.</summary>
    /// <param name="manifest">The row's manifest.</param>
    /// <param name="row">The row's payload.</param>
    /// <exception cref="EventFormatException">The bytes are no envelope, or one this version cannot open.</exception>
    public static JournalEvent Decode(string manifest, ReadOnlyMemory<byte> row)
    {
        Wire.Envelope envelope;
        try
        {
            envelope = Wire.Envelope.Parser.ParseFrom(row.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new EventFormatException($"The envelope of a '{manifest}' event is damaged: {e.Message}", e);
        }

        if (envelope.Compression != Wire.Compression.None)
        {
            throw new EventFormatException(
                $"A '{manifest}' event is compressed in a way this version does not know ({envelope.Compression}): "
                + "install the sshlogd that wrote it to read it.");
        }

        return new JournalEvent(
            manifest,
            envelope.Payload.Memory,
            new ProbePosition(envelope.Epoch, envelope.Number),
            envelope.PreviousHash.Memory,
            envelope.PayloadHash.Memory,
            envelope.Salt.Memory);
    }
}
