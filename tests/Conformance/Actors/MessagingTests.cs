using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class MessagingTests : TestKit
{
    private sealed record Numbered(int Sender, int Number);

    private sealed class Silent : IDeadLetterSuppression;

    private interface IBird;

    private class Duck : IBird;

    private sealed class Mallard : Duck;

    private sealed class Stepping : ReceiveActor
    {
        public Stepping()
        {
            Receive<string>(text => text == "down", _ =>
            {
                BecomeStacked(() => Receive<string>(text => text == "up", _ => UnbecomeStacked()));
            });
            Receive<string>(text => text == "change", _ => Become(() => ReceiveAny(m => Sender.Tell("changed " + m))));
            Receive<string>(text => Sender.Tell("first " + text));
        }
    }

    [Fact]
    public void Messages_of_one_sender_arrive_in_order_and_one_at_a_time()
    {
        var running = 0;
        var overlaps = 0;
        var last = new Dictionary<int, int>();
        var disorder = 0;
        var done = CreateTestProbe();
        const int Senders = 4, Each = 5_000;
        var left = Senders * Each;
        var target = Sys.ActorOf(Acting.Of((message, _) =>
        {
            if (Interlocked.Increment(ref running) != 1) overlaps++;
            var (sender, number) = (Numbered)message;
            if (last.GetValueOrDefault(sender) != number - 1) disorder++;
            last[sender] = number;
            Interlocked.Decrement(ref running);
            if (--left == 0) done.Ref.Tell("done");
        }));

        Parallel.For(0, Senders, sender =>
        {
            for (var number = 1; number <= Each; number++)
                target.Tell(new Numbered(sender, number), ActorRefs.NoSender);
        });

        done.ExpectMsg("done", TimeSpan.FromSeconds(10));
        Assert.Equal(0, overlaps);
        Assert.Equal(0, disorder);
    }

    [Fact]
    public void A_message_to_oneself_is_handled_after_the_current_one()
    {
        var actor = Sys.ActorOf(Acting.Of((message, context) =>
        {
            if (message is "begin")
            {
                context.Self.Tell("again", context.Sender);
                context.Sender.Tell("one");
            }
            else
            {
                context.Sender.Tell("two");
            }
        }));
        actor.Tell("begin");
        ExpectMsg("one");
        ExpectMsg("two");
    }

    [Fact]
    public void Become_replaces_and_become_stacked_can_be_undone()
    {
        var actor = Sys.ActorOf<Stepping>();
        actor.Tell("a");
        ExpectMsg("first a");
        actor.Tell("down");
        actor.Tell("up");
        actor.Tell("b");
        ExpectMsg("first b");
        actor.Tell("change");
        actor.Tell("c");
        ExpectMsg("changed c");
    }

    [Fact]
    public void Forward_keeps_the_sender()
    {
        var target = Sys.ActorOf(Acting.Of((_, context) => context.Sender.Tell("answer")));
        var middle = Sys.ActorOf(Acting.Of((message, _) => target.Forward(message)));
        middle.Tell("question");
        ExpectMsg("answer");
        Assert.Equal(target, LastSender);
    }

    [Fact]
    public void A_message_to_a_stopped_actor_is_published_as_a_dead_letter()
    {
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Sys.ActorOf(Acting.Of((_, _) => { }));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        actor.Tell("late");
        var letter = letters.FishForMessage<DeadLetter>(dead => dead.Message is "late");
        Assert.Equal(actor, letter.Recipient);
        Assert.Equal(TestActor, letter.Sender);
    }

    [Fact]
    public void A_suppressed_dead_letter_is_published_apart()
    {
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(AllDeadLetters));
        Sys.DeadLetters.Tell(new Silent());
        Assert.IsType<Silent>(letters.FishForMessage<SuppressedDeadLetter>(dead => dead.Message is Silent).Message);
    }

    [Fact]
    public void An_unhandled_message_is_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf<Stepping>();
        actor.Tell(42);
        Assert.Equal(42, ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void The_event_stream_delivers_by_type_base_type_and_interface()
    {
        var (exact, based, faced) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Assert.True(Sys.EventStream.Subscribe(exact.Ref, typeof(Mallard)));
        Sys.EventStream.Subscribe(based.Ref, typeof(Duck));
        Sys.EventStream.Subscribe(faced.Ref, typeof(IBird));
        Sys.EventStream.Publish(new Mallard());
        exact.ExpectMsg<Mallard>();
        based.ExpectMsg<Mallard>();
        faced.ExpectMsg<Mallard>();
        Assert.True(Sys.EventStream.Unsubscribe(faced.Ref, typeof(IBird)));
        Sys.EventStream.Publish(new Duck());
        based.ExpectMsg<Duck>();
        faced.ExpectNoMsg(50);
        exact.ExpectNoMsg(50);
    }

    [Fact]
    public async Task A_selection_finds_by_name_and_by_pattern()
    {
        var parent = Sys.ActorOf(Acting.Of((message, context) =>
            context.Sender.Tell(context.ActorOf(Acting.Of((m, c) => c.Sender.Tell(c.Self.Path.Name)), (string)message))),
            "family");
        foreach (var name in new[] { "ann", "amy", "bob" })
        {
            parent.Tell(name);
            ExpectMsg<IActorRef>();
        }

        Sys.ActorSelection("/user/family/a*").Tell("who", TestActor);
        ExpectMsgAllOf("ann", "amy");
        var bob = await Sys.ActorSelection("/user/family/ann/../bob").ResolveOne(TimeSpan.FromSeconds(3));
        Assert.Equal("bob", bob.Path.Name);
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => Sys.ActorSelection("/user/family/eve").ResolveOne(TimeSpan.FromSeconds(1)));
        Sys.ActorSelection("/user/nobody").Tell(new Identify(7), TestActor);
        Assert.Null(ExpectMsg<ActorIdentity>(identity => 7.Equals(identity.MessageId)).Subject);
    }

    [Fact]
    public void A_name_is_taken_once_and_free_again_after_the_end()
    {
        var first = Sys.ActorOf(Acting.Of((_, _) => { }), "name");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Acting.Of((_, _) => { }), "name"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Acting.Of((_, _) => { }), "a/b"));
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        IActorRef? second = null;
        AwaitAssert(() => second = Sys.ActorOf(Acting.Of((_, _) => { }), "name"));
        Assert.NotEqual(first, second);
        Assert.Equal(first.Path, second!.Path);
    }

    [Fact]
    public void Paths_and_addresses_are_read_and_written()
    {
        var path = ActorPath.Parse("akka.unix://sshlog@daemon:1/user/gateway/s-1#42");
        Assert.Equal(new Address("akka.unix", "sshlog", "daemon", 1), path.Address);
        Assert.Equal(["user", "gateway", "s-1"], path.Elements);
        Assert.Equal(42, path.Uid);
        Assert.Equal("akka.unix://sshlog@daemon:1/user/gateway/s-1", path.ToString());
        Assert.Equal("akka.unix://sshlog@daemon:1/user/gateway/s-1#42", path.ToSerializationFormat());
        Assert.Equal("/user/gateway/s-1", path.ToStringWithoutAddress());
        Assert.False(ActorPath.TryParse("/user/relative", out _));
    }
}
