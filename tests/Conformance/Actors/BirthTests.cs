using System.Globalization;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace SshLog.Conformance.Tests.Actors;

/// <summary>Other threads while an actor makes its children. A window of a few instructions: an engine that has it fails now and then.</summary>
public sealed class BirthTests : TestKit
{
    private const int Children = 20_000;

    public BirthTests()
        : base("akka.loglevel = OFF")
    {
    }

    [Fact]
    public void A_child_is_made_before_anybody_can_tell_it_something()
    {
        var failures = 0;
        var family = Sys.ActorOf(Supervising.Of(new OneForOneStrategy(_ =>
        {
            Interlocked.Increment(ref failures);
            return Directive.Stop;
        })), "family");
        var quiet = Acting.Of((_, _) => { });
        var provider = ((ExtendedActorSystem)Sys).Provider;
        var ended = false;
        // Each waits for the next child, and tells it something as soon as it can be found.
        var impatient = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Children && !Volatile.Read(ref ended);)
            {
                var child = provider.ResolveActorRef($"akka://{Sys.Name}/user/family/{i}");
                if (child.Path.Uid == 0) continue;
                child.Tell("hello");
                i++;
            }
        })).ToList();
        impatient.ForEach(thread => thread.Start());
        for (var i = 0; i < Children; i++) family.Tell((quiet, i.ToString(CultureInfo.InvariantCulture)));
        for (var i = 0; i < Children; i++) Assert.IsAssignableFrom<IActorRef>(ExpectMsg<object>(TimeSpan.FromSeconds(30)));
        Volatile.Write(ref ended, true);
        impatient.ForEach(thread => thread.Join());
        Assert.Equal(0, Volatile.Read(ref failures));
    }
}
