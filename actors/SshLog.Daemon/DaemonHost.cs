using System.Reflection;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog.Extensions.Logging;
using SshLog.Actors;
using SshLog.Actors.Actions;
using SshLog.Actors.Gateway;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Bpf;
using SshLog.Configuration;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Core.Sessions;
using SshLog.Native;
using SshLog.Persistence;
using SshLog.Persistence.Actions;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Persistence.Retention;
using SshLog.Persistence.Screens;
using SshLog.Persistence.Search;
using SshLog.Persistence.State;
using SshLog.PluginHost;
using SshLog.Remoting;
using SshLog.Schema;

namespace SshLog.Daemon;

/// <summary>Puts the daemon together and runs it until it is told to stop.</summary>
internal static partial class DaemonHost
{
    /// <summary>
    /// Longest time for actors to end. Recordings are written and signed well within it; what may still be busy
    /// then are key frames and the search index, which are made again.
    /// </summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3.5);

    /// <summary>Longest time for the probe to attach before the start counts as failed.</summary>
    private static readonly TimeSpan AttachPatience = TimeSpan.FromSeconds(60);

    /// <summary>Longest time for new rules to take the place of the old ones; within it a client still waits for its answer.</summary>
    private static readonly TimeSpan RulesPatience = TimeSpan.FromSeconds(15);

    /// <summary>Runs the daemon.</summary>
    /// <param name="configuration">To begin with.</param>
    /// <param name="load">Reads it again.</param>
    /// <param name="plugins">Whose processes are ended with the daemon's.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="StartupException">It cannot start.</exception>
    public static async Task<int> RunAsync(LoadedConfiguration configuration, Func<LoadedConfiguration> load, PluginDirectory plugins)
    {
        var settings = configuration.Settings;
        if (!Environment.IsPrivilegedProcess)
            throw new StartupException(ExitCodes.NoPermission, "sshlogd must run as root: it loads a program into the kernel.");
        ProcessGuard.KeepSecrets();
        using var log = DaemonLog.Open(settings.Log);
        using var loggers = new SerilogLoggerFactory(log);
        GoBefore(settings.Nice, loggers.CreateLogger(nameof(Daemon)));
        plugins.Loggers = loggers;
        using var state = OpenState(settings.StateDirectory);
        // The kernel verifies it while everything else is put together.
        var probe = CreateProbe(settings, loggers.CreateLogger<LibbpfProbeSource>());
        probe.Prepare();
        using var stores = Stores.Open(state);
        foreach (var damage in stores.Damage)
            BegunAnew(loggers.CreateLogger(nameof(Daemon)), damage);
        Serilog.Log.Logger = log;
        WarnOf(configuration, loggers.CreateLogger(nameof(Daemon)));
        if (settings.Journal.Compresses && !Zstd.IsAvailable)
            Warn(loggers.CreateLogger(nameof(Daemon)), "libzstd.so.1 is not installed: recordings are not compressed");
        var reload = new ConfigurationReload(configuration, load, loggers.CreateLogger<ConfigurationReload>());
        var losses = new LossPolicy(settings.Probe.OnLoss, TimeProvider.System, loggers.CreateLogger<LossPolicy>());
        reload.Accepted += next => WarnOf(next, loggers.CreateLogger(nameof(Daemon)));
        using var host = Build(configuration, state, stores, probe, loggers, reload, losses);
        reload.ApplyRules = next => Rules.Apply(
            host.Services.GetRequiredService<ActorRegistry>().Get<ActionSupervisor>(), next, RulesPatience);
        try
        {
            await host.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new StartupException(ExitCodes.Unavailable, $"The daemon could not start: {Innermost(e).Message}", e);
        }

        var failure = await AttachedAsync(host.Services.GetRequiredService<ActorRegistry>()).ConfigureAwait(false);
        if (failure is not null)
        {
            await host.StopAsync().ConfigureAwait(false);
            throw failure;
        }

        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, reload.OnSignal);
        Watching(loggers.CreateLogger(nameof(Daemon)), settings.StateDirectory, settings.Socket);
        var actors = host.Services.GetRequiredService<ActorRegistry>();
        using var manager = new ServiceManager();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStopping.Register(manager.Stopping);
        using var metrics = MetricsListener.Start(
            settings.Metrics.Listen, settings.Access.Observers, actors.Get<StatusActor>(), loggers.CreateLogger<MetricsListener>());
        using var sent = OtlpMetrics.Start(
            settings.Metrics.Otlp, Version(), actors.Get<StatusActor>(), loggers.CreateLogger<OtlpMetrics>());
        await using var web = await WebPage.StartAsync(settings, Version(), actors.Get<GatewayActor>(), loggers).ConfigureAwait(false);
        manager.Ready(actors.Get<ProbeActor>(), actors.Get<SessionRouter>());
        losses.Status = manager.Tell;
        var ended = host.WaitForShutdownAsync();
        if (await Task.WhenAny(ended, losses.MustEnd).ConfigureAwait(false) == losses.MustEnd)
            lifetime.StopApplication();
        await ended.ConfigureAwait(false);
        return losses.MustEnd.IsCompleted ? ExitCodes.InputOutput : ExitCodes.Ok;
    }

    private static void GoBefore(int nice, Microsoft.Extensions.Logging.ILogger log)
    {
        if (!ProcessPriority.TrySetNice(nice))
            Warn(log, $"sshlog.nice = {nice} was refused (LimitNICE=, CAP_SYS_NICE): output may be lost while every processor is busy");
    }

    private static LibbpfProbeSource CreateProbe(DaemonSettings settings, ILogger<LibbpfProbeSource> log) => new(
        new ProbeOptions
        {
            RingBufferBytes = settings.Probe.RingBufferBytes,
            OutstandingBytes = settings.Probe.OutstandingBytes,
            PinDirectory = settings.Probe.Pin ? settings.Probe.PinDirectory : null,
            Instance = settings.StateDirectory,
            ChannelBytes = settings.Capture.ChannelBytes,
            RecordInput = settings.Capture.Input,
            TransfersInFull = settings.Capture.TransfersInFull,
        },
        log);

    private static void WarnOf(LoadedConfiguration configuration, Microsoft.Extensions.Logging.ILogger log)
    {
        foreach (var reason in configuration.Vocabulary.NotLoaded.Concat(configuration.Warnings))
            Warn(log, reason);
    }

    private static IHost Build(
        LoadedConfiguration configuration,
        StateDirectory state,
        Stores stores,
        LibbpfProbeSource prepared,
        ILoggerFactory loggers,
        ConfigurationReload reload,
        LossPolicy losses)
    {
        var settings = configuration.Settings;
        var time = TimeProvider.System;
        var recordingTime = new BootTimeProvider(stores.Clock);
        var context = new SessionContext(stores.Clock, Environment.MachineName, new Accounts(time))
        {
            Recording = reload.Recording,
        };
        var daemon = Retention.Daemon(context);
        var heads = new HeadSigner(state.JournalFile, stores.Heads, stores.Key, time) { ShipsAs = Ships(configuration) };
        reload.Accepted += next => heads.ShipsAs = Ships(next);
        LibbpfProbeSource? first = prepared;
        var ports = new SshLogPorts(
            new SessionRouterSettings(context, ProtobufEventCodec.Instance, recordingTime)
            {
                OnLoss = losses.Recorded,
            },
            () => Interlocked.Exchange(ref first, null) ?? CreateProbe(settings, loggers.CreateLogger<LibbpfProbeSource>()),
            stores.Reader,
            stores.Reader,
            stores.Catalogue,
            stores.Keeper,
            UnixPeers.For,
            reload.Roles,
            new GatewayProtocol.DaemonStatus(
                Version(), Environment.ProcessId, time.GetUtcNow(), string.Empty, 0, 0, 0, state.Path),
            KeyFrames.Ports(settings.KeyFrames, stores.Frames, stores.KeyFrameReader),
            reload,
            Rules.Ports(configuration, stores.Actions, loggers, stores.Clock),
            new SessionControl(context.Accounts),
            settings.Typing,
            heads)
        {
            Storage = state.ReadFigures,
            ClockAhead = () => recordingTime.GetUtcNow() - time.GetUtcNow(),
            Notice = settings.Notice,
            LogLevel = level => DaemonLog.Change(Enum.Parse<LogVerbosity>(level, ignoreCase: true)),
            Bundles = new BundleSealer(state.JournalFile, state.HeadFile, stores.Key, Environment.MachineName, time),
            Keys = new HostKeyRing(stores.Key, state.HeadFile, time),
            Search = SearchIndex.Ports(settings.SearchIndex, stores.Search, stores.SearchReader),
            Retention = Retention.Ports(settings.Retention, state, stores.Retention, stores.Actions, daemon, context),
        };

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopPatience);
        builder.Services.AddAkka(GatewayAddress.DaemonSystem, akka => akka
            .AddHocon(ActorConfig(settings.Log), HoconAddMode.Prepend)
            .WithSshLogJournal(state.JournalFile, settings.Journal.WaitForDisk, settings.Journal.Compresses)
            .WithSshLogDaemonRemoting(settings.Socket, settings.Access.Observers)
            .WithSshLog(ports)
            .WithCanary(() => [.. SshdProcesses.Find().Select(sshd => new SessionOutside(sshd.Pid, sshd.WhyUnknown()))]));
        return builder.Build();

        RecordingSubject? Ships(LoadedConfiguration current) => Rules.ShipHeads(current) ? daemon : null;
    }

    // An idle daemon wakes for the tick alone. Nothing that the daemon waits for is hurt by a second more: events come
    // by messages, and what needs a precise time has a timer of its own.
    private static Akka.Configuration.Config ActorConfig(LogSettings log)
    {
        var level = log.Level.ToString().ToUpperInvariant();
        return $$"""
            akka {
              loglevel = {{level}}
              stdout-loglevel = OFF
              loggers = ["Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog"]
              log-dead-letters = 10
              log-dead-letters-during-shutdown = off
              scheduler.tick-duration = 1s
              # The host stops the system; the engine's own way would hold the process back for whatever is still busy.
              coordinated-shutdown.run-by-clr-shutdown-hook = off
            }
            """;
    }

    private static StateDirectory OpenState(string path)
    {
        try
        {
            return StateDirectory.Open(path);
        }
        catch (StateDirectoryException e)
        {
            throw new StartupException(e.InUse ? ExitCodes.TempFail : ExitCodes.CantCreate, e.Message, e);
        }
    }

    private static async Task<StartupException?> AttachedAsync(ActorRegistry registry)
    {
        object answer;
        try
        {
            answer = await registry.Get<ProbeActor>()
                .Ask(new ProbeProtocol.AwaitAttachment(), AttachPatience).ConfigureAwait(false);
        }
        catch (AskTimeoutException e)
        {
            return new StartupException(
                ExitCodes.TempFail, $"The kernel has not taken the probe in within {AttachPatience.TotalSeconds} s; try again.", e);
        }

        if (answer is not ProbeProtocol.NotAttached { Cause: var cause })
            return null;
        var exitCode = cause is ProbeUnavailableException
        {
            Reason: ProbeUnavailableReason.NotRoot or ProbeUnavailableReason.NoPermission,
        }
            ? ExitCodes.NoPermission
            : ExitCodes.Unavailable;
        return new StartupException(exitCode, cause.Message, cause);
    }

    private static string Version() =>
        typeof(DaemonHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    [LoggerMessage(1, LogLevel.Information, "Watching the SSH sessions of this machine; state in {StateDirectory}, socket {Socket}")]
    private static partial void Watching(Microsoft.Extensions.Logging.ILogger logger, string stateDirectory, string socket);

    [LoggerMessage(2, LogLevel.Error, "{Damage}")]
    private static partial void BegunAnew(Microsoft.Extensions.Logging.ILogger logger, string damage);

    [LoggerMessage(4, LogLevel.Warning, "{Reason}")]
    private static partial void Warn(Microsoft.Extensions.Logging.ILogger logger, string reason);
}
