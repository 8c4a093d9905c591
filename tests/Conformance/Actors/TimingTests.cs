using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

public sealed class TimingTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private IActorRef Ticking() => Sys.ActorOf(Props.Create(() => new Timed(TestActor)));

    [Fact]
    public void A_single_timer_fires_once()
    {
        Ticking().Tell(("single", Short));
        ExpectMsg("tick");
        ExpectNoMsg(Short * 2);
    }

    [Fact]
    public void A_periodic_timer_fires_again_and_again_until_cancelled()
    {
        var actor = Ticking();
        actor.Tell(("periodic", Short));
        ExpectMsg("tick");
        ExpectMsg("tick");
        actor.Tell("cancel");
        // On a slow machine more ticks were there before it was told to cancel; behind its answer there is none.
        FishForMessage(message => message is "cancelled", TimeSpan.FromSeconds(3));
        ExpectNoMsg(Short * 3);
    }

    [Fact]
    public void A_message_of_a_cancelled_timer_never_arrives_even_if_it_was_in_the_mailbox()
    {
        var actor = Ticking();
        actor.Tell("fire and cancel");
        ExpectMsg("cancelled");
        ExpectNoMsg(Short * 2);
    }

    [Fact]
    public void Timers_end_with_the_incarnation()
    {
        var life = CreateTestProbe();
        var actor = Sys.ActorOf(Living.Of(life.Ref));
        life.ExpectMsg("started");
        actor.Tell(Short);
        actor.Tell(new InvalidOperationException("boom"));
        life.FishForMessage(message => message is ("restarted", "boom"));
        life.ExpectNoMsg(Short * 3);
    }

    [Fact]
    public void Silence_is_announced_and_neutral_messages_do_not_break_it()
    {
        var actor = Sys.ActorOf(Acting.Of((message, context) =>
        {
            if (message is "begin") context.SetReceiveTimeout(Short * 2);
            else if (message is ReceiveTimeout) TestActor.Tell("silence");
        }));
        actor.Tell("begin");
        for (var i = 0; i < 3; i++) actor.Tell(new Neutral());
        ExpectMsg("silence");
        ExpectMsg("silence");
    }

    [Fact]
    public void No_silence_is_announced_after_it_was_switched_off()
    {
        var actor = Sys.ActorOf(Acting.Of((message, context) =>
        {
            if (message is ReceiveTimeout) TestActor.Tell("silence");
            else context.SetReceiveTimeout(message is "on" ? Short : null);
        }));
        actor.Tell("on");
        ExpectMsg("silence");
        actor.Tell("off");
        ExpectNoMsg(Short * 3);
    }

    [Fact]
    public void The_scheduler_sends_later_and_can_be_called_off()
    {
        var called = Sys.Scheduler.ScheduleTellOnceCancelable(Short * 2, TestActor, "never", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(Short, TestActor, "once", ActorRefs.NoSender);
        called.Cancel();
        ExpectMsg("once");
        var repeated = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, Short, TestActor, "again", ActorRefs.NoSender);
        ExpectMsg("again");
        ExpectMsg("again");
        repeated.Cancel();
        // What was on its way, more than one on a slow machine, stands before this.
        Sys.Scheduler.ScheduleTellOnce(Short * 2, TestActor, "behind", ActorRefs.NoSender);
        FishForMessage(message => message is "behind");
        ExpectNoMsg(Short * 3);
    }

    [Fact]
    public void What_is_to_come_in_months_keeps_nobody_from_going_on()
    {
        var year = TimeSpan.FromDays(365);
        var actor = Sys.ActorOf(Acting.Of((message, context) =>
        {
            if (message is "begin") context.SetReceiveTimeout(year);
            TestActor.Tell(message);
        }));
        actor.Tell("begin");
        ExpectMsg("begin");
        actor.Tell("go on");
        ExpectMsg("go on");
        Sys.Scheduler.ScheduleTellOnceCancelable(year, TestActor, "in a year", ActorRefs.NoSender).Cancel();
        Sys.Scheduler.ScheduleTellRepeatedlyCancelable(year, year, TestActor, "every year", ActorRefs.NoSender);
        var seldom = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, year, TestActor, "now and in a year", ActorRefs.NoSender);
        ExpectMsg("now and in a year");
        ExpectNoMsg(Short * 2);
        seldom.Cancel();
    }

    private sealed class Neutral : INotInfluenceReceiveTimeout;

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(IActorRef listener)
        {
            Receive<(string Kind, TimeSpan Time)>(start =>
            {
                if (start.Kind == "single") Timers.StartSingleTimer("key", "tick", start.Time);
                else Timers.StartPeriodicTimer("key", "tick", start.Time);
            });
            Receive<string>(text => text == "tick", _ => listener.Tell("tick"));
            Receive<string>(text => text == "cancel", _ =>
            {
                Timers.Cancel("key");
                listener.Tell("cancelled");
            });
            Receive<string>(text => text == "fire and cancel", _ =>
            {
                Timers.StartSingleTimer("key", "tick", TimeSpan.Zero);
                // Long enough for the message to lie in the mailbox behind this one.
                SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(60));
                Timers.Cancel("key");
                listener.Tell("cancelled");
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
