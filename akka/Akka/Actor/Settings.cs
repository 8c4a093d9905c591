using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The settings of an actor system, read from its configuration.</summary>
public sealed class Settings
{
    private readonly Config _userConfig;
    private Config _fallback;

    internal Settings(ActorSystem system, Config config, Config reference, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        _userConfig = config;
        _fallback = reference;
        Config = config.WithFallback(reference);
        Read();
    }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The whole configuration: the user's over the defaults.</summary>
    public Config Config { get; private set; }

    /// <summary>What the system was set up with in code.</summary>
    public ActorSystemSetup Setup { get; }

    /// <summary>The provider: local, remote or a type's name.</summary>
    public string ProviderClass { get; private set; } = "local";

    /// <summary>How long Ask waits by default; infinite if not positive.</summary>
    public TimeSpan AskTimeout { get; private set; }

    /// <summary>Whether messages inside the process are serialized too.</summary>
    public bool SerializeAllMessages { get; private set; }

    /// <summary>The log level.</summary>
    public string LogLevel { get; private set; } = "INFO";

    /// <summary>The log level of the logger that serves while the system starts and ends.</summary>
    public string StdoutLogLevel { get; private set; } = "WARNING";

    /// <summary>The types of the loggers.</summary>
    public IList<string> Loggers { get; private set; } = [];

    /// <summary>How long a logger may take to start.</summary>
    public TimeSpan LoggerStartTimeout { get; private set; }

    /// <summary>Formats the messages of loggers that name no formatter.</summary>
    public ILogMessageFormatter LogFormatter { get; private set; } = DefaultLogMessageFormatter.Instance;

    /// <summary>How many dead letters are logged; int.MaxValue for all.</summary>
    public int LogDeadLetters { get; private set; }

    /// <summary>Whether dead letters are logged while the system ends.</summary>
    public bool LogDeadLettersDuringShutdown { get; private set; }

    /// <summary>How long dead letters stay silent after the limit; infinite for ever.</summary>
    public TimeSpan LogDeadLettersSuspendDuration { get; private set; }

    /// <summary>Whether the configuration is logged at the start.</summary>
    public bool LogConfigOnStart { get; private set; }

    /// <summary>Whether messages that the engine handles are logged.</summary>
    public bool DebugAutoReceive { get; private set; }

    /// <summary>Whether the life of actors is logged.</summary>
    public bool DebugLifecycle { get; private set; }

    /// <summary>Whether unhandled messages are logged.</summary>
    public bool DebugUnhandledMessage { get; private set; }

    /// <summary>Whether changes of the event stream are logged.</summary>
    public bool DebugEventStream { get; private set; }

    /// <summary>The type of the scheduler.</summary>
    public string SchedulerClass { get; private set; } = "";

    /// <summary>Puts further defaults below all others.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        _fallback = _fallback.WithFallback(config);
        Config = _userConfig.WithFallback(_fallback);
        Read();
    }

    private void Read()
    {
        ProviderClass = Config.GetString("akka.actor.provider", "local");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        SerializeAllMessages = Config.GetBoolean("akka.actor.serialize-messages");
        LogLevel = Config.GetString("akka.loglevel", "INFO");
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel", "WARNING");
        Loggers = Config.GetStringList("akka.loggers");
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout", TimeSpan.FromSeconds(5));
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start");
        LogDeadLetters = Config.GetString("akka.log-dead-letters", "10").ToLowerInvariant() switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => Config.GetInt("akka.log-dead-letters", 10),
        };
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration =
            Config.GetTimeSpan("akka.log-dead-letters-suspend-duration", TimeSpan.FromMinutes(5));
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle");
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled");
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream");
        SchedulerClass = Config.GetString("akka.scheduler.implementation", "");
        LogFormatter = CreateFormatter(Config.GetString("akka.logger-formatter", ""));
    }

    private static ILogMessageFormatter CreateFormatter(string name)
    {
        if (name.Length == 0 || name.StartsWith("Akka.Event.DefaultLogMessageFormatter", StringComparison.Ordinal))
            return DefaultLogMessageFormatter.Instance;
        var type = Akka.Util.TypeExtensions.ResolveConfigured(name, "akka.logger-formatter");
        return (ILogMessageFormatter)Activator.CreateInstance(type)!;
    }

    /// <inheritdoc/>
    public override string ToString() => Config.ToString();
}
