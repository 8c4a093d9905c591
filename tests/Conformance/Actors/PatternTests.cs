using Akka.Actor;
using Akka.Event;
using Akka.Pattern;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class PatternTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(200);

    private IActorRef Start(BackoffOptions options) => Sys.ActorOf(BackoffSupervisor.Props(options));

    private static Props Frail(IActorRef listener) => Props.Create(() => new Mortal(listener));

    [Fact]
    public void On_stop_the_child_is_started_again_and_restarts_are_counted()
    {
        var supervisor = Start(Backoff.OnStop(Frail(TestActor), "child", Short, Long, 0.2, -1).WithManualReset());
        ExpectMsg("started");
        for (var i = 1; i <= 3; i++)
        {
            supervisor.Tell("stop");
            ExpectMsg("started");
            supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance);
            ExpectMsg<BackoffSupervisor.RestartCount>(count => count.Count == i);
        }

        supervisor.Tell(BackoffSupervisor.Reset.Instance);
        supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance);
        ExpectMsg<BackoffSupervisor.RestartCount>(count => count.Count == 0);
    }

    [Fact]
    public void The_count_resets_by_itself_when_the_child_keeps_running()
    {
        var supervisor = Start(Backoff.OnStop(Frail(TestActor), "child", Short, Long, 0, -1).WithAutoReset(Short * 2));
        ExpectMsg("started");
        supervisor.Tell("stop");
        ExpectMsg("started");
        AwaitAssert(() =>
        {
            supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance);
            ExpectMsg<BackoffSupervisor.RestartCount>(count => count.Count == 0);
        });
    }

    [Fact]
    public void The_delay_grows()
    {
        var supervisor = Start(
            Backoff.OnStop(Frail(TestActor), "child", Long, Long * 8, 0, -1).WithManualReset());
        ExpectMsg("started");
        supervisor.Tell("stop");
        Within(Long * 0.5, TimeSpan.FromSeconds(3), () => ExpectMsg("started"));
        supervisor.Tell("stop");
        Within(Long * 1.5, TimeSpan.FromSeconds(3), () => ExpectMsg("started"));
    }

    [Fact]
    public void On_failure_the_child_is_started_again_but_not_when_it_stops()
    {
        var supervisor = Start(Backoff.OnFailure(Frail(TestActor), "child", Short, Long, 0, -1));
        ExpectMsg("started");
        Watch(supervisor);
        supervisor.Tell("fail");
        ExpectMsg("started");
        supervisor.Tell("stop");
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void A_final_stop_message_ends_the_supervisor()
    {
        var supervisor = Start(Backoff.OnStop(Frail(TestActor), "child", Short, Long, 0, -1)
            .WithFinalStopMessage(message => message is "stop"));
        ExpectMsg("started");
        Watch(supervisor);
        supervisor.Tell("stop");
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void Beyond_the_limit_the_supervisor_stops()
    {
        var supervisor = Start(Backoff.OnStop(Frail(TestActor), "child", Short, Long, 0, 1).WithManualReset());
        ExpectMsg("started");
        Watch(supervisor);
        supervisor.Tell("stop");
        ExpectMsg("started");
        supervisor.Tell("stop");
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void While_the_child_is_down_the_supervisor_answers_for_it()
    {
        var minute = TimeSpan.FromMinutes(1);
        var supervisor = Start(Backoff.OnStop(Frail(TestActor), "child", minute, minute, 0, -1)
            .WithManualReset().WithReplyWhileStopped("down"));
        ExpectMsg("started");
        supervisor.Tell("stop");
        AwaitAssert(() =>
        {
            supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance);
            ExpectMsg<BackoffSupervisor.CurrentChild>(child => child.Ref.IsNobody());
        });
        supervisor.Tell("anyone?");
        ExpectMsg("down");
    }

    [Fact]
    public async Task A_circuit_breaker_opens_half_opens_and_closes()
    {
        var breaker = CircuitBreaker.Create(Sys.Scheduler, 2, TimeSpan.FromSeconds(1), Long);
        breaker.OnOpen(() => TestActor.Tell("open")).OnHalfOpen(() => TestActor.Tell("half-open"))
            .OnClose(() => TestActor.Tell("close"));
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => breaker.WithCircuitBreaker(
                () => Task.FromException<int>(new InvalidOperationException("no"))));
        }

        ExpectMsg("open");
        await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.WithCircuitBreaker(() => Task.FromResult(1)));
        ExpectMsg("half-open");
        Assert.Equal(1, await breaker.WithCircuitBreaker(() => Task.FromResult(1)));
        ExpectMsg("close");
    }

    private sealed class Mortal : ReceiveActor
    {
        private readonly IActorRef _listener;

        public Mortal(IActorRef listener)
        {
            _listener = listener;
            Receive<string>(text => text == "stop", _ => Context.Stop(Self));
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException("boom"));
        }

        protected override void PreStart() => _listener.Tell("started");
    }
}
