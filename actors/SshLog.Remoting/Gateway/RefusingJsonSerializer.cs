using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace SshLog.Remoting.Gateway;

/// <summary>
/// Stands where Akka has its JSON serializer for everything that has no other. That one makes objects of any type a
/// peer names; this one says which message has no serializer.
/// </summary>
public sealed class RefusingJsonSerializer : Serializer
{
    /// <summary>Made by Akka from the configuration.</summary>
    public RefusingJsonSerializer(ExtendedActorSystem system, Config config)
        : base(system)
    {
    }

    /// <summary>That of Akka's JSON serializer.</summary>
    public override int Identifier => 1;

    /// <inheritdoc />
    public override bool IncludeManifest => false;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => throw new SerializationException(
        $"{obj?.GetType().FullName ?? "null"} has no serializer: add it to the protocol's serializer.");

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException("JSON messages are not accepted.");
}
