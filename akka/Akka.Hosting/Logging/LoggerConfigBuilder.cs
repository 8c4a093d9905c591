using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting;

/// <summary>What the engine itself logs for finding errors; null leaves the default.</summary>
public sealed class DebugOptions
{
    /// <summary>Messages received.</summary>
    public bool? Receive { get; set; }

    /// <summary>Messages that the engine handles.</summary>
    public bool? AutoReceive { get; set; }

    /// <summary>Starts, restarts and stops.</summary>
    public bool? LifeCycle { get; set; }

    /// <summary>Changes of the event stream.</summary>
    public bool? EventStream { get; set; }

    /// <summary>Unhandled messages.</summary>
    public bool? Unhandled { get; set; }
}

/// <summary>How many dead letters are logged.</summary>
public enum TriStateValue
{
    /// <summary>All.</summary>
    All,

    /// <summary>None.</summary>
    None,

    /// <summary>As many as said.</summary>
    Some,
}

/// <summary>How dead letters are logged.</summary>
public sealed class DeadLetterOptions
{
    /// <summary>How many are logged.</summary>
    public TriStateValue ShouldLog { get; set; } = TriStateValue.Some;

    /// <summary>How many are logged, with <see cref="TriStateValue.Some"/>.</summary>
    public int LogCount { get; set; } = 10;

    /// <summary>Whether they are logged while the system ends.</summary>
    public bool LogDuringShutdown { get; set; }

    /// <summary>How long they stay silent after the limit; null for the default.</summary>
    public TimeSpan? LogSuspendDuration { get; set; }
}

/// <summary>Chooses loggers and levels.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];
    private Type? _formatter;
    private ILoggerFactory? _factory;

    internal LoggerConfigBuilder()
    {
    }

    /// <summary>The level from which entries are wanted.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    /// <summary>Whether the configuration is logged at the start.</summary>
    public bool LogConfigOnStart { get; set; }

    /// <summary>What the engine itself logs.</summary>
    public DebugOptions? DebugOptions { get; set; }

    /// <summary>How dead letters are logged.</summary>
    public DeadLetterOptions? DeadLetterOptions { get; set; }

    /// <summary>Removes all loggers, the default one too.</summary>
    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    /// <summary>Adds a logger.</summary>
    public LoggerConfigBuilder AddLogger<T>() where T : IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        if (!_loggers.Contains(typeof(T))) _loggers.Add(typeof(T));
        return this;
    }

    /// <summary>Sets what makes texts of templates.</summary>
    public LoggerConfigBuilder WithDefaultLogMessageFormatter<T>() where T : ILogMessageFormatter
    {
        _formatter = typeof(T);
        return this;
    }

    internal void UseFactory(ILoggerFactory? factory)
    {
        _factory = factory;
        AddLogger<LoggerFactoryLogger>();
    }

    internal Setup? Factory(IServiceProvider services) => _loggers.Contains(typeof(LoggerFactoryLogger))
        ? new LoggerFactorySetup(_factory ?? services.GetRequiredService<ILoggerFactory>())
        : null;

    internal Config Build()
    {
        var text = new StringBuilder("akka {\n");
        text.Append("loglevel = ").Append(LogLevel.ToString().Replace("Level", "", StringComparison.Ordinal)).Append('\n');
        text.Append("loggers = [")
            .AppendJoin(", ", _loggers.Select(type => $"\"{Name(type)}\"")).Append("]\n");
        text.Append("log-config-on-start = ").Append(OnOff(LogConfigOnStart)).Append('\n');
        if (_formatter is not null) text.Append("logger-formatter = \"").Append(Name(_formatter)).Append("\"\n");
        if (DeadLetterOptions is { } letters) Append(text, letters);
        if (DebugOptions is { } debug) Append(text, debug);
        return ConfigurationFactory.ParseString(text.Append('}').ToString());
    }

    private static void Append(StringBuilder text, DeadLetterOptions letters)
    {
        text.Append("log-dead-letters = ").Append(letters.ShouldLog switch
        {
            TriStateValue.All => "on",
            TriStateValue.None => "off",
            _ => letters.LogCount.ToString(CultureInfo.InvariantCulture),
        }).Append('\n');
        text.Append("log-dead-letters-during-shutdown = ").Append(OnOff(letters.LogDuringShutdown)).Append('\n');
        if (letters.LogSuspendDuration is { } silence)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"log-dead-letters-suspend-duration = {silence.TotalMilliseconds:F0}ms\n");
        }
    }

    private static void Append(StringBuilder text, DebugOptions debug)
    {
        Add("receive", debug.Receive);
        Add("autoreceive", debug.AutoReceive);
        Add("lifecycle", debug.LifeCycle);
        Add("event-stream", debug.EventStream);
        Add("unhandled", debug.Unhandled);

        void Add(string key, bool? value)
        {
            if (value is { } on) text.Append("actor.debug.").Append(key).Append(" = ").Append(OnOff(on)).Append('\n');
        }
    }

    private static string OnOff(bool value) => value ? "on" : "off";

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}

/// <summary>Configures logging.</summary>
public static class LoggingExtensions
{
    /// <summary>Configures the loggers.</summary>
    public static AkkaConfigurationBuilder ConfigureLoggers(
        this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        configurator(builder.Logging ??= new LoggerConfigBuilder());
        return builder;
    }

    /// <summary>Logs to the host's loggers.</summary>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder builder)
    {
        builder.UseFactory(null);
        return builder;
    }

    /// <summary>Logs to a factory's loggers.</summary>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder builder, ILoggerFactory loggerFactory)
    {
        builder.UseFactory(loggerFactory);
        return builder;
    }

    /// <summary>Logs to standard output.</summary>
    public static LoggerConfigBuilder AddDefaultLogger(this LoggerConfigBuilder builder) =>
        builder.AddLogger<DefaultLogger>();
}

internal sealed class LoggerFactorySetup(ILoggerFactory factory) : Setup
{
    internal ILoggerFactory Factory => factory;
}

/// <summary>Hands log entries to the host's loggers.</summary>
public sealed class LoggerFactoryLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly Dictionary<Type, ILogger> _loggers = [];

    /// <summary>Created by the actor system.</summary>
    public LoggerFactoryLogger()
    {
        var factory = Context.System.Settings.Setup.Get<LoggerFactorySetup>().Value.Factory;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(entry => Write(factory, entry));
    }

    private void Write(ILoggerFactory factory, LogEvent entry)
    {
        if (!_loggers.TryGetValue(entry.LogClass, out var logger))
            _loggers[entry.LogClass] = logger = factory.CreateLogger(entry.LogClass);
        var level = entry.LogLevel() switch
        {
            LogLevel.DebugLevel => Microsoft.Extensions.Logging.LogLevel.Debug,
            LogLevel.InfoLevel => Microsoft.Extensions.Logging.LogLevel.Information,
            LogLevel.WarningLevel => Microsoft.Extensions.Logging.LogLevel.Warning,
            _ => Microsoft.Extensions.Logging.LogLevel.Error,
        };
        logger.Log(level, default, entry, entry.Cause, static (entry, _) => $"[{entry.LogSource}] {entry.Message}");
    }
}
