using Akka;
using Akka.Actor;
using Akka.Hosting;
using SshLog.Actors.Actions;
using SshLog.Actors.Feed;
using SshLog.Actors.Gateway;
using SshLog.Actors.Live;
using SshLog.Actors.Probe;
using SshLog.Actors.Proof;
using SshLog.Actors.Retention;
using SshLog.Actors.Screens;
using SshLog.Actors.Search;
using SshLog.Actors.Sessions;
using SshLog.Actors.SignIns;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Core.Sessions;

namespace SshLog.Actors;

/// <summary>What the actors get from outside.</summary>
/// <param name="Router">Settings of the router and the sessions.</param>
/// <param name="CreateProbe">Makes a source for one attachment.</param>
/// <param name="Feed">The whole journal.</param>
/// <param name="Archive">Single sessions' journals.</param>
/// <param name="Catalogue">The read model.</param>
/// <param name="Care">Replaces a damaged journal.</param>
/// <param name="Peers">Who is connected; asked for when the actor system is there.</param>
/// <param name="Roles">What they may do.</param>
/// <param name="Daemon">About the daemon.</param>
/// <param name="Screens">Key frames; null makes and serves none.</param>
/// <param name="Configuration">Reads the configuration again; null where nobody can.</param>
/// <param name="Actions">What carries out rules; null for nothing.</param>
/// <param name="Control">Ends sessions and types into them; null where that is not possible.</param>
/// <param name="Typing">True if operators may type into sessions.</param>
/// <param name="Heads">Signs the heads of journals; null for no signatures.</param>
public sealed record SshLogPorts(
    SessionRouterSettings Router,
    Func<IProbeSource> CreateProbe,
    IEventFeed Feed,
    ISessionArchive Archive,
    ICatalogue Catalogue,
    IJournalCare Care,
    Func<ActorSystem, IPeerDirectory> Peers,
    IRoles Roles,
    GatewayProtocol.DaemonStatus Daemon,
    ScreenPorts? Screens = null,
    IConfigurationReload? Configuration = null,
    ActionPorts? Actions = null,
    ISessionControl? Control = null,
    bool Typing = false,
    IHeadSigner? Heads = null)
{
    /// <summary>How much room there is; null where nobody knows.</summary>
    public Func<GatewayProtocol.StorageFigures>? Storage { get; init; }

    /// <summary>How far the time of recordings is ahead of the machine's clock; null where nobody knows.</summary>
    public Func<TimeSpan>? ClockAhead { get; init; }

    /// <summary>Hands recordings out as evidence; null where nothing is signed.</summary>
    public IBundleSource? Bundles { get; init; }

    /// <summary>The signing keys; null where nothing is signed.</summary>
    public IHostKeys? Keys { get; init; }

    /// <summary>The search index; null makes and serves none.</summary>
    public SearchPorts? Search { get; init; }

    /// <summary>What watched users are told.</summary>
    public ViewerNotice Notice { get; init; }

    /// <summary>Sets what is logged from debug, info, warning or error on; null where nobody can.</summary>
    public Action<string>? LogLevel { get; init; }

    /// <summary>Keeps and deletes recordings; null keeps everything.</summary>
    public RetentionPorts? Retention { get; init; }
}

/// <summary>The daemon's actors and the order in which they stop.</summary>
public static class SshLogActors
{
    private static readonly TimeSpan DetachPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan SignatureInterval = TimeSpan.FromSeconds(30);

    /// <summary>Starts them with the actor system; production and tests use this one.</summary>
    public static AkkaConfigurationBuilder WithSshLog(this AkkaConfigurationBuilder builder, SshLogPorts ports) =>
        builder
            .AddHocon($"{KeyFrameActor.Dispatcher} {{ type = PinnedDispatcher }}", HoconAddMode.Append)
            .AddHocon($"{SearchIndexActor.Dispatcher} {{ type = PinnedDispatcher }}", HoconAddMode.Append)
            .AddHocon($"{RetentionActor.Dispatcher} {{ type = PinnedDispatcher }}", HoconAddMode.Append)
            .AddHocon($"{ActionActor.Dispatcher} {{ type = PinnedDispatcher }}", HoconAddMode.Append)
            .WithActors((system, registry) => Start(system, registry, ports));

    private static void Start(ActorSystem system, IActorRegistry registry, SshLogPorts ports)
    {
        var feed = system.ActorOf(FeedActor.Props(ports.Feed, ports.Catalogue, ports.Care), "feed");
        var signIns = system.ActorOf(SignInKeeper.Props(ports.Router, feed), "sign-ins");
        var router = system.ActorOf(SessionRouter.Props(ports.Router, feed, signIns), "sessions");
        var probe = system.ActorOf(ProbeActor.Props(ports.CreateProbe, router), "probe");
        var services = new GatewayServices(
            router, probe, feed, ports.Catalogue, ports.Feed, ports.Archive, ports.Peers(system), ports.Roles,
            ports.Daemon,
            Configuration: ports.Configuration)
        {
            Screens = ports.Screens?.Frames,
            Search = ports.Search?.Index,
            Bundles = ports.Bundles,
            Keys = ports.Keys,
            Accounts = ports.Router.Context.Accounts,
            Storage = ports.Storage,
            ClockAhead = ports.ClockAhead,
            Control = ports.Control,
            Typing = ports.Typing,
            Notice = ports.Notice,
            LogLevel = ports.LogLevel,
        };
        services = services with { Live = system.ActorOf(LiveScreens.Props(services), "live") };
        if (ports.Screens is { } screens)
            screens.Start(system, feed);
        ports.Search?.Start(system, feed);
        if (ports.Heads is { } heads)
            system.ActorOf(HeadActor.Props(heads, feed, SignatureInterval), "heads");
        if (ports.Actions is { } actions)
        {
            var supervisor = system.ActorOf(ActionSupervisor.Props(actions, ports.Feed, ports.Archive, ports.Catalogue, feed, router), "actions");
            registry.Register<ActionSupervisor>(supervisor);
            services = services with { Actions = supervisor };
        }

        if (ports.Retention is { } keeping)
        {
            var retention = system.ActorOf(RetentionActor.Props(keeping, ports.Catalogue, router, feed), "retention");
            registry.Register<RetentionActor>(retention);
            services = services with { Retention = retention };
        }

        registry.Register<StatusActor>(system.ActorOf(StatusActor.Props(services), "status"));
        var gateway = system.ActorOf(
            GatewayActor.Props(services with { Palettes = Palettes.Start(system, services) }),
            GatewayProtocol.GatewayName);
        registry.Register<FeedActor>(feed);
        registry.Register<SessionRouter>(router);
        registry.Register<ProbeActor>(probe);
        registry.Register<GatewayActor>(gateway);

        // First nothing new comes in, then what is there reaches the journal.
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "detach-probe", () => Ask(
            probe, new ProbeProtocol.Detach(DetachPatience), DetachPatience + DetachPatience));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "drain-sessions", async () =>
        {
            // What the router has had is then with the keeper.
            await Ask(router, SessionProtocol.Drain.Instance, DrainPatience).ConfigureAwait(false);
            return await Ask(signIns, SessionProtocol.Drain.Instance, DrainPatience).ConfigureAwait(false);
        });
    }

    private static async Task<Done> Ask(IActorRef actor, object question, TimeSpan patience)
    {
        await actor.Ask(question, patience).ConfigureAwait(false);
        return Done.Instance;
    }
}
