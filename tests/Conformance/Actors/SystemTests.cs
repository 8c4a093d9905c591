using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SshLog.Conformance.Tests.Actors;

public sealed class SystemTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static Task<Akka.Done> Note(List<string> notes, string text)
    {
        lock (notes) notes.Add(text);
        return Task.FromResult(Akka.Done.Instance);
    }

    [Fact]
    public async Task Terminate_stops_children_before_parents_and_then_runs_callbacks()
    {
        var system = ActorSystem.Create("ending", ConfigurationFactory.Empty);
        var notes = new List<string>();
        var parent = system.ActorOf(Props.Create(() => new Noting(notes, "parent")));
        await parent.Ask<string>("child", Limit);
        system.RegisterOnTermination(() => notes.Add("callback"));
        await system.Terminate().WaitAsync(Limit);
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        Assert.Equal(["child", "parent", "callback"], notes);
    }

    [Fact]
    public async Task Shutdown_phases_run_in_the_order_of_their_dependencies_once()
    {
        var system = ActorSystem.Create("phases", ConfigurationFactory.Empty);
        var shutdown = CoordinatedShutdown.Get(system);
        var notes = new List<string>();
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "c", () => Note(notes, "last"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "b", () => Note(notes, "stop"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "a", () => Note(notes, "first"));
        var run = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Limit);
        await run.WaitAsync(Limit);
        Assert.Equal(["first", "stop", "last"], notes);
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);
        await system.WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_phase_that_hangs_or_fails_does_not_hold_up_the_next()
    {
        var system = ActorSystem.Create(
            "hanging", ConfigurationFactory.ParseString("akka.coordinated-shutdown.phases.service-stop.timeout = 100ms"));
        var shutdown = CoordinatedShutdown.Get(system);
        var notes = new List<string>();
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => throw new InvalidOperationException());
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceStop, "hangs", () => new TaskCompletionSource<Akka.Done>().Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "next", () => Note(notes, "next"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);
        Assert.Equal(["next"], notes);
    }

    [Fact]
    public async Task Terminate_runs_the_coordinated_shutdown()
    {
        var system = ActorSystem.Create("terminating", ConfigurationFactory.Empty);
        var notes = new List<string>();
        CoordinatedShutdown.Get(system).AddTask(
            CoordinatedShutdown.PhaseServiceStop, "note", () => Note(notes, "ran"));
        await system.Terminate().WaitAsync(Limit);
        Assert.Equal(["ran"], notes);
        Assert.Same(
            CoordinatedShutdown.ActorSystemTerminateReason.Instance, CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task The_host_starts_actors_and_ends_through_the_coordinated_shutdown()
    {
        var notes = new List<string>();
        using var host = new HostBuilder().ConfigureServices(services =>
        {
            services.AddSingleton(notes);
            services.AddAkka("hosted", builder => builder
                .AddHocon("akka.loglevel = WARNING", HoconAddMode.Prepend)
                .WithActors((system, registry, resolver) => registry.Register<Noting>(
                    system.ActorOf(resolver.Props<Noting>("hosted"), "noting")))
                .AddStartup((system, _) => CoordinatedShutdown.Get(system).AddTask(
                    CoordinatedShutdown.PhaseServiceStop, "note", () => Note(notes, "shutdown"))));
        }).Build();
        await host.StartAsync();
        var required = host.Services.GetRequiredService<IRequiredActor<Noting>>();
        Assert.Equal("noting", required.ActorRef.Path.Name);
        Assert.Equal("made", await required.ActorRef.Ask<string>("child", Limit));
        await host.StopAsync();
        Assert.Equal(["shutdown", "child", "hosted"], notes);
    }

    [Fact]
    public async Task Setups_reach_the_system()
    {
        var setup = ActorSystemSetup.Create(new Given("value"))
            .And(BootstrapSetup.Create().WithConfig("akka.actor.ask-timeout = 7s"));
        var system = ActorSystem.Create("setups", setup);
        Assert.Equal("value", system.Settings.Setup.Get<Given>().Value.Text);
        Assert.Equal(TimeSpan.FromSeconds(7), system.Settings.AskTimeout);
        await system.Terminate().WaitAsync(Limit);
    }

    [Fact]
    public async Task Loggers_get_entries_of_their_level_with_templates()
    {
        var system = ActorSystem.Create("logging", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        var entries = new TaskCompletionSource<LogEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = system.ActorOf(Acting.Of((message, _) => entries.TrySetResult((LogEvent)message)));
        system.EventStream.Subscribe(listener, typeof(Warning));
        var log = Logging.GetLogger(system, "here");
        Assert.False(log.IsInfoEnabled);
        Assert.True(log.IsWarningEnabled);
        log.Warning("{0} of {1}", 1, "two");
        var entry = await entries.Task.WaitAsync(Limit);
        Assert.Equal("1 of two", entry.Message.ToString());
        Assert.Equal(LogLevel.WarningLevel, entry.LogLevel());
        await system.Terminate().WaitAsync(Limit);
    }

    private sealed class Given(string text) : Setup
    {
        public string Text => text;
    }

    private sealed class Noting : ReceiveActor
    {
        private readonly List<string> _notes;
        private readonly string _name;

        public Noting(List<string> notes, string name)
        {
            _notes = notes;
            _name = name;
            Receive<string>(child =>
            {
                Context.ActorOf(Props.Create(() => new Noting(notes, child)));
                Sender.Tell("made");
            });
        }

        protected override void PostStop()
        {
            lock (_notes) _notes.Add(_name);
        }
    }
}
