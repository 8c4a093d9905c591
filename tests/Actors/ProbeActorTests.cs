using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Core.Probe;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

public sealed class ProbeActorTests : TestKit
{
    private readonly Queue<FakeSource> _sources = new();

    public ProbeActorTests()
        : base("akka { loglevel = OFF, scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\" }")
    {
    }

    private Akka.TestKit.TestScheduler Scheduler => (Akka.TestKit.TestScheduler)Sys.Scheduler;

    [Fact]
    public void Batches_go_to_the_router_and_credit_comes_back()
    {
        var source = Prepare();
        var probe = Start();
        probe.Tell(new ProbeProtocol.AwaitAttachment(), TestActor);
        ExpectMsg<ProbeProtocol.Attached>();
        var batch = Batch(1, 1, Opened());
        source.Sink!.Deliver(batch);
        ExpectMsg(batch);
        probe.Tell(new ProbeProtocol.Release(batch));
        AwaitAssert(() => Assert.Equal([batch], source.Released));
    }

    [Fact]
    public void A_probe_that_cannot_attach_is_said_and_tried_again()
    {
        Prepare(new ProbeUnavailableException(ProbeUnavailableReason.NoBtf, "No BTF."));
        Prepare();
        var probe = Start();
        probe.Tell(new ProbeProtocol.AwaitAttachment(), TestActor);
        Assert.Equal("No BTF.", ExpectMsg<ProbeProtocol.NotAttached>().Cause.Message);
        AwaitAssert(() =>
        {
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            probe.Tell(new ProbeProtocol.GetHealth(), TestActor);
            Assert.Equal("fake", ExpectMsg<ProbeProtocol.Health>().Counters?.Mode);
        });
    }

    [Fact]
    public void A_probe_that_fails_is_attached_again_and_the_old_one_is_disposed()
    {
        var first = Prepare();
        var second = Prepare();
        var probe = Start();
        probe.Tell(new ProbeProtocol.AwaitAttachment(), TestActor);
        ExpectMsg<ProbeProtocol.Attached>();
        first.Sink!.Failed(new IOException("gone"));
        AwaitAssert(() => Assert.True(first.Disposed));
        AwaitAssert(() =>
        {
            // Again and again: the actor sets its timer only after it has disposed of the old one.
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            Assert.NotNull(second.Sink);
        });
    }

    [Fact]
    public void Detaching_hands_over_what_is_left_before_it_answers()
    {
        var source = Prepare();
        var probe = Start();
        probe.Tell(new ProbeProtocol.AwaitAttachment(), TestActor);
        ExpectMsg<ProbeProtocol.Attached>();
        source.LeftOver = Batch(1, 1, Opened());
        probe.Tell(new ProbeProtocol.Detach(TimeSpan.FromSeconds(1)), TestActor);
        ExpectMsg(source.LeftOver);
        ExpectMsg<ProbeProtocol.Detached>();
    }

    [Fact]
    public void What_was_there_at_the_attachment_is_passed_on()
    {
        var source = Prepare();
        Start();
        AwaitAssert(() => Assert.NotNull(source.Sink));
        source.Sink!.Seeded(Epoch, [Key(1)]);
        Assert.Equal([Key(1)], ExpectMsg<SessionProtocol.Seeded>().Live);
    }

    private IActorRef Start() => Sys.ActorOf(ProbeActor.Props(_sources.Dequeue, TestActor));

    private FakeSource Prepare(Exception? failure = null)
    {
        var source = new FakeSource(failure);
        _sources.Enqueue(source);
        return source;
    }

    private sealed class FakeSource(Exception? failure) : IProbeSource
    {
        public IProbeSink? Sink { get; private set; }

        public List<ProbeBatch> Released { get; } = [];

        public ProbeBatch? LeftOver { get; set; }

        public bool Disposed { get; private set; }

        public ProbeHealth Health => new("fake", 0, 0, 0, 0, 0);

        public void Start(IProbeSink sink) => Sink = failure is null ? sink : throw failure;

        public void Release(ProbeBatch batch) => Released.Add(batch);

        public void Stop(TimeSpan patience)
        {
            if (LeftOver is { } batch)
                Sink!.Deliver(batch);
        }

        public void Dispose() => Disposed = true;
    }
}
