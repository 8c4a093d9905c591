using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The bus between those who log and the loggers.</summary>
public abstract class LoggingBus
{
    private readonly List<IActorRef> _loggers = [];

    /// <summary>The level from which entries are wanted.</summary>
    public LogLevel LogLevel { get; private set; } = LogLevel.WarningLevel;

    internal abstract void PublishLog(LogEvent entry);

    /// <summary>Changes the level from which entries are wanted.</summary>
    public void SetLogLevel(LogLevel logLevel)
    {
        LogLevel = logLevel;
        if (this is not EventStream stream) return;
        foreach (var logger in _loggers) SubscribeFrom(stream, logger, logLevel);
    }

    internal void StartStdoutLogger(Settings settings)
    {
        var level = Logging.LogLevelFor(settings.StdoutLogLevel);
        _loggers.Add(StandardOutLogger.Instance);
        SetLogLevel(level);
    }

    /// <summary>Starts the configured loggers in place of the one that served until now.</summary>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var stream = (EventStream)this;
        var level = Logging.LogLevelFor(system.Settings.LogLevel);
        var number = 0;
        var keepStdout = false;
        var started = new List<IActorRef>();
        foreach (var name in system.Settings.Loggers)
        {
            var type = Akka.Util.TypeExtensions.ResolveConfigured(name, "akka.loggers");
            if (type == typeof(StandardOutLogger))
            {
                keepStdout = true;
                continue;
            }

            started.Add(Start(system, type, ++number));
        }

        if (!keepStdout)
        {
            stream.UnsubscribeDead(StandardOutLogger.Instance);
            _loggers.Remove(StandardOutLogger.Instance);
        }

        _loggers.AddRange(started);
        SetLogLevel(level);
    }

    /// <summary>Ends the loggers; what is still logged goes to standard output.</summary>
    internal void StopDefaultLoggers(ActorSystem system)
    {
        var stream = (EventStream)this;
        if (!_loggers.Contains(StandardOutLogger.Instance))
        {
            _loggers.Add(StandardOutLogger.Instance);
            SubscribeFrom(stream, StandardOutLogger.Instance, Logging.LogLevelFor(system.Settings.StdoutLogLevel));
        }

        foreach (var logger in _loggers.Where(logger => logger is not MinimalActorRef).ToArray())
        {
            stream.UnsubscribeDead(logger);
            ((IInternalActorRef)logger).Stop();
            _loggers.Remove(logger);
        }
    }

    private static void SubscribeFrom(EventStream stream, IActorRef logger, LogLevel from)
    {
        for (var level = LogLevel.DebugLevel; level <= LogLevel.ErrorLevel; level++)
        {
            if (level >= from) stream.Subscribe(logger, Logging.TypeFor(level));
            else stream.Unsubscribe(logger, Logging.TypeFor(level));
        }
    }

    private IActorRef Start(ActorSystemImpl system, Type type, int number)
    {
        var logger = system.SystemActorOf(Props.Create(type), $"log{number}-{type.Name}");
        var limit = system.Settings.LoggerStartTimeout;
        try
        {
            logger.Ask<LoggerInitialized>(new InitializeLogger(this), limit).GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            throw new LoggerInitializationException(
                $"Logger [{type}] did not answer within {limit} that it is ready.", failure);
        }

        return logger;
    }
}

/// <summary>Writes to standard output without an actor: serves while the system starts and ends.</summary>
internal sealed class StandardOutLogger : MinimalActorRef
{
    private StandardOutLogger()
    {
    }

    internal static StandardOutLogger Instance { get; } = new();

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "StandardOutLogger";

    public override IActorRefProvider Provider => throw new NotSupportedException("This logger has no provider.");

    internal static void Print(LogEvent entry) => Console.Out.WriteLine(entry.ToString());

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is LogEvent entry) Print(entry);
        else Console.Out.WriteLine(message);
    }
}

/// <summary>The default logger: writes to standard output.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent entry:
                Print(entry);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes one entry.</summary>
    protected virtual void Print(LogEvent logEvent) => StandardOutLogger.Print(logEvent);
}

/// <summary>Makes debug entries of unhandled messages.</summary>
internal sealed class UnhandledMessageForwarder : ActorBase
{
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(UnhandledMessage));

    protected override bool Receive(object message)
    {
        if (message is not UnhandledMessage unhandled) return false;
        Context.System.EventStream.Publish(new Debug(
            unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(),
            $"Unhandled message from {unhandled.Sender} : {unhandled.Message}"));
        return true;
    }
}
