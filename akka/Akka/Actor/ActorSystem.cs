using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A hierarchy of actors with everything they share.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    private protected ActorSystem()
    {
    }

    /// <summary>The name; part of every address.</summary>
    public abstract string Name { get; }

    /// <summary>The settings.</summary>
    public abstract Settings Settings { get; }

    /// <summary>The event stream; also the logging bus.</summary>
    public abstract EventStream EventStream { get; }

    /// <summary>The scheduler.</summary>
    public abstract IScheduler Scheduler { get; }

    /// <summary>The system's own logging.</summary>
    public abstract ILoggingAdapter Log { get; }

    /// <summary>Where messages without a living recipient go.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>Throws away what it is told.</summary>
    public abstract IActorRef IgnoreRef { get; }

    /// <summary>The serializers.</summary>
    public abstract Serialization.Serialization Serialization { get; }

    /// <summary>The dispatchers.</summary>
    public abstract Dispatchers Dispatchers { get; }

    /// <summary>The mailbox types.</summary>
    public abstract Mailboxes Mailboxes { get; }

    /// <summary>Completes when the last actor has ended.</summary>
    public abstract Task WhenTerminated { get; }

    /// <summary>When the system started, as the time since 0001-01-01 UTC.</summary>
    public TimeSpan StartTime { get; } = TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    /// <summary>How long it has been running.</summary>
    public abstract TimeSpan Uptime { get; }

    /// <summary>Starts an actor system with the configuration that <see cref="ConfigurationFactory.Load"/> finds.</summary>
    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    /// <summary>Starts an actor system.</summary>
    public static ActorSystem Create(string name, Config config) => Start(name, config, ActorSystemSetup.Empty);

    /// <summary>Starts an actor system.</summary>
    public static ActorSystem Create(string name, BootstrapSetup setup) =>
        Create(name, ActorSystemSetup.Create(setup));

    /// <summary>Starts an actor system.</summary>
    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        if (!bootstrap.HasValue) return Start(name, ConfigurationFactory.Load(), setup);
        var config = bootstrap.Value.Config.GetOrElse(ConfigurationFactory.Load());
        if (bootstrap.Value.ConfigFallback.HasValue)
            config = config.WithFallback(bootstrap.Value.ConfigFallback.Value);
        if (bootstrap.Value.ActorRefProvider.HasValue)
        {
            var provider = bootstrap.Value.ActorRefProvider.Value.Identifier;
            config = ConfigurationFactory.ParseString($"akka.actor.provider = \"{provider}\"").WithFallback(config);
        }

        return Start(name, config, setup);
    }

    /// <summary>Makes the extension if it does not exist yet, and returns it.</summary>
    public abstract object RegisterExtension(IExtensionId extension);

    /// <summary>The extension of a type; null if it is not registered.</summary>
    public abstract object GetExtension(IExtensionId extensionId);

    /// <summary>The extension of a type; null if it is not registered.</summary>
    public abstract T GetExtension<T>() where T : class, IExtension;

    /// <summary>Whether an extension of the type is registered.</summary>
    public abstract bool HasExtension(Type type);

    /// <summary>Whether an extension of the type is registered.</summary>
    public abstract bool HasExtension<T>() where T : class, IExtension;

    /// <summary>The extension of a type.</summary>
    public abstract bool TryGetExtension(Type extensionType, out object extension);

    /// <summary>The extension of a type.</summary>
    public abstract bool TryGetExtension<T>(out T extension) where T : class, IExtension;

    /// <summary>Registers code to be run after the last actor has ended.</summary>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>Stops all actors, through the coordinated shutdown unless that is switched off.</summary>
    public abstract Task Terminate();

    /// <inheritdoc/>
    public abstract IActorRef ActorOf(Props props, string? name = null);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Stops an actor.</summary>
    public abstract void Stop(IActorRef actor);

    /// <summary>Ends the system and waits for that.</summary>
    public void Dispose()
    {
        Terminate().Wait();
        GC.SuppressFinalize(this);
    }

    /// <summary>The configuration of a system that is given none.</summary>
    private static ActorSystemImpl Start(string name, Config config, ActorSystemSetup setup)
    {
        var system = new ActorSystemImpl(name, config, setup);
        system.Start();
        return system;
    }
}

/// <summary>The parts of an actor system that extensions need.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    private protected ExtendedActorSystem()
    {
    }

    /// <summary>Makes references.</summary>
    public abstract IActorRefProvider Provider { get; }

    /// <summary>The parent of the user's actors.</summary>
    public abstract IInternalActorRef Guardian { get; }

    /// <summary>Where relative paths begin.</summary>
    public abstract IInternalActorRef LookupRoot { get; }

    /// <summary>The parent of the engine's actors.</summary>
    public abstract IInternalActorRef SystemGuardian { get; }

    /// <summary>Makes an actor of the engine.</summary>
    public abstract IActorRef SystemActorOf(Props props, string? name = null);

    /// <summary>Ends the system without the coordinated shutdown.</summary>
    public abstract void Abort();

    /// <summary>The actors as an indented text.</summary>
    public abstract string PrintTree();
}
