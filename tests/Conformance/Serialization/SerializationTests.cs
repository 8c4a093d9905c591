using System.Collections.Immutable;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;

namespace SshLog.Conformance.Tests.Serialization;

public sealed class SerializationTests : IAsyncLifetime
{
    private const string Settings = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor {
            serializers {
              shapes = "SshLog.Conformance.Tests.Serialization.ShapeSerializer, SshLog.Conformance.Tests"
              round = "SshLog.Conformance.Tests.Serialization.RoundSerializer, SshLog.Conformance.Tests"
            }
            serialization-bindings {
              "SshLog.Conformance.Tests.Serialization.IShape, SshLog.Conformance.Tests" = shapes
              "SshLog.Conformance.Tests.Serialization.Round, SshLog.Conformance.Tests" = round
            }
            serialization-identifiers {
              "SshLog.Conformance.Tests.Serialization.RoundSerializer, SshLog.Conformance.Tests" = 4321
            }
          }
        }
        """;

    private ActorSystem _system = null!;

    private Akka.Serialization.Serialization Under => _system.Serialization;

    public Task InitializeAsync()
    {
        var setup = SerializationSetup.Create(system => ImmutableHashSet.Create(
            SerializerDetails.Create("by-code", new CodeSerializer(system), ImmutableHashSet.Create(typeof(ByCode)))));
        _system = ActorSystem.Create("serialization", ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(Settings)), setup));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public void Binding_of_an_interface_holds_for_what_implements_it()
    {
        Assert.IsType<ShapeSerializer>(Under.FindSerializerFor(new Square(2)));
        Assert.IsType<ShapeSerializer>(Under.FindSerializerForType(typeof(Square)));
    }

    [Fact]
    public void Binding_of_the_very_type_goes_before_that_of_an_interface() =>
        Assert.IsType<RoundSerializer>(Under.FindSerializerFor(new Round()));

    [Fact]
    public void Identifier_comes_from_the_settings_unless_the_serializer_says_it() =>
        Assert.Equal([9002, 4321, 9003], [
            Under.FindSerializerFor(new Square(1)).Identifier, Under.FindSerializerFor(new Round()).Identifier,
            Under.FindSerializerFor(new ByCode()).Identifier]);

    [Fact]
    public void Bytes_come_back_by_identifier_and_manifest()
    {
        var square = new Square(7);
        var serializer = Under.FindSerializerFor(square);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, square);
        Assert.Equal("square/v1", manifest);
        Assert.Equal(square, Under.Deserialize(Under.Serialize(square), serializer.Identifier, manifest));
    }

    [Fact]
    public void Type_names_are_manifests_where_the_serializer_wants_them()
    {
        var round = new Round();
        var serializer = Under.FindSerializerFor(round);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, round);
        Assert.StartsWith(typeof(Round).FullName!, manifest, StringComparison.Ordinal);
        Assert.Equal(round, Under.Deserialize(serializer.ToBinary(round), serializer.Identifier, manifest));
    }

    [Fact]
    public void Unknown_identifier_is_refused() =>
        Assert.Throws<SerializationException>(() => Under.Deserialize([1], 987_654, ""));

    [Fact]
    public void Unknown_manifest_is_refused() =>
        Assert.Throws<SerializationException>(() => Under.Deserialize([1], 9002, "pentagon/v1"));

    [Fact]
    public void Arrays_of_bytes_pass_unchanged()
    {
        byte[] bytes = [1, 2, 3];
        Assert.Equal(4, Under.FindSerializerFor(bytes).Identifier);
        Assert.Equal(bytes, Under.Deserialize(Under.Serialize(bytes), 4, ""));
    }

    [Fact]
    public void Path_of_an_actor_is_written_with_its_incarnation()
    {
        var actor = _system.ActorOf(Props.Empty, "someone");
        var path = Akka.Serialization.Serialization.SerializedActorPath(actor);
        Assert.Equal(actor.Path.ToSerializationFormat(), path);
        Assert.Contains("/user/someone#", path, StringComparison.Ordinal);
    }
}

public interface IShape;

public sealed record Square(int Side) : IShape;

public record Round : IShape;

public sealed record ByCode;

public sealed class ShapeSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 9002;

    public override string Manifest(object o) => "square/v1";

    public override byte[] ToBinary(object obj) => [(byte)((Square)obj).Side];

    public override object FromBinary(byte[] bytes, string manifest) => manifest == "square/v1"
        ? new Square(bytes[0])
        : throw new SerializationException($"Unknown manifest '{manifest}'.");
}

public sealed class RoundSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj.GetType().Name);

    public override object FromBinary(byte[] bytes, Type type) => Activator.CreateInstance(type)!;
}

public sealed class CodeSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 9003;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => [];

    public override object FromBinary(byte[] bytes, Type type) => new ByCode();
}
