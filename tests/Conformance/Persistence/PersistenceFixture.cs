using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>A test with an actor system that has a journal and a snapshot store.</summary>
public abstract class PersistenceFixture : IAsyncLifetime
{
    private const string Common = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          actor {
            serializers.test = "SshLog.Conformance.Tests.Persistence.TestEventSerializer, SshLog.Conformance.Tests"
            serialization-bindings {
              "SshLog.Conformance.Tests.Persistence.ITestEvent, SshLog.Conformance.Tests" = test
            }
          }
        }
        """;

    private int _count;

    protected ActorSystem Sys { get; private set; } = null!;

    protected Notebook Notes { get; } = new();

    /// <summary>Settings of the plug-ins.</summary>
    protected abstract string Settings { get; }

    public virtual Task InitializeAsync()
    {
        StartSystem();
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync() => await StopSystemAsync();

    protected void StartSystem(string? settings = null) => Sys = ActorSystem.Create("conformance",
        ConfigurationFactory.ParseString(settings ?? Settings).WithFallback(ConfigurationFactory.ParseString(Common)));

    protected async Task StopSystemAsync() => await Sys.Terminate().WaitAsync(TimeSpan.FromSeconds(20));

    protected IActorRef Start(string persistenceId = "p1", Recovery? recovery = null) =>
        Sys.ActorOf(Props.Create(() => new Scribe(persistenceId, Notes, recovery)), $"scribe-{++_count}");

    /// <summary>Starts an actor of a new id and waits for it.</summary>
    protected async Task<IActorRef> StartFreshAsync(string persistenceId = "p1")
    {
        var actor = Start(persistenceId);
        await Notes.ExpectAsync("recovered at 0");
        return actor;
    }

    protected void WatchEnd(IActorRef actor) => Sys.ActorOf(Props.Create(() => new Watcher(actor, Notes)));

    protected static async Task StopAsync(IActorRef actor) =>
        Assert.True(await actor.GracefulStop(TimeSpan.FromSeconds(10)));
}
