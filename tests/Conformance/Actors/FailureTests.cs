using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

/// <summary>Who is told of a failure, how often, and what the actor does until an answer comes.</summary>
public sealed class FailureTests : TestKit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public FailureTests()
        : base("akka.loglevel = OFF")
    {
    }

    [Fact]
    public void An_actor_that_could_not_be_made_reports_once_and_its_messages_wait_for_the_next_instance()
    {
        using var gate = new ManualResetEventSlim();
        var supervisor = Sys.ActorOf(Supervising.Of(new OneForOneStrategy(failure =>
        {
            TestActor.Tell(failure.GetType().Name);
            return Directive.Restart;
        })));
        supervisor.Tell((Props.Create(() => new SecondTry(gate, TestActor, new Tries())), "child"));
        var child = ExpectMsg<IActorRef>();
        child.Tell("one");
        child.Tell("two");
        gate.Set();
        ExpectMsg(nameof(ActorInitializationException));
        ExpectMsg("one");
        ExpectMsg("two");
        ExpectNoMsg(100);
    }

    [Fact]
    public void An_actor_that_stops_does_not_escalate_the_failure_of_a_child()
    {
        using var gate = new ManualResetEventSlim();
        var outer = Sys.ActorOf(Supervising.Of(Told("outer", Directive.Restart)));
        var middle = Child(outer, Supervising.Of(Told("middle", Directive.Escalate)));
        var child = Child(middle, Blocking(gate));
        child.Tell("block");
        ExpectMsg("blocked");
        Watch(middle);
        Sys.Stop(middle);
        gate.Set();
        ExpectTerminated(middle, Limit);
        ExpectNoMsg(100);
    }

    [Fact]
    public void The_failure_of_a_child_waits_while_its_parent_is_suspended()
    {
        using var gate = new ManualResetEventSlim();
        using var decision = new ManualResetEventSlim();
        var outer = Sys.ActorOf(Supervising.Of(new OneForOneStrategy(failure =>
        {
            TestActor.Tell($"outer: {failure.Message}");
            if (failure.Message == "own") decision.Wait(Limit);
            return Directive.Resume;
        })));
        var middle = Child(outer, Props.Create(() => new Failing(Told("middle", Directive.Escalate))));
        var child = Child(middle, Blocking(gate));
        child.Tell("block");
        ExpectMsg("blocked");
        middle.Tell(new InvalidOperationException("own"));
        ExpectMsg("outer: own");
        gate.Set();
        ExpectNoMsg(200);
        decision.Set();
        ExpectMsg("middle: blocked");
        ExpectMsg("outer: blocked");
        child.Tell("hello");
        ExpectMsg("hello");
        // And all of it once more, so nobody is taken for failed who is not.
        child.Tell("block");
        ExpectMsg("blocked");
        ExpectMsg("middle: blocked");
        ExpectMsg("outer: blocked");
        child.Tell("hello");
        ExpectMsg("hello");
    }

    [Fact]
    public void A_restarted_supervisor_decides_by_the_strategy_of_its_new_instance()
    {
        var supervisor = Sys.ActorOf(Props.Create(() => new Numbered(TestActor, new Tries())));
        foreach (var instance in new[] { 1, 2 })
        {
            var child = Child(supervisor, Living.Of(CreateTestProbe().Ref));
            child.Tell(new InvalidOperationException("boom"));
            ExpectMsg($"instance {instance}");
            supervisor.Tell(new InvalidOperationException("restart"));
        }
    }

    private OneForOneStrategy Told(string name, Directive directive) => new(failure =>
    {
        TestActor.Tell($"{name}: {failure.Message}");
        return directive;
    });

    private IActorRef Child(IActorRef supervisor, Props props)
    {
        supervisor.Tell((props, "child"));
        return ExpectMsg<IActorRef>();
    }

    private Props Blocking(ManualResetEventSlim gate) => Acting.Of((message, _) =>
    {
        TestActor.Tell(message is "block" ? "blocked" : message);
        if (message is not "block") return;
        gate.Wait(Limit);
        throw new InvalidOperationException("blocked");
    });

    private sealed class Tries
    {
        public int Count { get; set; }
    }

    private sealed class SecondTry : ReceiveActor
    {
        public SecondTry(ManualResetEventSlim gate, IActorRef listener, Tries tries)
        {
            gate.Wait(Limit);
            if (++tries.Count == 1) throw new InvalidOperationException("not yet");
            ReceiveAny(listener.Tell);
        }
    }

    private sealed class Failing : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;

        public Failing(SupervisorStrategy strategy)
        {
            _strategy = strategy;
            Receive<(Props Props, string Name)>(child => Sender.Tell(Context.ActorOf(child.Props, child.Name)));
            Receive<Exception>(failure => throw failure);
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    private sealed class Numbered : ReceiveActor
    {
        private readonly IActorRef _listener;
        private readonly int _instance;

        public Numbered(IActorRef listener, Tries instances)
        {
            (_listener, _instance) = (listener, ++instances.Count);
            Receive<(Props Props, string Name)>(child => Sender.Tell(Context.ActorOf(child.Props, child.Name)));
            Receive<Exception>(failure => throw failure);
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ =>
        {
            _listener.Tell($"instance {_instance}");
            return Directive.Stop;
        });
    }
}
