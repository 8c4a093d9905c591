using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Embedded;

/// <summary>An actor whose Dispose throws; Akka.NET leaves such a one suspended.</summary>
public sealed class DisposalTests : TestKit
{
    [Fact]
    public void An_actor_is_restarted_and_stopped_and_its_messages_stay_though_its_Dispose_throws()
    {
        var life = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Ungrateful(life.Ref)));
        life.ExpectMsg("made");
        EventFilter.Error(contains: "never again").ExpectOne(() =>
        {
            actor.Tell(new InvalidOperationException("boom"));
            actor.Tell("hello");
            life.ExpectMsg("made");
        });
        life.ExpectMsg("hello");
        life.Watch(actor);
        EventFilter.Error(contains: "never again").ExpectOne(() => Sys.Stop(actor));
        life.ExpectTerminated(actor);
    }

    [Fact]
    public void An_actor_that_could_not_start_says_why_though_its_Dispose_throws()
    {
        var told = CreateTestProbe();
        var supervisor = Sys.ActorOf(Props.Create(() => new Supervisor(told.Ref)));
        supervisor.Tell("begin");
        Assert.Equal("cannot start", told.ExpectMsg<ActorInitializationException>().InnerException!.Message);
    }

    private sealed class Ungrateful : ReceiveActor, IDisposable
    {
        public Ungrateful(IActorRef life)
        {
            life.Tell("made");
            Receive<Exception>(failure => throw failure);
            ReceiveAny(life.Tell);
        }

        public void Dispose() => throw new NotSupportedException("never again");
    }

    private sealed class Unstartable : ReceiveActor, IDisposable
    {
        public void Dispose() => throw new NotSupportedException("never again");

        protected override void PreStart() => throw new InvalidOperationException("cannot start");
    }

    private sealed class Supervisor : ReceiveActor
    {
        private readonly IActorRef _told;

        public Supervisor(IActorRef told)
        {
            _told = told;
            Receive<string>(_ => Context.ActorOf(Props.Create(() => new Unstartable())));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
        {
            _told.Tell(failure);
            return Directive.Stop;
        });
    }
}
