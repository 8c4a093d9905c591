using System.Globalization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Akka.Hosting;

/// <summary>Puts an actor system into a host.</summary>
public static class AkkaHostingExtensions
{
    /// <summary>Adds an actor system that starts and ends with the host.</summary>
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder) =>
        services.AddAkka<AkkaHostedService>(actorSystemName, (akka, _) => builder(akka));

    /// <summary>Adds an actor system that starts and ends with the host.</summary>
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName,
        Action<AkkaConfigurationBuilder, IServiceProvider> builder) =>
        services.AddAkka<AkkaHostedService>(actorSystemName, builder);

    /// <summary>Adds an actor system that a service of one's own starts and ends.</summary>
    public static IServiceCollection AddAkka<T>(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder)
        where T : AkkaHostedService => services.AddAkka<T>(actorSystemName, (akka, _) => builder(akka));

    /// <summary>Adds an actor system that a service of one's own starts and ends.</summary>
    public static IServiceCollection AddAkka<T>(
        this IServiceCollection services, string actorSystemName,
        Action<AkkaConfigurationBuilder, IServiceProvider> builder)
        where T : AkkaHostedService
    {
        services.AddSingleton(provider =>
        {
            var akka = new AkkaConfigurationBuilder(actorSystemName);
            builder(akka, provider);
            return akka;
        });
        services.AddSingleton(provider => provider.GetRequiredService<AkkaConfigurationBuilder>().Build(provider));
        services.AddSingleton(provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        services.AddSingleton<IActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton<IReadOnlyActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.TryAddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
        services.AddHostedService<T>();
        return services;
    }

    /// <summary>Adds configuration.</summary>
    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode)
    {
        builder.AddConfiguration(hocon, addMode);
        return builder;
    }

    /// <summary>Adds configuration from the host's own; keys become lower case with dashes if normalized.</summary>
    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder, IConfiguration configuration, HoconAddMode addMode,
        bool normalizeKeys = true) =>
        builder.AddHocon(HostConfiguration.ToHocon(configuration, normalizeKeys), addMode);

    /// <summary>Adds configuration from a file.</summary>
    public static AkkaConfigurationBuilder AddHoconFile(
        this AkkaConfigurationBuilder builder, string hoconFilePath, HoconAddMode addMode) =>
        builder.AddHocon(ConfigurationFactory.ParseString(File.ReadAllText(hoconFilePath)), addMode);

    /// <summary>Adds a part that is set up in code.</summary>
    public static AkkaConfigurationBuilder AddSetup(this AkkaConfigurationBuilder builder, Setup setup)
    {
        builder.AddSetup(setup);
        return builder;
    }

    /// <summary>Chooses the provider.</summary>
    public static AkkaConfigurationBuilder WithActorRefProvider(
        this AkkaConfigurationBuilder builder, ProviderSelection providerSelection)
    {
        builder.Provider = providerSelection;
        return builder;
    }

    /// <summary>Sets how long Ask waits by default.</summary>
    public static AkkaConfigurationBuilder WithActorAskTimeout(
        this AkkaConfigurationBuilder builder, TimeSpan timeout)
    {
        var text = timeout <= TimeSpan.Zero
            ? "infinite"
            : timeout.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture) + "ms";
        return builder.AddHocon($"akka.actor.ask-timeout = {text}", HoconAddMode.Prepend);
    }

    /// <summary>Starts actors, after those added before.</summary>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) =>
        builder.StartActors(actorStarter);

    /// <summary>Starts actors, after those added before.</summary>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder,
        Action<ActorSystem, IActorRegistry, IDependencyResolver> actorStarter) => builder.StartActors(actorStarter);

    /// <summary>Starts actors, after those added before.</summary>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, ActorStarter actorStarter) => builder.StartActors(actorStarter);

    /// <summary>Starts actors, after those added before.</summary>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, ActorStarterWithResolver actorStarter) =>
        builder.StartActors(actorStarter);
}

/// <summary>Starts the actor system with the host, and ends it through the coordinated shutdown.</summary>
public class AkkaHostedService(
    AkkaConfigurationBuilder configurationBuilder, IServiceProvider serviceProvider,
    IHostApplicationLifetime? applicationLifetime = null) : IHostedService
{
    /// <summary>The actor system, once started.</summary>
    protected ActorSystem? ActorSystem { get; private set; }

    /// <inheritdoc/>
    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        ActorSystem = serviceProvider.GetRequiredService<ActorSystem>();
        await configurationBuilder.StartAsync(ActorSystem).ConfigureAwait(false);
        // A system that ends by itself takes the host with it.
        _ = ActorSystem.WhenTerminated.ContinueWith(
            _ => applicationLifetime?.StopApplication(), CancellationToken.None, TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (ActorSystem is null) return;
        await CoordinatedShutdown.Get(ActorSystem).Run(CoordinatedShutdown.ClrExitReason.Instance)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
