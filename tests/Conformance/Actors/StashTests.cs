using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class StashTests : TestKit
{
    [Fact]
    public void Unstashed_messages_come_in_order_before_those_that_wait()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Gated(TestActor)));
        foreach (var message in new[] { "1", "2", "3", "open", "4" }) actor.Tell(message);
        foreach (var message in new[] { "1", "2", "3", "4" }) ExpectMsg(message);
    }

    [Fact]
    public void A_restart_returns_stashed_messages_to_the_mailbox()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Gated(TestActor)));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell(new InvalidOperationException("boom"));
        actor.Tell("open");
        ExpectMsg("1");
        ExpectMsg("2");
    }

    [Fact]
    public void A_full_stash_throws()
    {
        var supervisor = Sys.ActorOf(Supervising.Of(new OneForOneStrategy(failure =>
        {
            TestActor.Tell(failure.GetType().Name);
            return Directive.Stop;
        })));
        supervisor.Tell((Props.Create(() => new Gated(TestActor)).WithStashCapacity(2), "child"));
        var child = ExpectMsg<IActorRef>();
        for (var i = 0; i < 3; i++) child.Tell("x");
        ExpectMsg(nameof(StashOverflowException));
    }

    private sealed class Gated : ReceiveActor, IWithStash
    {
        public Gated(IActorRef listener)
        {
            Receive<Exception>(failure => throw failure);
            Receive<string>(text => text == "open", _ =>
            {
                Become(() => ReceiveAny(listener.Tell));
                Stash.UnstashAll();
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }
}
