using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Serilog.Core;
using Serilog.Core.Enrichers;
using Serilog.Events;
using LogEvent = Akka.Event.LogEvent;

namespace Akka.Logger.Serilog;

/// <summary>Hands log entries to <see cref="global::Serilog.Log.Logger"/>.</summary>
public class SerilogLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <summary>Created by the actor system.</summary>
    public SerilogLogger()
    {
        Receive<LogEvent>(Write);
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
    }

    private static void Write(LogEvent entry)
    {
        var level = entry.LogLevel() switch
        {
            LogLevel.DebugLevel => LogEventLevel.Debug,
            LogLevel.InfoLevel => LogEventLevel.Information,
            LogLevel.WarningLevel => LogEventLevel.Warning,
            _ => LogEventLevel.Error,
        };
        var target = global::Serilog.Log.Logger;
        if (!target.IsEnabled(level)) return;
        var logger = target
            .ForContext("SourceContext", entry.LogClass.FullName)
            .ForContext("ActorPath", entry.LogSource)
            .ForContext("LogSource", entry.LogSource)
            .ForContext("Thread", entry.Thread.ManagedThreadId)
            .ForContext("Timestamp", entry.Timestamp);
        if (entry.Message is SerilogMessage { Enrichers: var enrichers })
            foreach (var enricher in enrichers) logger = logger.ForContext(enricher);
        if (entry.Message is LogMessage template)
            logger.Write(level, entry.Cause, template.Format, template.Parameters().ToArray());
        else
            logger.Write(level, entry.Cause, "{Message:l}", entry.Message?.ToString());
    }
}

/// <summary>A message with properties of its context.</summary>
internal sealed class SerilogMessage(string format, object[] arguments, IReadOnlyList<ILogEventEnricher> enrichers)
    : LogMessage(SerilogLogMessageFormatter.Instance, format)
{
    internal IReadOnlyList<ILogEventEnricher> Enrichers => enrichers;

    public override string Unformatted() => $"{Format} [{string.Join(", ", arguments)}]";

    public override IEnumerable<object> Parameters() => arguments;
}

/// <summary>A logging adapter that carries properties.</summary>
public class SerilogLoggingAdapter : LoggingAdapterBase
{
    private readonly ILoggingAdapter _adapter;
    private readonly PropertyEnricher[] _properties;

    /// <summary>Wraps an adapter.</summary>
    public SerilogLoggingAdapter(ILoggingAdapter adapter)
        : this(adapter, [])
    {
    }

    private SerilogLoggingAdapter(ILoggingAdapter adapter, PropertyEnricher[] properties)
        : base(SerilogLogMessageFormatter.Instance)
    {
        _adapter = adapter;
        _properties = properties;
    }

    /// <inheritdoc/>
    public override bool IsDebugEnabled => _adapter.IsDebugEnabled;

    /// <inheritdoc/>
    public override bool IsInfoEnabled => _adapter.IsInfoEnabled;

    /// <inheritdoc/>
    public override bool IsWarningEnabled => _adapter.IsWarningEnabled;

    /// <inheritdoc/>
    public override bool IsErrorEnabled => _adapter.IsErrorEnabled;

    /// <summary>The same adapter with one more property.</summary>
    public ILoggingAdapter SetContextProperty(string name, object value, bool destructureObjects = false) =>
        new SerilogLoggingAdapter(_adapter, [.. _properties, new PropertyEnricher(name, value, destructureObjects)]);

    /// <inheritdoc/>
    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null)
    {
        var (format, arguments) = message is LogMessage template
            ? (template.Format, template.Parameters().ToArray())
            : ("{Message:l}", [message]);
        _adapter.Log(logLevel, cause, new SerilogMessage(format, arguments, _properties));
    }
}
