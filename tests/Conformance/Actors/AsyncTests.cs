using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class AsyncTests : TestKit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    [Fact]
    public void An_asynchronous_handler_holds_other_messages_back_and_keeps_sender_and_self()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Waiting(gate.Task)));
        actor.Tell("wait");
        actor.Tell("next");
        ExpectMsg("before");
        ExpectNoMsg(100);
        gate.SetResult();
        var (self, text) = ExpectMsg<(IActorRef, string)>();
        Assert.Equal(actor, self);
        Assert.Equal("after", text);
        ExpectMsg("got next");
    }

    [Fact]
    public void A_failing_asynchronous_handler_is_supervised()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var supervisor = Sys.ActorOf(Supervising.Of(new OneForOneStrategy(failure =>
        {
            TestActor.Tell(failure.Message);
            return Directive.Restart;
        })));
        supervisor.Tell((Props.Create(() => new Waiting(gate.Task)), "child"));
        var child = ExpectMsg<IActorRef>();
        child.Tell("wait");
        child.Tell("next");
        ExpectMsg("before");
        gate.SetException(new InvalidOperationException("later"));
        ExpectMsg("later");
        ExpectMsg("got next");
    }

    [Fact]
    public async Task Ask_returns_the_answer()
    {
        var actor = Sys.ActorOf(Acting.Of((message, context) => context.Sender.Tell("re: " + message)));
        Assert.Equal("re: hello", await actor.Ask<string>("hello", Limit));
        await Assert.ThrowsAnyAsync<Exception>(() => actor.Ask<int>("hello", Limit));
    }

    [Fact]
    public async Task Ask_ends_by_time_limit_cancellation_or_failure()
    {
        var silent = Sys.ActorOf(Acting.Of((_, _) => { }));
        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask<string>("x", TimeSpan.FromMilliseconds(50)));
        using var cancel = new CancellationTokenSource();
        var asked = silent.Ask<string>("x", null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        var failing = Sys.ActorOf(Acting.Of((_, context) =>
            context.Sender.Tell(new Status.Failure(new InvalidOperationException("no")))));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => failing.Ask<string>("x", Limit));
        Assert.Equal("no", failure.Message);
    }

    [Fact]
    public void Pipe_to_sends_results_and_failures()
    {
        Task.FromResult(7).PipeTo(TestActor);
        ExpectMsg(7);
        Task.FromResult(7).PipeTo(TestActor, success: number => number + 1);
        ExpectMsg(8);
        Task.FromException<int>(new InvalidOperationException("no")).PipeTo(TestActor);
        ExpectMsg<Status.Failure>(failure => failure.Cause.Message == "no");
        Task.FromException(new InvalidOperationException("no")).PipeTo(TestActor, failure: cause => cause.Message);
        ExpectMsg("no");
    }

    private sealed class Waiting : ReceiveActor
    {
        public Waiting(Task gate)
        {
            ReceiveAsync<string>(text => text == "wait", async _ =>
            {
                var sender = Sender;
                Sender.Tell("before");
                await gate;
                Assert.Equal(sender, Sender);
                Sender.Tell((Context.Self, "after"));
            });
            Receive<string>(text => Sender.Tell("got " + text));
        }
    }
}
