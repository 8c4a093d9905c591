using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class DeathWatchTests : TestKit
{
    private IActorRef Watcher(IActorRef listener) => Sys.ActorOf(Acting.Of((message, context) =>
    {
        switch (message)
        {
            case ("watch", IActorRef subject):
                context.Watch(subject);
                context.Sender.Tell("ok");
                break;
            case ("watch with", IActorRef subject):
                context.WatchWith(subject, "custom");
                context.Sender.Tell("ok");
                break;
            case ("unwatch", IActorRef subject):
                context.Unwatch(subject);
                context.Sender.Tell("ok");
                break;
            case Terminated terminated:
                // Wrapped: an actor that does not watch the subject itself drops a plain Terminated.
                listener.Tell(new Death(terminated));
                break;
            default:
                listener.Tell(message, context.Sender);
                break;
        }
    }));

    private IActorRef Subject() => Sys.ActorOf(Acting.Of((message, context) =>
    {
        if (message is not (IActorRef to, int count)) return;
        for (var i = 0; i < count; i++) to.Tell(i);
        context.Stop(context.Self);
    }));

    [Fact]
    public void Terminated_comes_after_everything_that_the_dead_actor_sent()
    {
        var subject = Subject();
        var watcher = Watcher(TestActor);
        watcher.Tell(("watch", subject));
        ExpectMsg("ok");
        subject.Tell((watcher, 200));
        for (var i = 0; i < 200; i++) ExpectMsg(i);
        var terminated = ExpectMsg<Death>().Message;
        Assert.Equal(subject, terminated.ActorRef);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.False(terminated.AddressTerminated);
    }

    [Fact]
    public void Watch_with_sends_its_own_message()
    {
        var subject = Subject();
        var watcher = Watcher(TestActor);
        watcher.Tell(("watch with", subject));
        ExpectMsg("ok");
        Sys.Stop(subject);
        ExpectMsg("custom");
    }

    [Fact]
    public void After_unwatch_nothing_comes()
    {
        var subject = Subject();
        var watcher = Watcher(TestActor);
        watcher.Tell(("watch", subject));
        ExpectMsg("ok");
        watcher.Tell(("unwatch", subject));
        ExpectMsg("ok");
        Watch(subject);
        Sys.Stop(subject);
        ExpectTerminated(subject);
        ExpectNoMsg(100);
    }

    [Fact]
    public void Watching_the_dead_is_answered_at_once()
    {
        var subject = Subject();
        Watch(subject);
        Sys.Stop(subject);
        ExpectTerminated(subject);
        var watcher = Watcher(TestActor);
        watcher.Tell(("watch", subject));
        ExpectMsg("ok");
        ExpectMsg<Death>(death => death.Message.ActorRef.Equals(subject));
    }

    [Fact]
    public void An_unhandled_death_stops_the_watcher()
    {
        var subject = Subject();
        var watcher = Sys.ActorOf(Props.Create(() => new Careless(subject)));
        Watch(watcher);
        watcher.Tell("ready?");
        ExpectMsg("ready");
        Sys.Stop(subject);
        ExpectTerminated(watcher);
    }

    [Fact]
    public async Task Graceful_stop_waits_for_the_end()
    {
        var life = CreateTestProbe();
        var actor = Sys.ActorOf(Living.Of(life.Ref));
        Assert.True(await actor.GracefulStop(TimeSpan.FromSeconds(3)));
        life.ExpectMsg("started");
        life.ExpectMsg("stopped");
        var stubborn = Sys.ActorOf(Acting.Of((_, _) => { }));
        Assert.False(await stubborn.GracefulStop(TimeSpan.FromMilliseconds(100), "please"));
    }

    [Fact]
    public async Task Watch_async_sees_the_end()
    {
        var actor = Sys.ActorOf(Acting.Of((_, _) => { }));
        var end = actor.WatchAsync();
        Assert.False(end.IsCompleted);
        actor.Tell(PoisonPill.Instance);
        Assert.True(await end.WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Poison_comes_after_the_messages_before_it()
    {
        var life = CreateTestProbe();
        var actor = Sys.ActorOf(Living.Of(life.Ref));
        actor.Tell("one");
        actor.Tell(PoisonPill.Instance);
        actor.Tell("two");
        life.ExpectMsg("started");
        life.ExpectMsg("one");
        life.ExpectMsg("stopped");
        life.ExpectNoMsg(50);
    }

    private sealed record Death(Terminated Message);

    private sealed class Careless : ReceiveActor
    {
        public Careless(IActorRef subject)
        {
            Context.Watch(subject);
            Receive<string>(_ => Sender.Tell("ready"));
        }
    }
}
