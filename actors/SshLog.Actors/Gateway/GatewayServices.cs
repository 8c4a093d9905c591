using Akka.Actor;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Gateway;

/// <summary>What the gateway needs to answer clients.</summary>
/// <param name="Router">The session router.</param>
/// <param name="Probe">The probe actor.</param>
/// <param name="Feed">The feed actor.</param>
/// <param name="Catalogue">Sessions and commands.</param>
/// <param name="Journal">The feed of all events.</param>
/// <param name="Archive">The events of one session.</param>
/// <param name="Peers">Who is connected.</param>
/// <param name="Roles">What they may do.</param>
/// <param name="Daemon">About the daemon itself; the probe's and sessions' figures are filled in when asked.</param>
/// <param name="Palettes">Palettes of commands; null where this build serves none.</param>
/// <param name="Configuration">Reads the configuration again; null where nobody can.</param>
public sealed record GatewayServices(
    IActorRef Router,
    IActorRef Probe,
    IActorRef Feed,
    ICatalogue Catalogue,
    IEventFeed Journal,
    ISessionArchive Archive,
    IPeerDirectory Peers,
    IRoles Roles,
    GatewayProtocol.DaemonStatus Daemon,
    IPalettes? Palettes = null,
    IConfigurationReload? Configuration = null)
{
    /// <summary>Key frames; null where none are made.</summary>
    public IScreenArchive? Screens { get; init; }

    /// <summary>The search index; null where none is made.</summary>
    public ISearchLookup? Search { get; init; }

    /// <summary>Hands recordings out as evidence; null where nothing is signed.</summary>
    public IBundleSource? Bundles { get; init; }

    /// <summary>The signing keys; null where nothing is signed.</summary>
    public IHostKeys? Keys { get; init; }

    /// <summary>Names of users; null where nobody knows them.</summary>
    public IAccounts? Accounts { get; init; }

    /// <summary>How much room there is; null where nobody knows.</summary>
    public Func<GatewayProtocol.StorageFigures>? Storage { get; init; }

    /// <summary>How far the time of recordings is ahead of the machine's clock; null where nobody knows.</summary>
    public Func<TimeSpan>? ClockAhead { get; init; }

    /// <summary>What carries out rules; null for nothing.</summary>
    public IActorRef? Actions { get; init; }

    /// <summary>Ends sessions and types into them; null where that is not possible.</summary>
    public ISessionControl? Control { get; init; }

    /// <summary>True if operators may type into sessions (setting <c>sshlog.typing</c>).</summary>
    public bool Typing { get; init; }

    /// <summary>What watched users are told (setting <c>sshlog.notice</c>).</summary>
    public ViewerNotice Notice { get; init; }

    /// <summary>Sets what is logged from debug, info, warning or error on; null where nobody can.</summary>
    public Action<string>? LogLevel { get; init; }

    /// <summary>Keeps and deletes recordings; null where nobody does.</summary>
    public IActorRef? Retention { get; init; }

    /// <summary>Shows sessions as they are now; null for nothing.</summary>
    public IActorRef? Live { get; init; }

    /// <summary>Why somebody may not do something: the role that it needs and the group that has it, one sentence.</summary>
    internal string WhyNot(string what, Role needed, Role has) =>
        $"{what} needs the role {needed.ToString().ToLowerInvariant()} (group {Roles.GroupOf(needed)}); you are {has.ToString().ToLowerInvariant()}.";
}
