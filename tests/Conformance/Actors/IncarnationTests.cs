using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

/// <summary>What a restart leaves of an asynchronous handler, and actors with a thread of their own.</summary>
public sealed class IncarnationTests : TestKit
{
    public IncarnationTests()
        : base("own-thread { type = PinnedDispatcher }")
    {
    }

    [Fact]
    public void After_a_restart_nothing_is_handled_until_the_old_handler_is_done()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var family = Sys.ActorOf(Props.Create(() => new Family(TestActor, gate.Task)));
        family.Tell("wait");
        var first = ExpectMsg<Seen>(seen => seen.What == "awaits").Instance;
        family.Tell("fail");
        var second = ExpectMsg<Seen>(seen => seen.What == "restarted").Instance;
        family.Tell("hello");
        ExpectNoMsg(100);
        gate.SetResult();
        Assert.Equal(new Seen("done", first), ExpectMsg<Seen>());
        Assert.Equal(new Seen("hello", second), ExpectMsg<Seen>());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_pinned_dispatcher_gives_the_actor_one_thread_of_its_own()
    {
        var props = Props.Create(() => new Threads()).WithDispatcher("own-thread");
        var (one, two) = (Sys.ActorOf(props), Sys.ActorOf(props));
        var threads = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            one.Tell("which");
            threads.Add(ExpectMsg<int>());
        }

        two.Tell("which");
        Assert.NotEqual(Assert.Single(threads.Distinct()), ExpectMsg<int>());
    }

    private sealed record Seen(string What, int Instance);

    private sealed class Family : ReceiveActor
    {
        public Family(IActorRef observer, Task gate)
        {
            var waiting = Context.ActorOf(Props.Create(() => new Waiting(observer, gate)));
            var failing = Context.ActorOf(Props.Create(() => new Failing()));
            Receive<string>(text => text == "fail", failing.Tell);
            ReceiveAny(waiting.Forward);
        }

        protected override SupervisorStrategy SupervisorStrategy() => new AllForOneStrategy(_ => Directive.Restart);
    }

    private sealed class Waiting : ReceiveActor
    {
        private static int _instances;
        private readonly int _instance = Interlocked.Increment(ref _instances);
        private readonly IActorRef _observer;

        public Waiting(IActorRef observer, Task gate)
        {
            _observer = observer;
            ReceiveAsync<string>(text => text == "wait", async _ =>
            {
                observer.Tell(new Seen("awaits", _instance));
                await gate;
                observer.Tell(new Seen("done", _instance));
            });
            ReceiveAny(text => observer.Tell(new Seen((string)text, _instance)));
        }

        protected override void PostRestart(Exception reason) => _observer.Tell(new Seen("restarted", _instance));
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing() => ReceiveAny(_ => throw new InvalidOperationException("on purpose"));
    }

    private sealed class Threads : ReceiveActor
    {
        public Threads() => ReceiveAny(_ => Sender.Tell(Environment.CurrentManagedThreadId));
    }
}
