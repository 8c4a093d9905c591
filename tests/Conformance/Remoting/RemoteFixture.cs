using System.Threading.Channels;
using Akka.Actor;

namespace SshLog.Conformance.Tests.Remoting;

/// <summary>
/// Two systems, <c>left</c> and <c>right</c>, that can reach each other; hosts are unique to the fixture.
/// </summary>
internal sealed class RemoteFixture : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string _id = Guid.NewGuid().ToString("N")[..8];
    private readonly List<ActorSystem> _systems = [];

    public RemoteFixture(string left = "", string right = "")
    {
        Left = Start("left", left);
        Right = Start("right", right);
    }

    public ActorSystem Left { get; }

    public ActorSystem Right { get; set; }

    public string LeftHost => "left-" + _id;

    public string RightHost => "right-" + _id;

    /// <summary>Starts a system with a name that others of this fixture may have had before.</summary>
    public ActorSystem Start(string name, string extra = "")
    {
        var system = ActorSystem.Create(name, TestTransport.Settings($"{name}-{_id}", extra));
        _systems.Add(system);
        return system;
    }

    /// <summary>An actor of the right system as the left one sees it.</summary>
    public Task<IActorRef> ResolveAsync(string path) => Select(path).ResolveOne(Patience);

    /// <summary>A selection of the left system into the right one.</summary>
    public ActorSelection Select(string path) => Left.ActorSelection($"akka.test://right@{RightHost}:1{path}");

    public async ValueTask DisposeAsync()
    {
        foreach (var system in _systems)
            await system.Terminate().WaitAsync(Patience);
    }
}

/// <summary>Answers text with the same text, and numbers with nothing.</summary>
internal sealed class Echo : ReceiveActor
{
    public Echo()
    {
        Receive<string>(text => Sender.Tell(text));
        Receive<ActorIdentity>(other => other.Subject.Tell("hello from afar"));
    }
}

/// <summary>Keeps what it is told for a test to look at.</summary>
internal sealed class Inbox : UntypedActor
{
    private readonly Channel<object> _messages;

    public Inbox(Channel<object> messages) => _messages = messages;

    public static (IActorRef Actor, Channel<object> Messages) In(ActorSystem system)
    {
        var messages = Channel.CreateUnbounded<object>();
        return (system.ActorOf(Props.Create(() => new Inbox(messages))), messages);
    }

    protected override void OnReceive(object message)
    {
        if (message is Watch watch)
        {
            Context.Watch(watch.Actor);
            Sender.Tell(Done.Instance);
        }
        else if (message is Unwatch unwatch)
        {
            Context.Unwatch(unwatch.Actor);
            Sender.Tell(Done.Instance);
        }
        else
        {
            _messages.Writer.TryWrite(message);
        }
    }

    public sealed record Watch(IActorRef Actor);

    public sealed record Unwatch(IActorRef Actor);

    public sealed class Done
    {
        public static readonly Done Instance = new();
    }
}

internal static class InboxExtensions
{
    public static async Task<T> NextAsync<T>(this Channel<object> messages)
    {
        using var limit = new CancellationTokenSource(RemoteFixture.Patience);
        return Assert.IsType<T>(await messages.Reader.ReadAsync(limit.Token));
    }

    public static Task WatchAsync(this IActorRef inbox, IActorRef actor) =>
        inbox.Ask<Inbox.Done>(new Inbox.Watch(actor), RemoteFixture.Patience);
}
