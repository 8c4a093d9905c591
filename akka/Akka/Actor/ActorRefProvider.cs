using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Makes references and finds them by path.</summary>
public interface IActorRefProvider
{
    /// <summary>The root of this system's actors.</summary>
    IInternalActorRef RootGuardian { get; }

    /// <summary>The parent of the user's actors.</summary>
    IInternalActorRef Guardian { get; }

    /// <summary>The parent of the engine's actors.</summary>
    IInternalActorRef SystemGuardian { get; }

    /// <summary>Where messages without a living recipient go.</summary>
    IInternalActorRef DeadLetters { get; }

    /// <summary>Throws away what it is told.</summary>
    IActorRef IgnoreRef { get; }

    /// <summary>Holds the references of requests that wait for an answer.</summary>
    IInternalActorRef TempContainer { get; }

    /// <summary>The path of the root.</summary>
    ActorPath RootPath { get; }

    /// <summary>The system's settings.</summary>
    Settings Settings { get; }

    /// <summary>Completes when the last actor has ended.</summary>
    Task TerminationTask { get; }

    /// <summary>The address that other systems reach this one by; the local one if none can.</summary>
    Address DefaultAddress { get; }

    /// <summary>The provider of this process's actors; itself unless it adds remote ones.</summary>
    IActorRefProvider LocalProvider { get; }

    /// <summary>Starts the guardians.</summary>
    void Init(ExtendedActorSystem system);

    /// <summary>The root of an address; the dead letters if it cannot be reached.</summary>
    IActorRef RootGuardianAt(Address address);

    /// <summary>A new path below <c>/temp</c>.</summary>
    ActorPath TempPath();

    /// <summary>Makes a temporary reference known.</summary>
    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    /// <summary>Forgets a temporary reference.</summary>
    void UnregisterTempActor(ActorPath path);

    /// <summary>Makes the reference of a new actor, not started yet.</summary>
    IInternalActorRef ActorOf(
        ExtendedActorSystem system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService,
        Deploy? deploy, bool lookupDeploy, bool async);

    /// <summary>Finds a reference by its serialized path.</summary>
    IActorRef ResolveActorRef(string path);

    /// <summary>Finds a reference by its path.</summary>
    IActorRef ResolveActorRef(ActorPath actorPath);

    /// <summary>The address by which the system at the given address reaches this one, or null.</summary>
    Address? GetExternalAddressFor(Address address);
}

/// <summary>Makes and finds the references of this process.</summary>
public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly Dictionary<string, IInternalActorRef> _extraNames = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DeadLetterActorRef _deadLetters;
    private readonly ActorPath _tempNode;
    private readonly IActorRefProvider _outer;
    private VirtualPathContainer? _tempContainer;
    private RootGuardianActorRef? _rootGuardian;
    private LocalActorRef? _guardian;
    private LocalActorRef? _systemGuardian;
    private ActorSystemImpl? _system;
    private long _tempNumber;

    /// <summary>Created by the actor system.</summary>
    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : this(systemName, settings, eventStream, null)
    {
    }

    /// <summary>Created by a provider that adds remote references; they shall name that one as theirs.</summary>
    internal LocalActorRefProvider(
        string systemName, Settings settings, EventStream eventStream, IActorRefProvider? outer)
    {
        _outer = outer ?? this;
        Settings = settings;
        EventStream = eventStream;
        RootPath = new RootActorPath(new Address("akka", systemName));
        _tempNode = RootPath / "temp";
        _deadLetters = new DeadLetterActorRef(_outer, RootPath / "deadLetters", eventStream);
        IgnoreRef = new IgnoreActorRef(_outer);
    }

    /// <inheritdoc/>
    public IInternalActorRef RootGuardian => _rootGuardian!;

    /// <inheritdoc/>
    public IInternalActorRef Guardian => _guardian!;

    /// <inheritdoc/>
    public IInternalActorRef SystemGuardian => _systemGuardian!;

    /// <inheritdoc/>
    public IInternalActorRef DeadLetters => _deadLetters;

    /// <inheritdoc/>
    public IActorRef IgnoreRef { get; }

    /// <inheritdoc/>
    public IInternalActorRef TempContainer => _tempContainer!;

    /// <inheritdoc/>
    public ActorPath RootPath { get; }

    /// <inheritdoc/>
    public Settings Settings { get; }

    /// <inheritdoc/>
    public Task TerminationTask => _terminated.Task;

    /// <inheritdoc/>
    public Address DefaultAddress => RootPath.Address;

    /// <inheritdoc/>
    public IActorRefProvider LocalProvider => this;

    internal EventStream EventStream { get; }

    /// <inheritdoc/>
    public void Init(ExtendedActorSystem system)
    {
        _system = (ActorSystemImpl)system;
        var dispatcher = _system.Dispatchers.DefaultGlobalDispatcher;
        var end = new RootSupervisor(this);
        var stopOnFailure = new OneForOneStrategy(static _ => Directive.Stop);
        _rootGuardian = new RootGuardianActorRef(
            _system, Props.CreateBy(() => new GuardianActor()).WithSupervisorStrategy(stopOnFailure), dispatcher, end,
            RootPath, _deadLetters, _extraNames);
        _tempContainer = new VirtualPathContainer(_outer, _tempNode, _rootGuardian);
        _rootGuardian.SetTempContainer(_tempContainer);
        _rootGuardian.Start();
        var root = _rootGuardian.Underlying;
        var user = Props.CreateBy(() => new GuardianActor()).WithSupervisorStrategy(UserGuardianStrategy());
        _guardian = (LocalActorRef)root.AttachGuardian(user, "user", dispatcher);
        var guardian = _guardian;
        _systemGuardian = (LocalActorRef)root.AttachGuardian(
            Props.CreateBy(() => new SystemGuardianActor(guardian)), "system", dispatcher);
        _rootGuardian.SendSystemMessage(new Akka.Dispatch.SysMsg.Watch(_systemGuardian, _rootGuardian));
    }

    /// <inheritdoc/>
    public IActorRef RootGuardianAt(Address address) =>
        address.Equals(RootPath.Address) ? _rootGuardian! : _deadLetters;

    /// <inheritdoc/>
    public ActorPath TempPath() =>
        new ChildActorPath(_tempNode, Base64Encoding.Name(Interlocked.Increment(ref _tempNumber)), 0);

    /// <inheritdoc/>
    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) =>
        _tempContainer!.AddChild(path.Name, actorRef);

    /// <inheritdoc/>
    public void UnregisterTempActor(ActorPath path) => _tempContainer!.RemoveChild(path.Name);

    /// <inheritdoc/>
    public IInternalActorRef ActorOf(
        ExtendedActorSystem system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService,
        Deploy? deploy, bool lookupDeploy, bool async)
    {
        var dispatcher = system.Dispatchers.Lookup((deploy ?? props.Deploy).Dispatcher ?? "");
        return new LocalActorRef((ActorSystemImpl)system, props, dispatcher, supervisor, path);
    }

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(string path)
    {
        if (IgnoreRef.Path.ToString() == path) return IgnoreRef;
        if (ActorPath.TryParse(path, out var parsed) && parsed.Address.Equals(RootPath.Address))
            return ResolveLocal(parsed);
        _system!.Log.Debug("Resolve (deserialization) of unknown (invalid) path [{0}], using deadLetters.", path);
        return _deadLetters;
    }

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(ActorPath actorPath) =>
        actorPath.Root.Equals(RootPath) ? ResolveLocal(actorPath) : _deadLetters;

    /// <inheritdoc/>
    public Address? GetExternalAddressFor(Address address) => address.Equals(RootPath.Address) ? address : null;

    /// <summary>Finds an actor of this process by the names and the incarnation of a path, whatever its address.</summary>
    internal IActorRef ResolveLocal(ActorPath path)
    {
        var found = path.Elements.Count == 0 ? _rootGuardian! : _rootGuardian!.GetChild(path.Elements);
        if (!found.IsNobody() && (path.Uid == 0 || path.Uid == found.Path.Uid || found.Path.Uid == 0)) return found;
        var local = RootPath / path.Elements;
        return new EmptyLocalActorRef(_outer, path.Uid == 0 ? local : local.WithUid(path.Uid), EventStream);
    }

    /// <summary>Makes a reference reachable below the root (for the remote provider).</summary>
    internal void RegisterExtraName(string name, IInternalActorRef actor) => _extraNames.Add(name, actor);

    private SupervisorStrategy UserGuardianStrategy() =>
        Settings.Config.GetString("akka.actor.guardian-supervisor-strategy", "") switch
        {
            "Akka.Actor.StoppingSupervisorStrategy" => SupervisorStrategy.StoppingStrategy,
            _ => SupervisorStrategy.DefaultStrategy,
        };

    /// <summary>Above the root: when the root ends, the system has ended.</summary>
    private sealed class RootSupervisor(LocalActorRefProvider provider) : MinimalActorRef
    {
        public override ActorPath Path { get; } = provider.RootPath / "_Root-guardian";

        public override IActorRefProvider Provider => provider._outer;

        public override void SendSystemMessage(Akka.Dispatch.SysMsg.ISystemMessage message)
        {
            switch (message)
            {
                case Akka.Dispatch.SysMsg.Failed failed:
                    provider._system!.Log.Error(failed.Cause, "guardian {0} failed, shutting down!", failed.Child);
                    ((IInternalActorRef)failed.Child).Stop();
                    break;
                case Akka.Dispatch.SysMsg.DeathWatchNotification:
                    provider._terminated.TrySetResult();
                    break;
            }
        }
    }
}
