using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>
/// A message on its way along a selection (identifier 6): payload (1), pattern (2: type (1), matcher (2)).
/// </summary>
public sealed class MessageContainerSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private const ulong Parent = 1;
    private const ulong ChildName = 2;
    private const ulong ChildPattern = 3;

    /// <inheritdoc/>
    public override int Identifier => 6;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        if (obj is not ActorSelectionMessage selection)
            throw new ArgumentException($"{obj?.GetType()} is no message along a selection.");
        var payload = Wrapped.Serialize(system, selection.Message);
        byte[][] steps = [.. selection.Elements.Select(WriteStep)];
        var payloadSize = payload.Size;
        var bytes = new byte[ProtoWriter.SizeOfBytes(payloadSize) + steps.Sum(s => ProtoWriter.SizeOfBytes(s.Length))];
        var writer = new ProtoWriter(bytes);
        writer.Begin(1, payloadSize);
        payload.Write(ref writer);
        foreach (var step in steps)
            writer.Bytes(2, step);
        return bytes;
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            object? message = null;
            var steps = new List<SelectionPathElement>();
            var reader = new ProtoReader(bytes);
            while (reader.Next())
            {
                if (reader.Field == 1)
                    message = Wrapped.Deserialize(system, reader.Bytes);
                else if (reader.Field == 2)
                    steps.Add(ReadStep(reader.Bytes));
            }
            return message is null
                ? throw new SerializationException("A selection without a message.")
                : new ActorSelectionMessage(message, steps);
        }
        catch (WireFormatException malformed)
        {
            throw new SerializationException(malformed.Message, malformed);
        }
    }

    private static byte[] WriteStep(SelectionPathElement element)
    {
        var (type, matcher) = element switch
        {
            SelectChildName child => (ChildName, child.Name),
            SelectChildPattern pattern => (ChildPattern, pattern.PatternStr),
            _ => (Parent, ""),
        };
        var size = Encoding.UTF8.GetByteCount(matcher);
        var bytes = new byte[2 + ProtoWriter.SizeOfBytes(size)];
        var writer = new ProtoWriter(bytes);
        writer.Number(1, type);
        if (size > 0)
            writer.Text(2, matcher, size);
        return bytes[..writer.Length];
    }

    private static SelectionPathElement ReadStep(ReadOnlySpan<byte> bytes)
    {
        ulong type = 0;
        var matcher = "";
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                type = reader.Number;
            else if (reader.Field == 2)
                matcher = reader.Text;
        }
        return type switch
        {
            Parent => new SelectParent(),
            ChildName => new SelectChildName(matcher),
            ChildPattern => new SelectChildPattern(matcher),
            _ => throw new WireFormatException("a selection with an unknown step"),
        };
    }
}
