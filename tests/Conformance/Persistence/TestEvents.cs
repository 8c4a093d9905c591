using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>What <see cref="TestEventSerializer"/> is bound to.</summary>
public interface ITestEvent;

/// <summary>An event.</summary>
public sealed record Written(string Text) : ITestEvent;

/// <summary>A state for snapshots.</summary>
public sealed record State(string Text) : ITestEvent;

/// <summary>An event that cannot be serialized.</summary>
public sealed record Unwritable(string Text) : ITestEvent;

public sealed class TestEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 9001;

    public override string Manifest(object o) => o switch
    {
        Written => "written/v1",
        State => "state/v1",
        _ => "unwritable",
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        Written written => Encoding.UTF8.GetBytes(written.Text),
        State state => Encoding.UTF8.GetBytes(state.Text),
        _ => throw new SerializationException($"{obj} is not for writing."),
    };

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "written/v1" => new Written(Encoding.UTF8.GetString(bytes)),
        "state/v1" => new State(Encoding.UTF8.GetString(bytes)),
        _ => throw new SerializationException($"Unknown manifest '{manifest}'."),
    };
}
