using Akka.Actor;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>
/// Answers the daemon's own views (metrics, the web page) with how it is; clients of the socket ask their connection's actor,
/// which reads the same. Not reachable from outside the process.
/// </summary>
public sealed class StatusActor : ReceiveActor
{
    /// <param name="services">See there.</param>
    public StatusActor(GatewayServices services) =>
        Receive<GatewayProtocol.GetStatus>(_ => StatusReader.ReadAsync(services).PipeTo(Sender));

    /// <summary>How to make one.</summary>
    public static Props Props(GatewayServices services) => Akka.Actor.Props.Create(() => new StatusActor(services));
}

/// <summary>Puts the snapshot together.</summary>
internal static class StatusReader
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly string _engine = Engine();

    /// <summary>Asks probe, router and actions, at the same time.</summary>
    /// <exception cref="AskTimeoutException">One of them does not answer.</exception>
    public static async Task<GatewayProtocol.DaemonStatus> ReadAsync(GatewayServices services)
    {
        var healthAnswer = services.Probe.Ask<ProbeProtocol.Health>(new ProbeProtocol.GetHealth(), _patience);
        var openAnswer = services.Router.Ask<SessionProtocol.OpenSessions>(SessionProtocol.GetOpenSessions.Instance, _patience);
        var actionsAnswer = ActionRequests.ListAsync(services);
        var (health, open) = (await healthAnswer.ConfigureAwait(false), await openAnswer.ConfigureAwait(false));
        var actions = await actionsAnswer.ConfigureAwait(false) is GatewayProtocol.ActionList list ? list.Actions : [];
        var counters = health.Counters;
        return services.Daemon with
        {
            Probe = counters?.Mode ?? health.Problem ?? "attaching",
            OpenSessions = open.Sessions.Count,
            LostRecords = counters?.LostRecords ?? 0,
            LostBytes = counters?.LostBytes ?? 0,
            Details = new GatewayProtocol.StatusDetails
            {
                Engine = _engine,
                Attached = counters is not null,
                Pinned = counters?.Pinned ?? false,
                UnknownSessions = health.UnknownSessions,
                ClockAhead = services.ClockAhead?.Invoke() ?? TimeSpan.Zero,
                Records = counters?.Records ?? 0,
                OutputBytes = counters?.OutputBytes ?? 0,
                RingBytes = counters?.RingBytes ?? 0,
                WaitingBytes = counters?.OutstandingBytes ?? 0,
                Losses = counters?.Losses ?? [],
                Programs = counters?.Programs ?? [],
                JournalPosition = services.Catalogue.Cursor,
                Storage = services.Storage?.Invoke() ?? GatewayProtocol.StorageFigures.Unknown,
                Actions = actions,
            },
        };
    }

    private static string Engine()
    {
        var assembly = typeof(ActorSystem).Assembly.GetName();
        return $"{assembly.Name} {assembly.Version?.ToString(3)}";
    }
}
