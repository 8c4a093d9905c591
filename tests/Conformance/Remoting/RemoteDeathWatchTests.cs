using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;

namespace SshLog.Conformance.Tests.Remoting;

public sealed class RemoteDeathWatchTests
{
    private const string FastHeartbeats = """
        akka.remote.watch-failure-detector {
          heartbeat-interval = 200ms
          acceptable-heartbeat-pause = 1s
          expected-response-after = 200ms
          unreachable-nodes-reaper-interval = 200ms
        }
        """;

    [Fact]
    public async Task The_end_of_a_remote_actor_is_told_after_its_last_message()
    {
        await using var systems = new RemoteFixture();
        var echo = systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        var remote = await systems.ResolveAsync("/user/echo");
        await inbox.WatchAsync(remote);
        remote.Tell("last words", inbox);
        Assert.Equal("last words", await messages.NextAsync<string>());
        systems.Right.Stop(echo);
        var end = await messages.NextAsync<Terminated>();
        Assert.Equal(remote, end.ActorRef);
    }

    [Fact]
    public async Task Two_watchers_of_one_remote_actor_are_both_told()
    {
        await using var systems = new RemoteFixture();
        var echo = systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (first, firstMessages) = Inbox.In(systems.Left);
        var (second, secondMessages) = Inbox.In(systems.Left);
        var remote = await systems.ResolveAsync("/user/echo");
        await first.WatchAsync(remote);
        await second.WatchAsync(remote);
        Assert.Equal("seen", await remote.Ask<string>("seen", RemoteFixture.Patience));
        systems.Right.Stop(echo);
        await firstMessages.NextAsync<Terminated>();
        await secondMessages.NextAsync<Terminated>();
    }

    [Fact]
    public async Task Watching_a_remote_actor_that_has_ended_tells_at_once()
    {
        await using var systems = new RemoteFixture();
        var echo = systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var remote = await systems.ResolveAsync("/user/echo");
        Assert.True(await echo.GracefulStop(RemoteFixture.Patience));
        var (inbox, messages) = Inbox.In(systems.Left);
        await inbox.WatchAsync(remote);
        Assert.Equal(remote, (await messages.NextAsync<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task An_unwatched_remote_actor_ends_unheard()
    {
        await using var systems = new RemoteFixture();
        var echo = systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        var (control, controlMessages) = Inbox.In(systems.Left);
        var remote = await systems.ResolveAsync("/user/echo");
        await inbox.WatchAsync(remote);
        await control.WatchAsync(remote);
        await inbox.Ask<Inbox.Done>(new Inbox.Unwatch(remote), RemoteFixture.Patience);
        Assert.Equal("seen", await remote.Ask<string>("seen", RemoteFixture.Patience));
        systems.Right.Stop(echo);
        await controlMessages.NextAsync<Terminated>();
        inbox.Tell("the only one");
        Assert.Equal("the only one", await messages.NextAsync<string>());
    }

    [Fact]
    public async Task When_the_peer_shuts_down_its_watchers_are_told()
    {
        await using var systems = new RemoteFixture(left: FastHeartbeats);
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        await inbox.WatchAsync(await systems.ResolveAsync("/user/echo"));
        Assert.Equal("seen", await systems.Select("/user/echo").Ask<string>("seen", RemoteFixture.Patience));
        await systems.Right.Terminate();
        await messages.NextAsync<Terminated>();
    }

    [Fact]
    public async Task When_a_transport_says_that_the_peer_has_ended_both_sides_are_told()
    {
        await using var systems = new RemoteFixture();
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        systems.Left.EventStream.Subscribe(inbox, typeof(DisassociatedEvent));
        var (far, farMessages) = Inbox.In(systems.Right);
        systems.Right.EventStream.Subscribe(far, typeof(DisassociatedEvent));
        var (watcher, watched) = Inbox.In(systems.Left);
        await watcher.WatchAsync(await systems.ResolveAsync("/user/echo"));
        TestTransport.Cut(systems.RightHost, DisassociateInfo.Shutdown);
        Assert.Equal(systems.RightHost, (await messages.NextAsync<DisassociatedEvent>()).RemoteAddress.Host);
        await farMessages.NextAsync<DisassociatedEvent>();
        await watched.NextAsync<Terminated>();
    }

    [Fact]
    public async Task The_end_of_a_connection_is_told_when_another_has_taken_its_place()
    {
        await using var systems = new RemoteFixture();
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (far, farMessages) = Inbox.In(systems.Right);
        Assert.Equal("seen", await systems.Select("/user/echo").Ask<string>("seen", RemoteFixture.Patience));
        systems.Right.EventStream.Subscribe(far, typeof(DisassociatedEvent));
        TestTransport.CutOneEnd(systems.LeftHost, DisassociateInfo.Unknown);
        await AnswersAgainAsync(systems);
        Assert.Equal(systems.LeftHost, (await farMessages.NextAsync<DisassociatedEvent>()).RemoteAddress.Host);
    }

    [Fact]
    public async Task A_connection_lost_without_a_word_is_opened_again_and_watches_hold()
    {
        await using var systems = new RemoteFixture();
        var echo = systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        await inbox.WatchAsync(await systems.ResolveAsync("/user/echo"));
        Assert.Equal("seen", await systems.Select("/user/echo").Ask<string>("seen", RemoteFixture.Patience));
        TestTransport.Cut(systems.RightHost, DisassociateInfo.Unknown);
        await AnswersAgainAsync(systems);
        systems.Right.Stop(echo);
        await messages.NextAsync<Terminated>();
    }

    [Fact]
    public async Task A_peer_started_again_is_another_one()
    {
        await using var systems = new RemoteFixture(left: FastHeartbeats);
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        var (inbox, messages) = Inbox.In(systems.Left);
        var old = await systems.ResolveAsync("/user/echo");
        await inbox.WatchAsync(old);
        Assert.Equal("seen", await old.Ask<string>("seen", RemoteFixture.Patience));
        await systems.Right.Terminate();
        systems.Right = systems.Start("right");
        systems.Right.ActorOf(Props.Create<Echo>(), "echo");
        Assert.Equal(old, (await messages.NextAsync<Terminated>()).ActorRef);
        await AnswersAgainAsync(systems);
        await Assert.ThrowsAsync<AskTimeoutException>(
            () => old.Ask<string>("to the old one", TimeSpan.FromMilliseconds(300)));
    }

    // While an address is gated its messages are dead letters: ask until one gets through.
    private static async Task AnswersAgainAsync(RemoteFixture systems)
    {
        using var limit = new CancellationTokenSource(RemoteFixture.Patience);
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            try
            {
                await systems.Select("/user/echo").Ask<string>("back?", TimeSpan.FromMilliseconds(300), limit.Token);
                return;
            }
            catch (AskTimeoutException)
            {
                // Not yet.
            }
        }
    }
}
