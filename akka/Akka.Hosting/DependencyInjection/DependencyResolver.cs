using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Hands the host's services to an actor system.</summary>
public sealed class DependencyResolverSetup : Setup
{
    private DependencyResolverSetup(IDependencyResolver resolver) => DependencyResolver = resolver;

    /// <summary>The resolver.</summary>
    public IDependencyResolver DependencyResolver { get; }

    /// <summary>Uses a service provider.</summary>
    public static DependencyResolverSetup Create(IServiceProvider provider) =>
        new(new ServiceProviderDependencyResolver(provider));

    /// <summary>Uses a resolver of one's own.</summary>
    public static DependencyResolverSetup Create(IDependencyResolver provider) => new(provider);
}

/// <summary>Services that live as long as the scope.</summary>
public interface IResolverScope : IDisposable
{
    /// <summary>The scope's services.</summary>
    IDependencyResolver Resolver { get; }
}

/// <summary>Finds services and describes actors whose constructors take services.</summary>
public interface IDependencyResolver
{
    /// <summary>Opens a scope.</summary>
    IResolverScope CreateScope();

    /// <summary>Finds a service; null if there is none.</summary>
    T GetService<T>();

    /// <summary>Finds a service; null if there is none.</summary>
    object GetService(Type type);

    /// <summary>Describes an actor whose constructor takes services.</summary>
    Props Props(Type type);

    /// <summary>Describes an actor whose constructor takes the given arguments and services.</summary>
    Props Props(Type type, params object[] args);

    /// <summary>Describes an actor whose constructor takes the given arguments and services.</summary>
    Props Props<T>(params object[] args) where T : ActorBase;
}

/// <summary>A resolver over a service provider.</summary>
public sealed class ServiceProviderDependencyResolver(IServiceProvider serviceProvider) : IDependencyResolver
{
    /// <summary>The service provider.</summary>
    public IServiceProvider ServiceProvider => serviceProvider;

    /// <inheritdoc/>
    public IResolverScope CreateScope() => new ServiceScope(serviceProvider.CreateScope());

    /// <inheritdoc/>
    public T GetService<T>() => serviceProvider.GetService<T>()!;

    /// <inheritdoc/>
    public object GetService(Type type) => serviceProvider.GetService(type)!;

    /// <inheritdoc/>
    public Props Props(Type type) => Props(type, []);

    /// <inheritdoc/>
    public Props Props(Type type, params object[] args) =>
        Actor.Props.CreateBy(new ServiceProviderActorProducer(serviceProvider, type, args), args);

    /// <inheritdoc/>
    public Props Props<T>(params object[] args) where T : ActorBase => Props(typeof(T), args);

    private sealed class ServiceScope(IServiceScope scope) : IResolverScope
    {
        public IDependencyResolver Resolver { get; } = new ServiceProviderDependencyResolver(scope.ServiceProvider);

        public void Dispose() => scope.Dispose();
    }

    private sealed class ServiceProviderActorProducer(IServiceProvider provider, Type type, object[] arguments)
        : IIndirectActorProducer
    {
        public Type ActorType => type;

        public ActorBase Produce() => (ActorBase)ActivatorUtilities.CreateInstance(provider, type, arguments);

        public void Release(ActorBase actor) => (actor as IDisposable)?.Dispose();
    }
}

/// <summary>The resolver of an actor system.</summary>
public sealed class DependencyResolver : IExtension
{
    internal DependencyResolver(IDependencyResolver resolver) => Resolver = resolver;

    /// <summary>The resolver itself.</summary>
    public IDependencyResolver Resolver { get; }

    /// <summary>The resolver of an actor system that was set up with one.</summary>
    /// <exception cref="Akka.Configuration.ConfigurationException">It was set up without one.</exception>
    public static DependencyResolver For(ActorSystem actorSystem) =>
        (DependencyResolver)actorSystem.RegisterExtension(new DependencyResolverExtension());

    /// <summary>Describes an actor whose constructor takes the given arguments and services.</summary>
    public Props Props<T>(params object[] args) where T : ActorBase => Resolver.Props<T>(args);

    /// <summary>Describes an actor whose constructor takes services.</summary>
    public Props Props<T>() where T : ActorBase => Resolver.Props(typeof(T));

    /// <summary>Describes an actor whose constructor takes services.</summary>
    public Props Props(Type type) => Resolver.Props(type);

    /// <summary>Describes an actor whose constructor takes the given arguments and services.</summary>
    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);
}

/// <summary>Makes the resolver of an actor system.</summary>
public sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    /// <inheritdoc/>
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        return setup.HasValue
            ? new DependencyResolver(setup.Value.DependencyResolver)
            : throw new Akka.Configuration.ConfigurationException(
                "Unable to find [DependencyResolverSetup] included in ActorSystem settings.");
    }
}
