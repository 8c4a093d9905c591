using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Makes and finds references of this process and of others.</summary>
public sealed class RemoteActorRefProvider : IActorRefProvider
{
    private readonly LocalActorRefProvider _local;
    private readonly RemoteSettings _settings;

    /// <summary>Created by the actor system when <c>akka.actor.provider = remote</c>.</summary>
    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        settings.InjectTopLevelFallback(RemoteSettings.Defaults());
        _settings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(systemName, settings, eventStream, this);
    }

    /// <inheritdoc/>
    public IInternalActorRef RootGuardian => _local.RootGuardian;

    /// <inheritdoc/>
    public IInternalActorRef Guardian => _local.Guardian;

    /// <inheritdoc/>
    public IInternalActorRef SystemGuardian => _local.SystemGuardian;

    /// <inheritdoc/>
    public IInternalActorRef DeadLetters => _local.DeadLetters;

    /// <inheritdoc/>
    public IActorRef IgnoreRef => _local.IgnoreRef;

    /// <inheritdoc/>
    public IInternalActorRef TempContainer => _local.TempContainer;

    /// <inheritdoc/>
    public ActorPath RootPath => _local.RootPath;

    /// <inheritdoc/>
    public Settings Settings => _local.Settings;

    /// <inheritdoc/>
    public Task TerminationTask => _local.TerminationTask;

    /// <inheritdoc/>
    public Address DefaultAddress => Remoting.DefaultAddress;

    /// <inheritdoc/>
    public IActorRefProvider LocalProvider => _local;

    internal Remoting Remoting { get; private set; } = null!;

    internal IInternalActorRef RemoteWatcher { get; private set; } = null!;

    /// <inheritdoc/>
    public void Init(ExtendedActorSystem system)
    {
        _local.Init(system);
        Remoting = new Remoting(system, this, _settings);
        var remoting = Remoting;
        var settings = _settings;
        RemoteWatcher = (IInternalActorRef)system.SystemActorOf(
            Props.CreateBy(() => new RemoteWatcher(remoting, settings)), "remote-watcher");
        system.SystemActorOf(Props.CreateBy(() => new RemotingTerminator(remoting)), "remoting-terminator");
        Remoting.Start();
    }

    /// <summary>Speaks no more to one incarnation of another system.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="uid">Which; null for the one known now.</param>
    public void Quarantine(Address address, int? uid) => Remoting.Quarantine(address, uid);

    /// <inheritdoc/>
    public IActorRef RootGuardianAt(Address address) =>
        IsOwn(address) ? RootGuardian : Remoting.RootOf(address);

    /// <inheritdoc/>
    public ActorPath TempPath() => _local.TempPath();

    /// <inheritdoc/>
    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) =>
        _local.RegisterTempActor(actorRef, path);

    /// <inheritdoc/>
    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

    /// <inheritdoc/>
    public IInternalActorRef ActorOf(
        ExtendedActorSystem system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService,
        Deploy? deploy, bool lookupDeploy, bool async) =>
        _local.ActorOf(system, props, supervisor, path, systemService, deploy, lookupDeploy, async);

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(string path) =>
        IgnoreRef.Path.ToString() != path && ActorPath.TryParse(path, out var parsed)
            ? ResolveActorRef(parsed)
            : _local.ResolveActorRef(path);

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        if (IsOwn(actorPath.Address))
            return _local.ResolveLocal(actorPath);
        return actorPath.Address.HasGlobalScope ? new RemoteActorRef(this, actorPath) : DeadLetters;
    }

    /// <inheritdoc/>
    public Address? GetExternalAddressFor(Address address) => Remoting.LocalAddressFor(address);

    private bool IsOwn(Address address) => address.Equals(RootPath.Address) || Remoting.IsOwn(address);
}

/// <summary>Keeps the system from ending before its peers have been told.</summary>
internal sealed class RemotingTerminator(Remoting remoting) : UntypedActor
{
    protected override void PreStart() =>
        ((ExtendedActorSystem)Context.System).SystemGuardian.Tell(
            Dispatch.SysMsg.RegisterTerminationHook.Instance, Self);

    protected override void OnReceive(object message)
    {
        if (message is not Dispatch.SysMsg.TerminationHook)
            return;
        var guardian = Sender;
        remoting.ShutdownAsync().PipeTo(
            guardian,
            Self,
            () => Dispatch.SysMsg.TerminationHookDone.Instance,
            _ => Dispatch.SysMsg.TerminationHookDone.Instance);
    }
}
