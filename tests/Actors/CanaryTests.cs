using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;

namespace SshLog.Actors.Tests;

public sealed class CanaryTests : TestKit
{
    public CanaryTests()
        : base("akka { loglevel = ERROR, scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\" }")
    {
    }

    [Fact]
    public void Session_that_two_looks_miss_is_named_once()
    {
        var probe = CreateTestProbe();
        var canary = Sys.ActorOf(CanaryActor.Props(TestActor, probe, () => [new SessionOutside(4711, "it hides")]));
        Look(canary);
        EventFilter.Error(contains: "blind to pid 4711 because it hides").ExpectOne(() => Look(canary));
        EventFilter.Error().Expect(0, () => Look(canary));
        Assert.Equal([0, 1, 1], new[] { Told(), Told(), Told() });

        int Told() => probe.ExpectMsg<ProbeProtocol.CanaryLooked>().UnknownSessions;
    }

    private void Look(IActorRef canary)
    {
        // The first timer is set when the actor starts, which is before it answers.
        canary.Ask<ActorIdentity>(new Identify("ready"), TimeSpan.FromSeconds(5)).GetAwaiter().GetResult();
        ((Akka.TestKit.TestScheduler)Sys.Scheduler).Advance(CanaryActor.Interval);
        ExpectMsg<SessionProtocol.GetOpenSessions>();
        Reply(new SessionProtocol.OpenSessions([]));
    }

    private void Reply(object message) => LastSender.Tell(message);
}
