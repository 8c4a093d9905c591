using Akka.Actor;

namespace Akka.Event;

/// <summary>Where code logs.</summary>
public interface ILoggingAdapter
{
    /// <summary>Makes texts of templates.</summary>
    ILogMessageFormatter Formatter { get; }

    /// <summary>Whether debug entries are wanted.</summary>
    bool IsDebugEnabled { get; }

    /// <summary>Whether info entries are wanted.</summary>
    bool IsInfoEnabled { get; }

    /// <summary>Whether warnings are wanted.</summary>
    bool IsWarningEnabled { get; }

    /// <summary>Whether errors are wanted.</summary>
    bool IsErrorEnabled { get; }

    /// <summary>Whether entries of a level are wanted.</summary>
    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs a template with arguments.</summary>
    void Log(LogLevel logLevel, Exception? cause, LogMessage message);

    /// <summary>Logs a text.</summary>
    void Log(LogLevel logLevel, Exception? cause, string format);
}

/// <summary>A base for adapters.</summary>
public abstract class LoggingAdapterBase(ILogMessageFormatter formatter) : ILoggingAdapter
{
    /// <inheritdoc/>
    public ILogMessageFormatter Formatter => formatter;

    /// <inheritdoc/>
    public abstract bool IsDebugEnabled { get; }

    /// <inheritdoc/>
    public abstract bool IsInfoEnabled { get; }

    /// <inheritdoc/>
    public abstract bool IsWarningEnabled { get; }

    /// <inheritdoc/>
    public abstract bool IsErrorEnabled { get; }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => IsDebugEnabled,
        LogLevel.InfoLevel => IsInfoEnabled,
        LogLevel.WarningLevel => IsWarningEnabled,
        _ => IsErrorEnabled,
    };

    /// <inheritdoc/>
    public virtual void Log(LogLevel logLevel, Exception? cause, LogMessage message)
    {
        if (IsEnabled(logLevel)) NotifyLog(logLevel, message, cause);
    }

    /// <inheritdoc/>
    public virtual void Log(LogLevel logLevel, Exception? cause, string format)
    {
        if (IsEnabled(logLevel)) NotifyLog(logLevel, format, cause);
    }

    /// <summary>Hands an entry that is wanted on.</summary>
    protected abstract void NotifyLog(LogLevel logLevel, object message, Exception? cause = null);
}

/// <summary>Logs to the event bus that the loggers listen to.</summary>
public class BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter formatter)
    : LoggingAdapterBase(formatter)
{
    /// <summary>Who logs.</summary>
    public string LogSource => logSource;

    /// <summary>The type of who logs.</summary>
    public Type LogClass => logClass;

    /// <summary>Where entries go.</summary>
    public LoggingBus Bus => bus;

    /// <inheritdoc/>
    public override bool IsDebugEnabled => bus.LogLevel <= LogLevel.DebugLevel;

    /// <inheritdoc/>
    public override bool IsInfoEnabled => bus.LogLevel <= LogLevel.InfoLevel;

    /// <inheritdoc/>
    public override bool IsWarningEnabled => bus.LogLevel <= LogLevel.WarningLevel;

    /// <inheritdoc/>
    public override bool IsErrorEnabled => true;

    /// <inheritdoc/>
    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null) =>
        bus.PublishLog(Logging.Create(logLevel, cause, logSource, logClass, message));
}

/// <summary>Logs nowhere.</summary>
public sealed class NoLogger : ILoggingAdapter
{
    /// <summary>The only instance.</summary>
    public static readonly ILoggingAdapter Instance = new NoLogger();

    private NoLogger()
    {
    }

    /// <inheritdoc/>
    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

    /// <inheritdoc/>
    public bool IsDebugEnabled => false;

    /// <inheritdoc/>
    public bool IsInfoEnabled => false;

    /// <inheritdoc/>
    public bool IsWarningEnabled => false;

    /// <inheritdoc/>
    public bool IsErrorEnabled => false;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => false;

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, LogMessage message)
    {
    }

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, string format)
    {
    }
}

/// <summary>Makes logging adapters.</summary>
public static class Logging
{
    /// <summary>The adapter of an actor.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null)
    {
        var cell = (ActorCell)context;
        return new BusLogging(
            context.System.EventStream, context.Self.Path.ToString(), cell.Actor?.GetType() ?? context.Props.Type,
            logMessageFormatter ?? context.System.Settings.LogFormatter);
    }

    /// <summary>The adapter of something else: an object, a type or a name.</summary>
    public static ILoggingAdapter GetLogger(
        ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null) =>
        GetLogger(system.EventStream, logSourceObj, logMessageFormatter ?? system.Settings.LogFormatter, system);

    /// <summary>The adapter of something that knows only the bus.</summary>
    public static ILoggingAdapter GetLogger(
        LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null) =>
        GetLogger(loggingBus, logSourceObj, logMessageFormatter ?? DefaultLogMessageFormatter.Instance, null);

    /// <summary>Reads a level's name: DEBUG, INFO, WARNING, ERROR or OFF.</summary>
    /// <exception cref="ArgumentException">There is no such level.</exception>
    public static LogLevel LogLevelFor(string logLevel) => logLevel.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => Off,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\".", nameof(logLevel)),
    };

    internal const LogLevel Off = (LogLevel)int.MaxValue;

    internal static Type TypeFor(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        _ => typeof(Error),
    };

    internal static LogEvent Create(LogLevel level, Exception? cause, string source, Type type, object message) =>
        level switch
        {
            LogLevel.DebugLevel => new Debug(cause, source, type, message),
            LogLevel.InfoLevel => new Info(cause, source, type, message),
            LogLevel.WarningLevel => new Warning(cause, source, type, message),
            _ => new Error(cause, source, type, message),
        };

    private static BusLogging GetLogger(
        LoggingBus bus, object source, ILogMessageFormatter formatter, ActorSystem? system)
    {
        var (name, type) = source switch
        {
            string text => (text, typeof(string)),
            Type itself => (itself.Name, itself),
            IActorRef actor => (actor.Path.ToString(), actor.GetType()),
            IActorContext context => (context.Self.Path.ToString(), context.Props.Type),
            _ => (source.ToString() ?? "", source.GetType()),
        };
        if (system is not null && source is not (IActorRef or IActorContext)) name = $"{name}({system})";
        return new BusLogging(bus, name, type, formatter);
    }
}
