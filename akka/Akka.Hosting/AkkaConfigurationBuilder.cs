using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Serialization;
using Akka.Util;

namespace Akka.Hosting;

/// <summary>Runs when the actor system has started.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Starts actors and registers them.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Starts actors and registers them, with the host's services.</summary>
public delegate Task ActorStarterWithResolver(
    ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

/// <summary>Where a configuration is put among those added before.</summary>
public enum HoconAddMode
{
    /// <summary>Below them.</summary>
    Append,

    /// <summary>Above them.</summary>
    Prepend,

    /// <summary>In their place.</summary>
    Replace,
}

/// <summary>Collects what an actor system is made of; the host makes it from this.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly Dictionary<Type, Setup> _setups = [];
    private readonly List<StartupTask> _startup = [];
    private readonly List<Type> _extensions = [];
    private readonly List<CustomSerializer> _serializers = [];

    internal AkkaConfigurationBuilder(string actorSystemName) => ActorSystemName = actorSystemName;

    /// <summary>The name of the actor system.</summary>
    public string ActorSystemName { get; }

    /// <summary>The configuration so far, if any.</summary>
    public Option<Config> Configuration { get; private set; }

    internal LoggerConfigBuilder? Logging { get; set; }

    internal ProviderSelection? Provider { get; set; }

    /// <summary>Runs an action when the actor system has started.</summary>
    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> action) =>
        AddStartup(new StartupTask((system, registry) =>
        {
            action(system, registry);
            return Task.CompletedTask;
        }));

    /// <summary>Runs a task when the actor system has started, after those added before.</summary>
    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _startup.Add(startupTask);
        return this;
    }

    /// <summary>Starts actors, after those added before.</summary>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => AddStartup(starter);

    /// <summary>Starts actors, after those added before.</summary>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        AddStartup((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver));

    /// <summary>Starts actors, after those added before.</summary>
    public AkkaConfigurationBuilder StartActors(ActorStarter starter) =>
        AddStartup(new StartupTask((system, registry) => starter(system, registry)));

    /// <summary>Starts actors, after those added before.</summary>
    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter) => AddStartup(
        new StartupTask((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver)));

    /// <summary>Binds a serializer to types.</summary>
    public AkkaConfigurationBuilder WithCustomSerializer(
        string serializerIdentifier, IEnumerable<Type> boundTypes,
        Func<ExtendedActorSystem, Serializer> serializerFactory)
    {
        _serializers.Add(new CustomSerializer(serializerIdentifier, [.. boundTypes], serializerFactory));
        return this;
    }

    /// <summary>Starts an extension with the actor system.</summary>
    public AkkaConfigurationBuilder WithExtension<T>() where T : IExtensionId => WithExtensions(typeof(T));

    /// <summary>Starts extensions with the actor system.</summary>
    /// <exception cref="ConfigurationException">A type is no <see cref="IExtensionId"/>.</exception>
    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        if (Array.Find(extensions, type => !typeof(IExtensionId).IsAssignableFrom(type)) is { } wrong)
            throw new ConfigurationException($"Type must extend {nameof(IExtensionId)}: [{wrong}]");
        _extensions.AddRange(extensions.Except(_extensions));
        return this;
    }

    internal void AddConfiguration(Config config, HoconAddMode mode) => Configuration = mode switch
    {
        _ when !Configuration.HasValue || mode == HoconAddMode.Replace => config,
        HoconAddMode.Prepend => config.WithFallback(Configuration.Value),
        _ => Configuration.Value.WithFallback(config),
    };

    internal void AddSetup(Setup setup) => _setups[setup.GetType()] = setup;

    /// <summary>Makes the actor system.</summary>
    internal ActorSystem Build(IServiceProvider services)
    {
        var config = (Logging?.Build() ?? ConfigurationFactory.Empty)
            .WithFallback(Configuration.GetOrElse(ConfigurationFactory.Empty))
            .WithFallback(Extensions())
            // The host hears SIGTERM and runs the coordinated shutdown itself.
            .WithFallback(ConfigurationFactory.ParseString("akka.coordinated-shutdown.run-by-clr-shutdown-hook = off"));
        var bootstrap = BootstrapSetup.Create().WithConfig(config);
        if (Provider is not null) bootstrap = bootstrap.WithActorRefProvider(Provider);
        var setup = ActorSystemSetup.Create([.. _setups.Values]).WithSetup(bootstrap);
        if (!setup.Get<DependencyResolverSetup>().HasValue)
            setup = setup.WithSetup(DependencyResolverSetup.Create(services));
        if (_serializers.Count > 0) setup = setup.WithSetup(Serializers());
        if (Logging?.Factory(services) is { } factory) setup = setup.WithSetup(factory);
        return ActorSystem.Create(ActorSystemName, setup);
    }

    internal async Task StartAsync(ActorSystem system)
    {
        var registry = ActorRegistry.For(system);
        foreach (var task in _startup) await task(system, registry).ConfigureAwait(false);
    }

    private Config Extensions()
    {
        if (_extensions.Count == 0) return ConfigurationFactory.Empty;
        var names = _extensions.Select(type => $"\"{type.FullName}, {type.Assembly.GetName().Name}\"");
        return ConfigurationFactory.ParseString($"akka.extensions = [{string.Join(", ", names)}]");
    }

    private SerializationSetup Serializers() => SerializationSetup.Create(system =>
        _serializers.Select(custom => SerializerDetails.Create(
            custom.Name, custom.Create(system), custom.Types)).ToImmutableHashSet());

    private sealed record CustomSerializer(
        string Name, ImmutableHashSet<Type> Types, Func<ExtendedActorSystem, Serializer> Create);
}
