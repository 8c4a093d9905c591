using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>A reference backed by an actor cell.</summary>
internal abstract class ActorRefWithCell : InternalActorRefBase
{
    internal abstract ActorCell Underlying { get; }

    internal IEnumerable<IActorRef> Children => Underlying.GetChildren();

    internal IInternalActorRef GetSingleChild(string name) => Underlying.GetSingleChild(name);
}

/// <summary>A reference to an actor of this process.</summary>
internal class LocalActorRef : ActorRefWithCell, ILocalRef
{
    private readonly ActorCell _cell;

    internal LocalActorRef(
        ActorSystemImpl system, Props props, Akka.Dispatch.MessageDispatcher dispatcher, IInternalActorRef? parent,
        ActorPath path)
    {
        Path = path;
        System = system;
        _cell = new ActorCell(system, this, props, dispatcher, parent);
        _cell.Init();
    }

    public override ActorPath Path { get; }

    internal ActorSystemImpl System { get; }

    internal sealed override ActorCell Underlying => _cell;

    public override IInternalActorRef Parent => _cell.ParentRef;

    public override IActorRefProvider Provider => System.Provider;

    public override bool IsTerminated => _cell.IsTerminated;

    public override bool IsLocal => true;

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef current = this;
        for (var i = 0; i < name.Count; i++)
        {
            if (name[i].Length == 0) continue;
            if (name[i] == "..")
                current = current.Parent;
            else if (current is ActorRefWithCell withCell)
                current = withCell.GetSingleChild(name[i]);
            else
                return current.GetChild([.. name.Skip(i)]);
            if (current.IsNobody()) return current;
        }

        return current;
    }

    public override void Resume(Exception? causedByFailure = null) => _cell.Resume(causedByFailure);

    public override void Start() => _cell.Start();

    public override void Stop() => _cell.Stop();

    public override void Restart(Exception cause) => _cell.Restart(cause);

    public override void Suspend() => _cell.Suspend();

    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    protected override void TellInternal(object message, IActorRef? sender) => _cell.SendMessage(message, sender);
}

/// <summary>The root of the local actors: knows the places that no actor stands behind.</summary>
internal sealed class RootGuardianActorRef(
    ActorSystemImpl system, Props props, Akka.Dispatch.MessageDispatcher dispatcher, IInternalActorRef parent,
    ActorPath path, IInternalActorRef deadLetters, IReadOnlyDictionary<string, IInternalActorRef> extraNames)
    : LocalActorRef(system, props, dispatcher, parent, path)
{
    private IInternalActorRef? _tempContainer;

    public override IInternalActorRef Parent => this;

    internal void SetTempContainer(IInternalActorRef tempContainer) => _tempContainer = tempContainer;

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        var first = 0;
        while (first < name.Count && name[first].Length == 0) first++;
        if (first == name.Count) return this;
        var special = name[first] switch
        {
            "temp" => _tempContainer,
            "deadLetters" => deadLetters,
            var other => extraNames.GetValueOrDefault(other),
        };
        return special is null ? base.GetChild(name) : special.GetChild([.. name.Skip(first + 1)]);
    }
}
