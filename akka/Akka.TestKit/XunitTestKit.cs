using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>A base for xunit tests with an actor system of their own.</summary>
public class TestKit : TestKitBase, IDisposable
{
    private readonly bool _ownsSystem;
    private bool _disposed;

    /// <summary>Uses an actor system, or makes one.</summary>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
    {
        _ownsSystem = system is null;
        Begin(system ?? ActorSystem.Create("test", DefaultConfig), output);
    }

    /// <summary>Makes an actor system.</summary>
    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null)
    {
        _ownsSystem = true;
        var bootstrap = config.Get<BootstrapSetup>().GetOrElse(BootstrapSetup.Create().WithConfig(ConfigurationFactory.Empty));
        Begin(
            ActorSystem.Create(actorSystemName ?? "test", config.And(bootstrap.WithConfigFallback(DefaultConfig))),
            output);
    }

    /// <summary>Makes an actor system.</summary>
    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
    {
        _ownsSystem = true;
        Begin(ActorSystem.Create(actorSystemName ?? "test", config.WithFallback(DefaultConfig)), output);
    }

    /// <summary>Makes an actor system.</summary>
    public TestKit(string config, ITestOutputHelper? output = null)
        : this(ConfigurationFactory.ParseString(config), null, output)
    {
    }

    /// <summary>The test's output, if given.</summary>
    protected ITestOutputHelper? Output { get; private set; }

    /// <summary>Called when the test has run: ends the actor system.</summary>
    protected virtual void AfterAll()
    {
        ForgetImplicitSender();
        if (_ownsSystem) Shutdown();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once when the test is over.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) AfterAll();
    }

    private void Begin(ActorSystem system, ITestOutputHelper? output)
    {
        Output = output;
        Initialize(system);
        if (output is not null) system.EventStream.Subscribe<LogEvent>(new OutputRef(system, output));
    }

    /// <summary>Writes log entries to a test's output.</summary>
    private sealed class OutputRef(ActorSystem system, ITestOutputHelper output) : MinimalActorRef
    {
        public override ActorPath Path { get; } =
            ((ExtendedActorSystem)system).Provider.RootPath / "test-output";

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        protected override void TellInternal(object message, IActorRef? sender)
        {
            try
            {
                output.WriteLine(message.ToString()!);
            }
            catch (InvalidOperationException)
            {
                // The test is over; xunit takes no more output.
            }
        }
    }
}
