using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class StrictSerializationTests() : TestKit(Strict)
{
    private static readonly Config Strict = ConfigurationFactory.ParseString("""
        akka.actor {
          serialize-messages = on
          serializers.note = "SshLog.Conformance.Tests.Actors.StrictSerializationTests+NoteSerializer, SshLog.Conformance.Tests"
          serialization-bindings {
            "SshLog.Conformance.Tests.Actors.StrictSerializationTests+Note, SshLog.Conformance.Tests" = note
          }
        }
        """);

    [Fact]
    public void Messages_between_local_actors_are_copied_by_their_serializer()
    {
        var sent = new Note("hello");
        var actor = Sys.ActorOf(Acting.Of((message, context) => context.Sender.Tell(message)));
        actor.Tell(sent);
        var received = ExpectMsg<Note>();
        Assert.Equal(sent, received);
        Assert.NotSame(sent, received);
    }

    [Fact]
    public void A_message_marked_as_local_is_not_copied()
    {
        var sent = new LocalNote();
        TestActor.Tell(sent);
        Assert.Same(sent, ExpectMsg<LocalNote>());
    }

    public sealed record Note(string Text);

    public sealed class LocalNote : INoSerializationVerificationNeeded;

    public sealed class NoteSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override int Identifier => 4711;

        public override string Manifest(object o) => "note/v1";

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Note)obj).Text);

        public override object FromBinary(byte[] bytes, string manifest) => new Note(Encoding.UTF8.GetString(bytes));
    }
}
