using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

/// <summary>A mailbox with a capacity makes those who send wait, and then lets go of the message as a dead letter.</summary>
public sealed class BoundedMailboxTests() : TestKit(
    """
    bounded {
      mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka"
      mailbox-capacity = 3
      mailbox-push-timeout-time = 100ms
    }
    """)
{
    [Fact]
    public void What_finds_no_room_in_time_is_a_dead_letter_and_the_rest_is_handled_in_order()
    {
        using var free = new ManualResetEventSlim();
        var busy = Sys.ActorOf(Acting.Of((message, context) =>
        {
            TestActor.Tell(message);
            if (message is "wait")
                free.Wait(TimeSpan.FromSeconds(10));
        }).WithMailbox("bounded"));
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));

        busy.Tell("wait");
        ExpectMsg("wait");
        // That one has left the mailbox: three more fit.
        for (var i = 1; i <= 4; i++)
            busy.Tell(i);
        Assert.Equal(4, letters.ExpectMsg<DeadLetter>().Message);
        free.Set();
        for (var i = 1; i <= 3; i++)
            ExpectMsg(i);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }
}
