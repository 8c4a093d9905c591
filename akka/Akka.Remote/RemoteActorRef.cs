using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Remote;

/// <summary>An actor of another system.</summary>
internal sealed class RemoteActorRef(RemoteActorRefProvider provider, ActorPath path) : InternalActorRefBase
{
    private string? _serializedPath;

    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    public override IInternalActorRef Parent => new RemoteActorRef(provider, path.Parent);

    public override bool IsTerminated => false;

    public override bool IsLocal => false;

    /// <summary>The path as the peer reads it.</summary>
    public string SerializedPath => _serializedPath ??= path.ToSerializationFormat();

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        ActorPath target = path;
        foreach (var element in name)
        {
            if (element == "..")
                target = target.Parent;
            else if (element.Length > 0)
                target /= element;
        }
        return new RemoteActorRef(provider, target);
    }

    public override void Resume(Exception? causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));

    public override void Start()
    {
    }

    public override void Stop() => SendSystemMessage(new Terminate());

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public override void Suspend() => SendSystemMessage(new Suspend());

    // Watches go out in the name of this system's remote watcher, which hears of lost nodes too.
    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when !watch.Watcher.Equals(provider.RemoteWatcher):
                provider.RemoteWatcher.Tell(new RemoteWatcher.WatchRemote(watch.Watchee, watch.Watcher), null);
                break;
            case Unwatch unwatch when !unwatch.Watcher.Equals(provider.RemoteWatcher):
                provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(unwatch.Watchee, unwatch.Watcher), null);
                break;
            default:
                provider.Remoting.Send(message, null, this);
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef? sender) =>
        provider.Remoting.Send(message, sender, this);
}
