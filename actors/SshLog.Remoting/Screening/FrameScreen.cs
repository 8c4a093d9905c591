using static SshLog.Remoting.Screening.FrameParts;

namespace SshLog.Remoting.Screening;

/// <summary>
/// Looks at every frame of one client before Akka does. Akka's untrusted mode lets through what can stop the daemon
/// (Suspend, Recreate and Kill to any actor by its path), deserializes before it checks, and believes the address
/// that a peer claims for itself. So: the peer greets with the address it was given, once and first; every sender is
/// an actor of its own; it writes to the gateway, to its connection's actor and to the remote watcher, and to each only
/// what that one takes. Not to <c>/temp</c>: the daemon asks clients nothing, and the names there can be guessed, so
/// that an answer to somebody else's question could be forged. Pure, never throws, allocates nothing for a good frame.
/// </summary>
internal sealed class FrameScreen(ScreenRules rules)
{
    private const int SelectionSerializer = 6;
    private const int MiscSerializer = 16;
    private const int PrimitiveSerializer = 17;
    private const int SystemMessageSerializer = 22;

    private const ulong Associate = 1;
    private const ulong LastCommand = 5;

    /// <summary>Whether the peer has greeted with its right address.</summary>
    public bool HandshakeDone { get; private set; }

    /// <summary>
    /// Null for a frame that may pass; otherwise what is wrong with it, in words without the peer's bytes.
    /// </summary>
    /// <param name="frame">AkkaProtocolMessage: payload (1) or instruction (2).</param>
    public string? FindViolation(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> payload = default;
        ReadOnlySpan<byte> instruction = default;
        var parts = 0;
        var reader = new WireReader(frame);
        while (reader.Next())
        {
            parts++;
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Bytes):
                    payload = reader.Bytes;
                    break;
                case (2, WireType.Bytes):
                    instruction = reader.Bytes;
                    break;
                default:
                    return "a frame with a field that Akka does not write";
            }
        }
        if (reader.Malformed || parts != 1 || payload.IsEmpty == instruction.IsEmpty)
            return "a frame that is neither a message nor an instruction";
        if (!instruction.IsEmpty)
            return CheckInstruction(instruction);
        return HandshakeDone ? CheckContainer(payload) : "a message before the handshake";
    }

    // Instruction: commandType (1), handshakeInfo (2).
    private string? CheckInstruction(ReadOnlySpan<byte> bytes)
    {
        ulong command = 0;
        ReadOnlySpan<byte> handshake = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Varint):
                    command = reader.Number;
                    break;
                case (2, WireType.Bytes):
                    handshake = reader.Bytes;
                    break;
                default:
                    return "an instruction with a field that Akka does not write";
            }
        }
        if (reader.Malformed || command is 0 or > LastCommand || command == Associate == handshake.IsEmpty)
            return "a malformed instruction";
        if (command != Associate)
            return HandshakeDone ? null : "an instruction before the handshake";
        if (HandshakeDone)
            return "a second handshake";
        HandshakeDone = IsOwnHandshake(handshake);
        return HandshakeDone ? null : "a handshake with an address that is not the peer's";
    }

    // HandshakeInfo: origin (1), uid (2: fixed64).
    private bool IsOwnHandshake(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> origin = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader is { Field: 1, Type: WireType.Bytes })
                origin = reader.Bytes;
            else if (reader is not { Field: 2, Type: WireType.Fixed64 })
                return false;
        }
        return !reader.Malformed && IsOwnAddress(origin);
    }

    // Address: system (1), hostname (2), port (3), protocol (4).
    private bool IsOwnAddress(ReadOnlySpan<byte> bytes)
    {
        var right = 0;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            var matches = (reader.Field, reader.Type) switch
            {
                (1, WireType.Bytes) => reader.Bytes.SequenceEqual("sshlog-cli"u8),
                (2, WireType.Bytes) => reader.Bytes.SequenceEqual(rules.Host),
                (3, WireType.Varint) => reader.Number == GatewayAddress.Port,
                (4, WireType.Bytes) => reader.Bytes.SequenceEqual("unix"u8),
                _ => false,
            };
            if (!matches)
                return false;
            right++;
        }
        return !reader.Malformed && right == 4;
    }

    // AckAndEnvelopeContainer: ack (1: cumulativeAck (1: fixed64), nacks), envelope (2). Over a socket nothing is
    // lost on the way, so there is nothing to nack.
    private string? CheckContainer(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> envelope = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Bytes) when IsAck(reader.Bytes):
                    break;
                case (2, WireType.Bytes):
                    envelope = reader.Bytes;
                    if (envelope.IsEmpty)
                        return "an empty envelope";
                    break;
                default:
                    return "a container with a field that Akka does not write";
            }
        }
        if (reader.Malformed)
            return "a malformed container";
        return envelope.IsEmpty ? null : CheckEnvelope(envelope);
    }

    private static bool IsAck(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader is not { Field: 1, Type: WireType.Fixed64 })
                return false;
        }
        return !reader.Malformed;
    }

    // RemoteEnvelope: recipient (1), message (2), sender (4), seq (5: fixed64).
    private string? CheckEnvelope(ReadOnlySpan<byte> bytes)
    {
        var recipient = Recipient.Forbidden;
        ReadOnlySpan<byte> message = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Bytes):
                    recipient = TryReadPath(reader.Bytes, out var path) ? rules.Classify(path) : Recipient.Forbidden;
                    break;
                case (2, WireType.Bytes):
                    message = reader.Bytes;
                    break;
                case (4, WireType.Bytes):
                    if (!TryReadPath(reader.Bytes, out var sender) || !rules.IsPeerPath(sender))
                        return "a sender that is not the peer's";
                    break;
                case (5, WireType.Fixed64):
                    break;
                default:
                    return "an envelope with a field that Akka does not write";
            }
        }
        if (reader.Malformed)
            return "a malformed envelope";
        if (recipient == Recipient.Forbidden)
            return "a recipient that is not open to clients";
        if (!TryReadPayload(message, out var payload))
            return "a malformed payload";
        return IsAllowed(recipient, payload) ? null : Describe(recipient, payload);
    }

    private bool IsAllowed(Recipient recipient, Payload payload)
    {
        if (payload.SerializerId == SelectionSerializer)
            return recipient == Recipient.Root && payload.Manifest.IsEmpty && IsAllowedSelection(payload.Message);
        if (IsAllowedContent(recipient, payload))
            return true;
        return payload.SerializerId == SystemMessageSerializer && IsAllowedSystemMessage(recipient, payload);
    }

    private bool IsAllowedContent(Recipient recipient, Payload payload) => recipient switch
    {
        Recipient.Gateway or Recipient.Connection => IsOurs(payload) || IsIdentify(payload),
        Recipient.RemoteWatcher => payload.SerializerId == MiscSerializer
            && (payload.Manifest.SequenceEqual("RWHB"u8) || payload.Manifest.SequenceEqual("RWHR"u8)),
        _ => false,
    };

    private bool IsOurs(Payload payload) =>
        payload.SerializerId == rules.GatewaySerializerId && !payload.Manifest.IsEmpty;

    // Identify: messageId (1: payload), which may be nothing or a primitive, but no object of who knows which kind.
    private static bool IsIdentify(Payload payload)
    {
        if (payload.SerializerId != MiscSerializer || !payload.Manifest.SequenceEqual("ID"u8))
            return false;
        var reader = new WireReader(payload.Message);
        while (reader.Next())
        {
            if (reader is not { Field: 1, Type: WireType.Bytes } || !TryReadPayload(reader.Bytes, out var id)
                || id.SerializerId is not (0 or PrimitiveSerializer))
                return false;
        }
        return !reader.Malformed;
    }

    // SelectionEnvelope: payload (1), pattern (2, repeated: type (1), matcher (2)).
    private bool IsAllowedSelection(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> inner = default;
        SelectionRoute? route = null;
        var reader = new WireReader(bytes);
        while (reader.Next(repeatable: 2))
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Bytes):
                    inner = reader.Bytes;
                    break;
                case (2, WireType.Bytes) when TryReadChildName(reader.Bytes, out var name):
                    route = rules.Follow(route, name);
                    break;
                default:
                    return false;
            }
        }
        return !reader.Malformed && TryReadPayload(inner, out var payload)
            && IsAllowedContent(ScreenRules.Destination(route), payload);
    }

    // DeathWatchNotification: actor (1), two booleans (2, 3). No Watch: the end of its socket tells a client the same, and an
    // actor keeps every watcher that a client thinks up.
    private bool IsAllowedSystemMessage(Recipient recipient, Payload payload) =>
        recipient == Recipient.RemoteWatcher
        && payload.Manifest.SequenceEqual("Akka.Dispatch.SysMsg.DeathWatchNotification, Akka"u8)
        && IsNewsOfPeer(payload.Message);

    private bool IsNewsOfPeer(ReadOnlySpan<byte> bytes)
    {
        var ofPeer = false;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader is { Field: 1, Type: WireType.Bytes })
                ofPeer = TryReadPath(reader.Bytes, out var path) && rules.IsPeerPath(path);
            else if (reader is not { Field: 2 or 3, Type: WireType.Varint, Number: 0 or 1 })
                return false;
        }
        return !reader.Malformed && ofPeer;
    }

    private static string Describe(Recipient recipient, Payload payload) =>
        $"a message of serializer {payload.SerializerId} that {recipient} does not take from a client";
}
