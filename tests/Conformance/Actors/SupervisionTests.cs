using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class SupervisionTests : TestKit
{
    private IActorRef Supervisor(SupervisorStrategy strategy) => Sys.ActorOf(Supervising.Of(strategy));

    private IActorRef Child(IActorRef supervisor, IActorRef listener, string name = "child")
    {
        supervisor.Tell((Living.Of(listener), name));
        return ExpectMsg<IActorRef>();
    }

    [Fact]
    public void Restart_keeps_the_mailbox_and_the_reference_and_makes_a_new_instance()
    {
        var life = CreateTestProbe();
        var child = Child(Supervisor(new OneForOneStrategy(_ => Directive.Restart)), life.Ref);
        life.ExpectMsg("started");
        child.Tell("who");
        var first = ExpectMsg<int>();
        var failure = new InvalidOperationException("boom");
        child.Tell(failure);
        child.Tell("waiting");
        child.Tell("who");
        life.ExpectMsg(("restarting", "boom", (object)failure));
        life.ExpectMsg("stopped");
        life.ExpectMsg(("restarted", "boom"));
        life.ExpectMsg("waiting");
        Assert.NotEqual(first, ExpectMsg<int>());
    }

    [Fact]
    public void Restart_stops_the_children_first()
    {
        var (life, young) = (CreateTestProbe(), CreateTestProbe());
        var child = Child(Supervisor(new OneForOneStrategy(_ => Directive.Restart)), life.Ref);
        child.Tell(Living.Of(young.Ref));
        var grandchild = ExpectMsg<IActorRef>();
        young.ExpectMsg("started");
        Watch(grandchild);
        child.Tell(new InvalidOperationException("boom"));
        young.ExpectMsg("stopped");
        ExpectTerminated(grandchild);
        life.FishForMessage(message => message is ("restarted", "boom"));
    }

    [Fact]
    public void Resume_keeps_the_instance()
    {
        var life = CreateTestProbe();
        var child = Child(Supervisor(new OneForOneStrategy(_ => Directive.Resume)), life.Ref);
        life.ExpectMsg("started");
        child.Tell("who");
        var first = ExpectMsg<int>();
        child.Tell(new InvalidOperationException("boom"));
        child.Tell("who");
        ExpectMsg(first);
        life.ExpectNoMsg(50);
    }

    [Fact]
    public void Stop_ends_the_child()
    {
        var life = CreateTestProbe();
        var child = Child(Supervisor(new OneForOneStrategy(_ => Directive.Stop)), life.Ref);
        Watch(child);
        child.Tell(new InvalidOperationException("boom"));
        ExpectTerminated(child);
        life.ExpectMsg("started");
        life.ExpectMsg("stopped");
    }

    [Fact]
    public void Escalation_fails_the_supervisor()
    {
        var (life, outerLife) = (CreateTestProbe(), CreateTestProbe());
        var outer = Supervisor(new OneForOneStrategy(failure =>
        {
            outerLife.Ref.Tell(failure.Message);
            return Directive.Stop;
        }));
        outer.Tell((Supervising.Of(new OneForOneStrategy(_ => Directive.Escalate)), "inner"));
        var inner = ExpectMsg<IActorRef>();
        var child = Child(inner, life.Ref);
        Watch(inner);
        child.Tell(new InvalidOperationException("boom"));
        outerLife.ExpectMsg("boom");
        ExpectTerminated(inner);
        life.FishForMessage(message => message is "stopped");
    }

    [Fact]
    public void Escalation_reaches_the_guardian_which_restarts()
    {
        var life = CreateTestProbe();
        var supervisor = Supervisor(new OneForOneStrategy(_ => Directive.Escalate));
        var child = Child(supervisor, life.Ref);
        Watch(child);
        child.Tell(new InvalidOperationException("boom"));
        ExpectTerminated(child);
        Child(supervisor, life.Ref, "next");
    }

    [Fact]
    public void Beyond_the_limit_the_child_is_stopped()
    {
        var life = CreateTestProbe();
        var strategy = new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart);
        var child = Child(Supervisor(strategy), life.Ref);
        Watch(child);
        for (var i = 0; i < 3; i++) child.Tell(new InvalidOperationException("boom " + i));
        life.FishForMessage(message => message is ("restarted", "boom 1"));
        ExpectTerminated(child);
    }

    [Fact]
    public async Task A_new_window_counts_anew()
    {
        var life = CreateTestProbe();
        var window = TimeSpan.FromMilliseconds(150);
        var child = Child(Supervisor(new OneForOneStrategy(1, window, _ => Directive.Restart)), life.Ref);
        child.Tell(new InvalidOperationException("first"));
        life.FishForMessage(message => message is ("restarted", "first"));
        var since = DateTime.UtcNow;
        await AwaitConditionAsync(() => Task.FromResult(DateTime.UtcNow - since > window * 2), TimeSpan.FromSeconds(5));
        child.Tell(new InvalidOperationException("second"));
        life.FishForMessage(message => message is ("restarted", "second"));
    }

    [Fact]
    public void All_for_one_restarts_the_siblings()
    {
        var (lifeA, lifeB) = (CreateTestProbe(), CreateTestProbe());
        var supervisor = Supervisor(new AllForOneStrategy(_ => Directive.Restart));
        var a = Child(supervisor, lifeA.Ref, "a");
        Child(supervisor, lifeB.Ref, "b");
        a.Tell(new InvalidOperationException("boom"));
        lifeA.FishForMessage(message => message is ("restarted", "boom"));
        lifeB.FishForMessage(message => message is ("restarted", "boom"));
    }

    [Fact]
    public void An_actor_that_cannot_be_made_is_stopped_by_default()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Unmakeable("no")));
        Watch(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void Kill_stops_by_default()
    {
        var actor = Sys.ActorOf(Living.Of(CreateTestProbe().Ref));
        Watch(actor);
        actor.Tell(Kill.Instance);
        ExpectTerminated(actor);
    }

    [Fact]
    public void The_default_decider_restarts_on_other_failures()
    {
        var decider = SupervisorStrategy.DefaultDecider;
        Assert.Equal(Directive.Restart, decider.Decide(new InvalidOperationException()));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorInitializationException("no")));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorKilledException("killed")));
    }

    private sealed class Unmakeable : UntypedActor
    {
        public Unmakeable(string reason) => throw new InvalidOperationException(reason);

        protected override void OnReceive(object message)
        {
        }
    }
}
