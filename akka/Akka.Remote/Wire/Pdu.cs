using System.Text;
using Akka.Actor;
using Google.Protobuf;

namespace Akka.Remote.Wire;

/// <summary>An instruction between two endpoints, by its number on the wire.</summary>
internal enum Command
{
    None = 0,
    Associate = 1,
    Disassociate = 2,
    Heartbeat = 3,
    DisassociateShuttingDown = 4,
    DisassociateQuarantined = 5,
}

/// <summary>What one frame said.</summary>
internal readonly record struct Pdu
{
    /// <summary>An instruction, or <see cref="Wire.Command.None"/> for a message.</summary>
    public Command Command { get; init; }

    /// <summary>Who associates.</summary>
    public Address? Origin { get; init; }

    /// <summary>Which incarnation of the origin.</summary>
    public int Uid { get; init; }

    /// <summary>Path of the recipient; null when the frame holds only an acknowledgement.</summary>
    public string? Recipient { get; init; }

    /// <summary>Path of the sender; null for none.</summary>
    public string? Sender { get; init; }

    /// <summary>
    /// Number of a message that wants to be acknowledged; <see cref="PduCodec.NoSequence"/> otherwise.
    /// </summary>
    public ulong Sequence { get; init; }

    /// <summary>The message.</summary>
    public SerializedMessage Message { get; init; }

    /// <summary>Number up to which the peer has received everything; null when it does not say.</summary>
    public ulong? Acknowledged { get; init; }
}

/// <summary>Akka.Remote's frames: AkkaProtocolMessage with payload (1) or instruction (2).</summary>
internal static class PduCodec
{
    /// <summary>A message that is not to be acknowledged.</summary>
    public const ulong NoSequence = ulong.MaxValue;

    /// <summary>A heartbeat.</summary>
    public static ByteString Heartbeat { get; } = Instruction(Command.Heartbeat, []);

    /// <summary>An instruction without a handshake.</summary>
    public static ByteString Instruct(Command command) => Instruction(command, []);

    /// <summary>The handshake: HandshakeInfo {origin (1), uid (2)} inside an instruction.</summary>
    public static ByteString Associate(Address origin, int uid)
    {
        Span<byte> address = stackalloc byte[1024];
        var a = new ProtoWriter(address);
        a.Text(1, origin.System, Encoding.UTF8.GetByteCount(origin.System));
        a.Text(2, origin.Host ?? "", Encoding.UTF8.GetByteCount(origin.Host ?? ""));
        a.Number(3, (ulong)(origin.Port ?? 0));
        a.Text(4, origin.Protocol, Encoding.UTF8.GetByteCount(origin.Protocol));
        Span<byte> handshake = stackalloc byte[1100];
        var h = new ProtoWriter(handshake);
        h.Bytes(1, address[..a.Length]);
        h.Fixed64(2, unchecked((ulong)uid));
        return Instruction(Command.Associate, handshake[..h.Length]);
    }

    /// <summary>An acknowledgement of everything up to a number.</summary>
    public static ByteString Acknowledge(ulong cumulative)
    {
        Span<byte> ack = stackalloc byte[16];
        var a = new ProtoWriter(ack);
        a.Fixed64(1, cumulative);
        Span<byte> container = stackalloc byte[24];
        var c = new ProtoWriter(container);
        c.Bytes(1, ack[..a.Length]);
        var frame = new byte[32];
        var f = new ProtoWriter(frame);
        f.Bytes(1, container[..c.Length]);
        return UnsafeByteOperations.UnsafeWrap(frame.AsMemory(0, f.Length));
    }

    /// <summary>A message: container {envelope {recipient, message, sender, seq}}.</summary>
    public static ByteString Envelope(string recipient, in SerializedMessage message, string? sender, ulong sequence)
    {
        var recipientSize = Encoding.UTF8.GetByteCount(recipient);
        var senderSize = sender is null ? 0 : Encoding.UTF8.GetByteCount(sender);
        var messageSize = message.Size;
        var envelope = ProtoWriter.SizeOfBytes(ProtoWriter.SizeOfBytes(recipientSize))
            + ProtoWriter.SizeOfBytes(messageSize)
            + (sender is null ? 0 : ProtoWriter.SizeOfBytes(ProtoWriter.SizeOfBytes(senderSize)))
            + (sequence == 0 ? 0 : 9);
        var container = ProtoWriter.SizeOfBytes(envelope);
        var frame = new byte[ProtoWriter.SizeOfBytes(container)];
        var writer = new ProtoWriter(frame);
        writer.Begin(1, container);
        writer.Begin(2, envelope);
        writer.Begin(1, ProtoWriter.SizeOfBytes(recipientSize));
        writer.Text(1, recipient, recipientSize);
        writer.Begin(2, messageSize);
        message.Write(ref writer);
        if (sender is not null)
        {
            writer.Begin(4, ProtoWriter.SizeOfBytes(senderSize));
            writer.Text(1, sender, senderSize);
        }
        writer.Fixed64(5, sequence);
        return UnsafeByteOperations.UnsafeWrap(frame);
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public static Pdu Read(ReadOnlySpan<byte> frame)
    {
        var reader = new ProtoReader(frame);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    return ReadContainer(reader.Bytes);
                case 2:
                    return ReadInstruction(reader.Bytes);
            }
        }
        throw new WireFormatException("neither a message nor an instruction");
    }

    private static ByteString Instruction(Command command, ReadOnlySpan<byte> handshake)
    {
        var instruction = new byte[16 + handshake.Length];
        var i = new ProtoWriter(instruction);
        i.Number(1, (ulong)command);
        if (!handshake.IsEmpty)
            i.Bytes(2, handshake);
        var frame = new byte[16 + i.Length];
        var f = new ProtoWriter(frame);
        f.Bytes(2, instruction.AsSpan(0, i.Length));
        return UnsafeByteOperations.UnsafeWrap(frame.AsMemory(0, f.Length));
    }

    private static Pdu ReadInstruction(ReadOnlySpan<byte> bytes)
    {
        var pdu = default(Pdu);
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            pdu = reader.Field switch
            {
                1 => pdu with { Command = (Command)reader.Number },
                2 => ReadHandshake(reader.Bytes, pdu),
                _ => pdu,
            };
        }
        if (pdu.Command == Command.None || (pdu.Command == Command.Associate && pdu.Origin is null))
            throw new WireFormatException("an instruction without a command or origin");
        return pdu;
    }

    private static Pdu ReadHandshake(ReadOnlySpan<byte> bytes, Pdu pdu)
    {
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            pdu = reader.Field switch
            {
                1 => pdu with { Origin = ReadAddress(reader.Bytes) },
                2 => pdu with { Uid = unchecked((int)reader.Number) },
                _ => pdu,
            };
        }
        return pdu;
    }

    private static Address ReadAddress(ReadOnlySpan<byte> bytes)
    {
        string system = "", host = "", protocol = "";
        var port = 0;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    system = reader.Text;
                    break;
                case 2:
                    host = reader.Text;
                    break;
                case 3:
                    port = (int)reader.Number;
                    break;
                case 4:
                    protocol = reader.Text;
                    break;
            }
        }
        return new Address(protocol, system, host, port);
    }

    private static Pdu ReadContainer(ReadOnlySpan<byte> bytes)
    {
        var pdu = new Pdu { Sequence = NoSequence };
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            pdu = reader.Field switch
            {
                1 => pdu with { Acknowledged = ReadAcknowledged(reader.Bytes) },
                2 => ReadEnvelope(reader.Bytes, pdu),
                _ => pdu,
            };
        }
        return pdu;
    }

    private static ulong ReadAcknowledged(ReadOnlySpan<byte> bytes)
    {
        ulong acknowledged = 0;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                acknowledged = reader.Number;
        }
        return acknowledged;
    }

    private static Pdu ReadEnvelope(ReadOnlySpan<byte> bytes, Pdu pdu)
    {
        // A sequence number of 0 is not written, so an envelope without one has number 0.
        pdu = pdu with { Sequence = 0 };
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            pdu = reader.Field switch
            {
                1 => pdu with { Recipient = ReadPath(reader.Bytes) },
                2 => pdu with { Message = SerializedMessage.Read(reader.Bytes) },
                4 => pdu with { Sender = ReadPath(reader.Bytes) },
                5 => pdu with { Sequence = reader.Number },
                _ => pdu,
            };
        }
        return pdu;
    }

    private static string ReadPath(ReadOnlySpan<byte> bytes)
    {
        var path = "";
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                path = reader.Text;
        }
        return path;
    }
}
