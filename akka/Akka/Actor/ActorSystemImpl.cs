using System.Diagnostics;
using System.Text;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The actor system itself.</summary>
internal sealed class ActorSystemImpl : ExtendedActorSystem
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ExtensionTable _extensions;
    private readonly TerminationCallbacks _termination = new();
    private IActorRef? _deadLetterListener;
    private int _terminating;

    internal ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!IsValidName(name))
        {
            throw new ArgumentException(
                $"invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus " +
                "non-leading '-')", nameof(name));
        }

        Name = name;
        _extensions = new ExtensionTable(this);
        Settings = new Settings(this, config, ConfigurationFactory.Default(), setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystem), Settings.LogFormatter);
        Scheduler = CreateScheduler();
        Provider = CreateProvider();
        DeadLetterMailbox = new DeadLetterMailbox(() => DeadLetters);
        Mailboxes = new Mailboxes(this);
        Dispatchers = new Dispatchers(Settings.Config);
        Serialization = new Serialization.Serialization(this);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override IScheduler Scheduler { get; }

    public override ILoggingAdapter Log { get; }

    public override IActorRef DeadLetters => Provider.DeadLetters;

    public override IActorRef IgnoreRef => Provider.IgnoreRef;

    public override Serialization.Serialization Serialization { get; }

    public override Dispatchers Dispatchers { get; }

    public override Mailboxes Mailboxes { get; }

    public override Task WhenTerminated => _termination.Done;

    public override TimeSpan Uptime => Stopwatch.GetElapsedTime(_started);

    public override IActorRefProvider Provider { get; }

    public override IInternalActorRef Guardian => Provider.Guardian;

    public override IInternalActorRef LookupRoot => Provider.RootGuardian;

    public override IInternalActorRef SystemGuardian => Provider.SystemGuardian;

    internal DeadLetterMailbox DeadLetterMailbox { get; }

    internal void Start()
    {
        try
        {
            Provider.Init(this);
            Provider.TerminationTask.ContinueWith(
                _ => Ended(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            EventStream.StartDefaultLoggers(this);
            if (Settings.LogDeadLetters > 0)
                _deadLetterListener = SystemActorOf(Props.CreateBy(() => new DeadLetterListener()), "deadLetterListener");
            if (Settings.DebugUnhandledMessage)
                SystemActorOf(Props.CreateBy(() => new UnhandledMessageForwarder()), "UnhandledMessageForwarder");
            _extensions.LoadConfigured();
            CoordinatedShutdown.Get(this);
            if (Settings.LogConfigOnStart) Log.Info(Settings.ToString());
        }
        catch
        {
            Abort();
            throw;
        }
    }

    public override IActorRef ActorOf(Props props, string? name = null) =>
        ((ActorRefWithCell)Guardian).Underlying.AttachChild(props, name, systemService: false);

    public override IActorRef SystemActorOf(Props props, string? name = null) =>
        ((ActorRefWithCell)SystemGuardian).Underlying.AttachChild(props, name, systemService: true);

    public override ActorSelection ActorSelection(ActorPath actorPath) =>
        new(Provider.RootGuardianAt(actorPath.Address), actorPath.Elements);

    public override ActorSelection ActorSelection(string actorPath) => Select(LookupRoot, actorPath);

    public override void Stop(IActorRef actor)
    {
        var parent = actor.Path.Parent;
        if (parent.Equals(Guardian.Path)) Guardian.Tell(new StopChild(actor), ActorRefs.NoSender);
        else if (parent.Equals(SystemGuardian.Path)) SystemGuardian.Tell(new StopChild(actor), ActorRefs.NoSender);
        else ((IInternalActorRef)actor).Stop();
    }

    public override Task Terminate()
    {
        if (Settings.Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate", true)
            && TryGetExtension<CoordinatedShutdown>(out var shutdown))
        {
            _ = shutdown.Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        }
        else
        {
            FinalTerminate();
        }

        return WhenTerminated;
    }

    public override void Abort() => FinalTerminate();

    public override void RegisterOnTermination(Action code) => _termination.Add(code);

    public override object RegisterExtension(IExtensionId extension) => _extensions.Register(extension);

    public override object GetExtension(IExtensionId extensionId) =>
        _extensions.Find(extensionId.ExtensionType)!;

    public override T GetExtension<T>() => (T)_extensions.Find(typeof(T))!;

    public override bool HasExtension(Type type) => _extensions.Find(type) is not null;

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        extension = _extensions.Find(extensionType)!;
        return extension is not null;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        extension = (T)_extensions.Find(typeof(T))!;
        return extension is not null;
    }

    public override string PrintTree()
    {
        var text = new StringBuilder();
        Print(LookupRoot, 0);
        return text.ToString();

        void Print(IActorRef actor, int depth)
        {
            text.Append(' ', depth * 2).Append(actor.Path.Name).AppendLine();
            if (actor is not ActorRefWithCell withCell) return;
            foreach (var child in withCell.Children.OrderBy(child => child.Path.Name, StringComparer.Ordinal))
                Print(child, depth + 1);
        }
    }

    public override string ToString() => $"akka://{Name}";

    internal ActorSelection Select(IActorRef anchor, string path)
    {
        if (ActorPath.TryParse(path, out var absolute)) return ActorSelection(absolute);
        return path.StartsWith('/')
            ? new ActorSelection(Provider.RootGuardian, path)
            : new ActorSelection(anchor, path);
    }

    internal void FinalTerminate()
    {
        if (Interlocked.Exchange(ref _terminating, 1) == 1) return;
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is { } listener) Stop(listener);
        if (Provider.Guardian is { } guardian) guardian.Stop();
        else _termination.Run();
    }

    private static bool IsValidName(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private void Ended()
    {
        (Scheduler as IDisposable)?.Dispose();
        _termination.Run();
    }

    private IScheduler CreateScheduler()
    {
        var log = Logging.GetLogger(EventStream, "Scheduler", Settings.LogFormatter);
        var name = Settings.SchedulerClass;
        // The names of Akka.NET's own scheduler mean the default one too.
        if (name.Length == 0 || name.StartsWith("Akka.Actor.", StringComparison.Ordinal))
            return new TimerQueueScheduler(Settings.Config, log);
        var type = Akka.Util.TypeExtensions.ResolveConfigured(name, "akka.scheduler.implementation");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, log)!;
    }

    private IActorRefProvider CreateProvider()
    {
        var selection = ProviderSelection.Parse(Settings.ProviderClass);
        if (selection is ProviderSelection.Local || selection.Fqn == ProviderSelection.Local.Instance.Fqn)
            return new LocalActorRefProvider(Name, Settings, EventStream);
        var type = Akka.Util.TypeExtensions.ResolveConfigured(selection.Fqn, "akka.actor.provider");
        return (IActorRefProvider)Activator.CreateInstance(type, Name, Settings, EventStream)!;
    }
}
