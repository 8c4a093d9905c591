namespace Akka.Event;

/// <summary>Logging by level, with and without a failure; arguments are boxed only if the entry is wanted.</summary>
public static partial class LoggingExtensions
{
    /// <summary>Logs a template with arguments.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, object[] args)
    {
        if (!log.IsEnabled(level)) return;
        if (args.Length == 0) log.Log(level, cause, format);
        else log.Log(level, cause, new DefaultLogMessage(log.Formatter, format, args));
    }

    /// <summary>Logs a template with arguments.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel level, string format, object[] args) =>
        log.Log(level, null, format, args);

    /// <summary>Logs a text.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel level, string format) => log.Log(level, null, format);
}
