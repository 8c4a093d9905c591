using System.Text;
using Akka.Actor;
using Akka.Remote;
using Akka.Serialization;

namespace SshLog.Conformance.Tests.Remoting;

public sealed class RemoteMessagingTests
{
    [Fact]
    public async Task A_selection_resolves_and_an_answer_comes_back()
    {
        await using var systems = new RemoteFixture();
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var echo = await systems.ResolveAsync("/user/echo");
        Assert.Equal(systems.RightHost, echo.Path.Address.Host);
        Assert.Equal("hello", await echo.Ask<string>("hello", RemoteFixture.Patience));
        Assert.Equal("again", await systems.Select("/user/echo").Ask<string>("again", RemoteFixture.Patience));
    }

    [Fact]
    public async Task A_selection_of_nobody_does_not_resolve()
    {
        await using var systems = new RemoteFixture();
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => systems.Select("/user/nobody").ResolveOne(RemoteFixture.Patience));
    }

    [Fact]
    public async Task A_selection_by_wildcard_reaches_every_child()
    {
        await using var systems = new RemoteFixture();
        systems.Right.ActorOf(Props.Create<Echo>(), "echo-1");
        systems.Right.ActorOf(Props.Create<Echo>(), "echo-2");
        var (inbox, messages) = Inbox.In(systems.Left);
        systems.Select("/user/echo-*").Tell("hello", inbox);
        Assert.Equal("hello", await messages.NextAsync<string>());
        Assert.Equal("hello", await messages.NextAsync<string>());
    }

    [Fact]
    public async Task Messages_from_one_actor_to_another_arrive_in_order()
    {
        await using var systems = new RemoteFixture();
        var (there, messages) = Inbox.In(systems.Right);
        var remote = await systems.ResolveAsync("/user/" + there.Path.Name);
        for (var i = 0; i < 2000; i++)
            remote.Tell(i, ActorRefs.NoSender);
        for (var i = 0; i < 2000; i++)
            Assert.Equal(i, await messages.NextAsync<int>());
    }

    [Fact]
    public async Task A_reference_inside_a_message_works_on_the_other_side()
    {
        await using var systems = new RemoteFixture();
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        var echo = await systems.ResolveAsync("/user/echo");
        echo.Tell(new ActorIdentity("me", inbox), ActorRefs.NoSender);
        Assert.Equal("hello from afar", await messages.NextAsync<string>());
    }

    [Fact]
    public async Task A_message_above_the_frame_size_is_dropped_and_the_association_goes_on()
    {
        await using var systems = new RemoteFixture();
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        var echo = await systems.ResolveAsync("/user/echo");
        echo.Tell(new string('x', 200_000), inbox);
        echo.Tell("small", inbox);
        Assert.Equal("small", await messages.NextAsync<string>());
    }

    [Fact]
    public async Task A_message_of_an_unknown_serializer_is_dropped_and_the_association_goes_on()
    {
        var own = $$"""
            akka.actor {
              serializers.whisper = "{{typeof(WhisperSerializer).FullName}}, {{typeof(Whisper).Assembly.GetName().Name}}"
              serialization-bindings {
                "{{typeof(Whisper).FullName}}, {{typeof(Whisper).Assembly.GetName().Name}}" = whisper
              }
            }
            """;
        await using var systems = new RemoteFixture(left: own);
        var (there, messages) = Inbox.In(systems.Right);
        var remote = await systems.ResolveAsync("/user/" + there.Path.Name);
        remote.Tell(new Whisper("?"), ActorRefs.NoSender);
        remote.Tell("plain", ActorRefs.NoSender);
        Assert.Equal("plain", await messages.NextAsync<string>());
    }

    [Fact]
    public async Task Both_sides_hear_of_the_association()
    {
        await using var systems = new RemoteFixture();
        var (left, leftEvents) = Inbox.In(systems.Left);
        var (right, rightEvents) = Inbox.In(systems.Right);
        systems.Left.EventStream.Subscribe(left, typeof(AssociatedEvent));
        systems.Right.EventStream.Subscribe(right, typeof(AssociatedEvent));
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        await systems.ResolveAsync("/user/echo");
        var dialled = await leftEvents.NextAsync<AssociatedEvent>();
        Assert.False(dialled.IsInbound);
        Assert.Equal(systems.RightHost, dialled.RemoteAddress.Host);
        Assert.True((await rightEvents.NextAsync<AssociatedEvent>()).IsInbound);
    }

    [Fact]
    public async Task Untrusted_mode_takes_no_harmful_message_and_no_selection_but_the_trusted()
    {
        await using var systems = new RemoteFixture(right: """
            akka.remote.untrusted-mode = on
            akka.remote.trusted-selection-paths = ["/user/open"]
            """);
        systems.Right.ActorOf(Props.Create<Echo>(), "open");
        var closed = systems.Right.ActorOf(Props.Create<Echo>(), "closed");
        var (inbox, messages) = Inbox.In(systems.Left);
        systems.Select("/user/closed").Tell("by selection", inbox);
        var open = await systems.ResolveAsync("/user/open");
        open.Tell(PoisonPill.Instance, inbox);
        open.Tell("still here", inbox);
        Assert.Equal("still here", await messages.NextAsync<string>());
        Assert.Equal("alive", await closed.Ask<string>("alive", RemoteFixture.Patience));
    }
}

public sealed record Whisper(string Text);

/// <summary>A serializer that only one side knows.</summary>
public sealed class WhisperSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 7777;

    public override string Manifest(object o) => "whisper";

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Whisper)obj).Text);

    public override object FromBinary(byte[] bytes, string manifest) => new Whisper(Encoding.UTF8.GetString(bytes));
}
