using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Strings and integers (identifier 17).</summary>
public sealed class PrimitiveSerializers(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <inheritdoc/>
    public override int Identifier => 17;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        string => "S",
        int => "I",
        long => "L",
        _ => throw new ArgumentException($"{o?.GetType()} is no primitive."),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var bytes = new byte[obj is long ? 8 : 4];
        switch (obj)
        {
            case string text:
                return Encoding.UTF8.GetBytes(text);
            case int number:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
                return bytes;
            case long number:
                BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                return bytes;
            default:
                throw new ArgumentException($"{obj?.GetType()} is no primitive.");
        }
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return manifest switch
        {
            "S" => Encoding.UTF8.GetString(bytes),
            "I" when bytes.Length == 4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            "L" when bytes.Length == 8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => throw new SerializationException($"No primitive '{manifest}' of {bytes.Length} bytes."),
        };
    }
}
