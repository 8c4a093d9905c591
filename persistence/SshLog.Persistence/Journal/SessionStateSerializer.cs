using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using SshLog.Core.Journal;
using SshLog.Core.Sessions;
using SshLog.Schema;

namespace SshLog.Persistence.Journal;

/// <summary>Stores a recorder's state as a snapshot.</summary>
public sealed class SessionStateSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The serializer id in every row; never changes.</summary>
    public const int Id = 5223;

    /// <inheritdoc />
    public override int Identifier => Id;

    /// <inheritdoc />
    public override string Manifest(object o) => SessionStateCodec.Manifest;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => obj is SessionState state
        ? SessionStateCodec.Encode(state)
        : throw new ArgumentException($"Only {nameof(SessionState)} is a snapshot, not {obj?.GetType().Name ?? "null"}.");

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest != SessionStateCodec.Manifest)
        {
            throw new SerializationException(
                $"Unknown snapshot manifest '{manifest}': install the sshlogd that wrote it, or delete the row.");
        }

        try
        {
            return SessionStateCodec.Decode(bytes);
        }
        catch (EventFormatException e)
        {
            throw new SerializationException(e.Message, e);
        }
    }
}
