using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Makes the coordinated shutdown of an actor system.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    /// <inheritdoc/>
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>
/// Ends an actor system in phases: each waits for those it depends on, runs its tasks side by side and has a time
/// limit. Runs at most once.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    /// <summary>Before connections are refused.</summary>
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";

    /// <summary>New connections are refused.</summary>
    public const string PhaseServiceUnbind = "service-unbind";

    /// <summary>Requests in progress come to their end.</summary>
    public const string PhaseServiceRequestsDone = "service-requests-done";

    /// <summary>Connections are closed.</summary>
    public const string PhaseServiceStop = "service-stop";

    /// <summary>Before a cluster is left.</summary>
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";

    /// <summary>Shard regions are handed over.</summary>
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";

    /// <summary>The cluster is told.</summary>
    public const string PhaseClusterLeave = "cluster-leave";

    /// <summary>Singletons are handed over.</summary>
    public const string PhaseClusterExiting = "cluster-exiting";

    /// <summary>The cluster has let go.</summary>
    public const string PhaseClusterExitingDone = "cluster-exiting-done";

    /// <summary>Cluster actors end.</summary>
    public const string PhaseClusterShutdown = "cluster-shutdown";

    /// <summary>Before the actor system ends.</summary>
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";

    /// <summary>The actor system ends.</summary>
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Dictionary<string, Phase> _phases;
    private readonly List<string> _order;
    private readonly Dictionary<string, List<(string Name, Func<CancellationToken, Task<Done>> Run)>> _tasks = [];
    private readonly TaskCompletionSource<Done> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;
    private Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, nameof(CoordinatedShutdown));
        var config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        _phases = ReadPhases(config);
        _order = SortByDependency(_phases);
        if (config.GetBoolean("terminate-actor-system", true)) AddTermination(system, config.GetBoolean("exit-clr"));
        if (config.GetBoolean("run-by-clr-shutdown-hook", true)) ListenForExit(system);
    }

    /// <summary>The actor system.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>Why it was run; null if it was not.</summary>
    public Reason ShutdownReason => _reason!;

    /// <summary>The sum of the limits of all phases that have tasks.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_tasks) return _tasks.Keys.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));
        }
    }

    /// <summary>The coordinated shutdown of a system.</summary>
    public static CoordinatedShutdown Get(ActorSystem sys) =>
        (CoordinatedShutdown)sys.RegisterExtension(new CoordinatedShutdownExtension());

    /// <summary>The limit of a phase.</summary>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public TimeSpan Timeout(string phase) => Find(phase).Timeout;

    /// <summary>Adds a task to a phase.</summary>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task) =>
        AddTask(phase, taskName, _ => task());

    /// <summary>Adds a task to a phase; its token fires at the phase's limit.</summary>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<CancellationToken, Task<Done>> task)
    {
        Find(phase);
        ArgumentException.ThrowIfNullOrEmpty(taskName);
        lock (_tasks)
        {
            if (!_tasks.TryGetValue(phase, out var tasks)) _tasks[phase] = tasks = [];
            tasks.Add((taskName, task));
        }
    }

    /// <summary>Runs all phases, or those from a phase on. A second call returns the same task.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (fromPhase is not null) Find(fromPhase);
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null) return _done.Task;
        var phases = fromPhase is null ? _order : _order[_order.IndexOf(fromPhase)..];
        _ = Task.Run(() => RunPhases(phases));
        return _done.Task;
    }

    private async Task RunPhases(List<string> phases)
    {
        try
        {
            foreach (var phase in phases)
            {
                (string Name, Func<CancellationToken, Task<Done>> Run)[] tasks;
                lock (_tasks) tasks = [.. _tasks.GetValueOrDefault(phase, [])];
                if (tasks.Length > 0) await RunPhase(phase, _phases[phase], tasks).ConfigureAwait(false);
            }

            _done.TrySetResult(Done.Instance);
        }
        catch (Exception failure)
        {
            _done.TrySetException(failure);
        }
    }

    private async Task RunPhase(
        string name, Phase phase, (string Name, Func<CancellationToken, Task<Done>> Run)[] tasks)
    {
        if (!phase.Enabled)
        {
            _log.Info("Phase [{0}] disabled through configuration", name);
            return;
        }

        _log.Debug("Performing phase [{0}] with [{1}] tasks", name, tasks.Length);
        using var limit = new CancellationTokenSource(phase.Timeout);
        var runs = tasks.Select(task => RunTask(name, task.Name, task.Run, phase.Recover, limit.Token)).ToArray();
        try
        {
            await Task.WhenAll(runs).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var late = string.Join(", ", tasks.Where((_, i) => !runs[i].IsCompleted).Select(task => task.Name));
            if (!phase.Recover)
                throw new TimeoutException($"Coordinated shutdown phase [{name}] timed out after {phase.Timeout}: {late}");
            if (name != PhaseActorSystemTerminate)
                _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}: {2}", name, phase.Timeout, late);
        }
    }

    private async Task RunTask(
        string phase, string name, Func<CancellationToken, Task<Done>> run, bool recover, CancellationToken limit)
    {
        try
        {
            await run(limit).ConfigureAwait(false);
        }
        catch (Exception failure) when (recover && !limit.IsCancellationRequested)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase, failure.Message);
        }
    }

    private void AddTermination(ExtendedActorSystem system, bool exitClr) =>
        AddTask(PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            ((ActorSystemImpl)system).FinalTerminate();
            await system.WhenTerminated.ConfigureAwait(false);
            if (exitClr && _reason is not ClrExitReason) Environment.Exit(0);
            return Done.Instance;
        });

    /// <summary>Runs the phases when the process is told to exit, and holds it until they have run.</summary>
    private void ListenForExit(ExtendedActorSystem system)
    {
        void Exit(object? sender, EventArgs arguments) => Run(ClrExitReason.Instance).Wait(TotalTimeout);
        AppDomain.CurrentDomain.ProcessExit += Exit;
        system.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= Exit);
    }

    private Phase Find(string phase) => _phases.TryGetValue(phase, out var found)
        ? found
        : throw new ArgumentException($"Unknown phase [{phase}], known phases [{string.Join(", ", _order)}]. " +
            "All phases must be defined in configuration.", nameof(phase));

    private static Dictionary<string, Phase> ReadPhases(Config config)
    {
        var limit = config.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5));
        var phases = config.GetConfig("phases");
        return phases.AsEnumerable().ToDictionary(
            entry => entry.Key,
            entry =>
            {
                var phase = phases.GetConfig(entry.Key);
                return new Phase(
                    [.. phase.GetStringList("depends-on")], phase.GetTimeSpan("timeout", limit),
                    phase.GetBoolean("recover", true), phase.GetBoolean("enabled", true));
            },
            StringComparer.Ordinal);
    }

    /// <summary>Orders phases so that each comes after those it depends on.</summary>
    private static List<string> SortByDependency(Dictionary<string, Phase> phases)
    {
        var sorted = new List<string>();
        var open = new HashSet<string>();
        foreach (var phase in phases.Keys.Order(StringComparer.Ordinal)) Visit(phase);
        return sorted;

        void Visit(string name)
        {
            if (sorted.Contains(name)) return;
            if (!open.Add(name))
            {
                throw new ArgumentException(
                    $"Cycle detected in graph of phases. It must be a DAG. Phase [{name}] depends on itself.");
            }

            if (phases.TryGetValue(name, out var phase))
                foreach (var before in phase.DependsOn) Visit(before);
            sorted.Add(name);
        }
    }

    private sealed record Phase(string[] DependsOn, TimeSpan Timeout, bool Recover, bool Enabled);

    /// <summary>Why the system ends.</summary>
    public class Reason
    {
        /// <summary>For reasons of one's own.</summary>
        protected Reason()
        {
        }
    }

    /// <summary>Nobody said why.</summary>
    public sealed class UnknownReason : Reason
    {
        private UnknownReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new UnknownReason();
    }

    /// <summary><see cref="ActorSystem.Terminate"/> was called.</summary>
    public sealed class ActorSystemTerminateReason : Reason
    {
        private ActorSystemTerminateReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ActorSystemTerminateReason();
    }

    /// <summary>The process exits.</summary>
    public sealed class ClrExitReason : Reason
    {
        private ClrExitReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ClrExitReason();
    }

    /// <summary>The node was removed from its cluster.</summary>
    public sealed class ClusterDowningReason : Reason
    {
        private ClusterDowningReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ClusterDowningReason();
    }

    /// <summary>The node left its cluster.</summary>
    public sealed class ClusterLeavingReason : Reason
    {
        private ClusterLeavingReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ClusterLeavingReason();
    }
}
