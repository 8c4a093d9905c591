using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit;

namespace Akka.TestKit;

/// <summary>A test's view of an actor system: a test actor that messages are sent from, and expected at.</summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int _testActorNumber;
    private MessageBox _box = null!;
    private IActorRef _testActor = null!;
    private ActorSystem _system = null!;
    private SynchronizationContext? _outerContext;
    private Envelope? _last;
    private long? _end;

    /// <summary>Made later, with <see cref="Initialize"/>.</summary>
    private protected TestKitBase()
    {
    }

    /// <summary>The defaults of tests.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString(TestKitSettings.Reference);

    /// <summary>The defaults of tests, with everything that the engine logs.</summary>
    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString("""
        akka.loglevel = DEBUG
        akka.stdout-loglevel = DEBUG
        akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }
        """).WithFallback(DefaultConfig);

    /// <summary>The actor system.</summary>
    public ActorSystem Sys => _system;

    /// <summary>Where messages are expected; the implicit sender of what the test sends.</summary>
    public IActorRef TestActor => _testActor;

    /// <summary>The settings.</summary>
    public TestKitSettings TestKitSettings { get; private set; } = null!;

    /// <summary>The system's logging.</summary>
    public ILoggingAdapter Log => _system.Log;

    /// <summary>Expects log entries.</summary>
    public EventFilterFactory EventFilter => new(this);

    /// <summary>The last message that was received.</summary>
    public object LastMessage => _last?.Message!;

    /// <summary>Who sent the last message.</summary>
    public IActorRef LastSender => _last?.Sender!;

    /// <summary>Whether messages wait.</summary>
    public bool HasMessages => _box.HasMessages;

    /// <summary>What is left of the innermost <see cref="Within(TimeSpan, Action)"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining => _end is { } end
        ? Left(end)
        : throw new InvalidOperationException(@"Remaining may not be called outside of ""within""");

    /// <inheritdoc/>
    public IActorRef ActorOf(Props props, string? name = null) => _system.ActorOf(props, name);

    /// <summary>Makes an actor.</summary>
    public IActorRef ActorOf<TActor>(string? name = null) where TActor : ActorBase, new() =>
        _system.ActorOf(Props.Create<TActor>(), name);

    /// <summary>Makes an actor of a <c>new</c> expression.</summary>
    public IActorRef ActorOf<TActor>(
        System.Linq.Expressions.Expression<Func<TActor>> factory, string? name = null) where TActor : ActorBase =>
        _system.ActorOf(Props.Create(factory), name);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(ActorPath actorPath) => _system.ActorSelection(actorPath);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(string actorPath) => _system.ActorSelection(actorPath);

    /// <summary>Makes another place where messages are expected.</summary>
    public TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(_system, name);

    /// <summary>Makes another place where messages are expected.</summary>
    public TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, name);

    /// <summary>Makes an actor whose parent is the test actor.</summary>
    public IActorRef ChildActorOf(Props props, string? name = null)
    {
        var spawn = new InternalTestActor.Spawn(context => context.ActorOf(props, name));
        return _testActor.Ask<IActorRef>(spawn, Dilated(TestKitSettings.DefaultTimeout)).GetAwaiter().GetResult();
    }

    /// <summary>Expects <see cref="Terminated"/> when an actor ends.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        _testActor.Tell(new InternalTestActor.WatchActor(actorToWatch), ActorRefs.NoSender);
        return actorToWatch;
    }

    /// <summary>Takes <see cref="Watch"/> back.</summary>
    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        _testActor.Tell(new InternalTestActor.UnwatchActor(actorToUnwatch), ActorRefs.NoSender);
        return actorToUnwatch;
    }

    /// <summary>Drops messages from now on; null or a function that returns false keeps them.</summary>
    public void IgnoreMessages(Func<object, bool>? shouldIgnoreMessage) =>
        _testActor.Tell(new InternalTestActor.SetIgnore(shouldIgnoreMessage), ActorRefs.NoSender);

    /// <summary>Keeps all messages from now on.</summary>
    public void IgnoreNoMessages() => IgnoreMessages(null);

    /// <summary>Answers on the test actor's behalf.</summary>
    public void SetAutoPilot(AutoPilot pilot) =>
        _testActor.Tell(new InternalTestActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>The duration times <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;

    /// <summary>What is left of the innermost Within, or the dilated default.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>What is left of the innermost Within, or the given time.</summary>
    public TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? Left(end) : duration;

    /// <summary>Ends the actor system.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(_system, duration, verifySystemShutdown);

    /// <summary>Ends an actor system.</summary>
    protected virtual void Shutdown(
        ActorSystem? system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        if (system is null) return;
        var limit = duration ?? Dilated(TestKitSettings.DefaultTimeout);
        var ended = Task.Run(system.Terminate).Wait(limit);
        if (!ended && verifySystemShutdown)
            throw new TimeoutException($"Failed to stop [{system.Name}] within [{limit}]");
    }

    private protected void Initialize(ActorSystem system, string? testActorName = null, bool implicitSender = true)
    {
        _system = system;
        _box = new MessageBox();
        TestKitSettings = new TestKitSettings(system.Settings.Config);
        var box = _box;
        _testActor = ((ExtendedActorSystem)system).SystemActorOf(
            Props.CreateBy(() => new InternalTestActor(box)),
            testActorName ?? $"testActor{Interlocked.Increment(ref _testActorNumber)}");
        if (!implicitSender || this is INoImplicitSender) return;
        var cell = ((ActorRefWithCell)_testActor).Underlying;
        _outerContext = SynchronizationContext.Current;
        ActorCell.Current = cell;
        SynchronizationContext.SetSynchronizationContext(new TestSynchronizationContext(cell));
    }

    private protected void ForgetImplicitSender()
    {
        ActorCell.Current = null;
        if (SynchronizationContext.Current is TestSynchronizationContext)
            SynchronizationContext.SetSynchronizationContext(_outerContext);
    }

    private static TimeSpan Left(long end) => Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end);

    private TimeSpan LimitOr(TimeSpan? duration) => duration is { } given
        ? RemainingOr(Dilated(given)) is var left && left < Dilated(given) ? left : Dilated(given)
        : RemainingOrDefault;

    private static void Fail(string text, string? hint) =>
        Assert.Fail(string.IsNullOrEmpty(hint) ? text : $"{text} ({hint})");
}
