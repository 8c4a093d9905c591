namespace Akka.Event;

/// <summary>Logging by level, with and without a failure, with any number of arguments.</summary>
public static partial class LoggingExtensions
{
    /// <summary>Logs a template with arguments.</summary>
    public static void Log(
        this ILoggingAdapter log, LogLevel level, Exception? cause, string format, params object[] args)
    {
        if (!log.IsEnabled(level)) return;
        if (args.Length == 0) log.Log(level, cause, format);
        else log.Log(level, cause, new DefaultLogMessage(log.Formatter, format, args));
    }

    /// <summary>Logs a template with arguments.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel level, string format, params object[] args) =>
        log.Log(level, null, format, args);

    /// <summary>Logs a text.</summary>
    public static void Debug(this ILoggingAdapter log, string format) => log.Log(LogLevel.DebugLevel, null, format);

    /// <summary>Logs a template with arguments.</summary>
    public static void Debug(this ILoggingAdapter log, string format, params object[] args) =>
        log.Log(LogLevel.DebugLevel, null, format, args);

    /// <summary>Logs a failure with a text.</summary>
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format) =>
        log.Log(LogLevel.DebugLevel, cause, format);

    /// <summary>Logs a failure with a template and arguments.</summary>
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format, params object[] args) =>
        log.Log(LogLevel.DebugLevel, cause, format, args);

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Debug<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsDebugEnabled)
            log.Log(LogLevel.DebugLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Debug<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsDebugEnabled)
            log.Log(LogLevel.DebugLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Debug<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsDebugEnabled)
            log.Log(LogLevel.DebugLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!, arg3!]));
    }

    /// <summary>Logs a text.</summary>
    public static void Info(this ILoggingAdapter log, string format) => log.Log(LogLevel.InfoLevel, null, format);

    /// <summary>Logs a template with arguments.</summary>
    public static void Info(this ILoggingAdapter log, string format, params object[] args) =>
        log.Log(LogLevel.InfoLevel, null, format, args);

    /// <summary>Logs a failure with a text.</summary>
    public static void Info(this ILoggingAdapter log, Exception? cause, string format) =>
        log.Log(LogLevel.InfoLevel, cause, format);

    /// <summary>Logs a failure with a template and arguments.</summary>
    public static void Info(this ILoggingAdapter log, Exception? cause, string format, params object[] args) =>
        log.Log(LogLevel.InfoLevel, cause, format, args);

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Info<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsInfoEnabled)
            log.Log(LogLevel.InfoLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Info<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsInfoEnabled)
            log.Log(LogLevel.InfoLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Info<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsInfoEnabled)
            log.Log(LogLevel.InfoLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!, arg3!]));
    }

    /// <summary>Logs a text.</summary>
    public static void Warning(this ILoggingAdapter log, string format) => log.Log(LogLevel.WarningLevel, null, format);

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning(this ILoggingAdapter log, string format, params object[] args) =>
        log.Log(LogLevel.WarningLevel, null, format, args);

    /// <summary>Logs a failure with a text.</summary>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format) =>
        log.Log(LogLevel.WarningLevel, cause, format);

    /// <summary>Logs a failure with a template and arguments.</summary>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, params object[] args) =>
        log.Log(LogLevel.WarningLevel, cause, format, args);

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Warning<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsWarningEnabled)
            log.Log(LogLevel.WarningLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Warning<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsWarningEnabled)
            log.Log(LogLevel.WarningLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Warning<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsWarningEnabled)
            log.Log(LogLevel.WarningLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!, arg3!]));
    }

    /// <summary>Logs a text.</summary>
    public static void Error(this ILoggingAdapter log, string format) => log.Log(LogLevel.ErrorLevel, null, format);

    /// <summary>Logs a template with arguments.</summary>
    public static void Error(this ILoggingAdapter log, string format, params object[] args) =>
        log.Log(LogLevel.ErrorLevel, null, format, args);

    /// <summary>Logs a failure with a text.</summary>
    public static void Error(this ILoggingAdapter log, Exception? cause, string format) =>
        log.Log(LogLevel.ErrorLevel, cause, format);

    /// <summary>Logs a failure with a template and arguments.</summary>
    public static void Error(this ILoggingAdapter log, Exception? cause, string format, params object[] args) =>
        log.Log(LogLevel.ErrorLevel, cause, format, args);

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Error<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsErrorEnabled)
            log.Log(LogLevel.ErrorLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Error<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsErrorEnabled)
            log.Log(LogLevel.ErrorLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!]));
    }

    /// <summary>Logs a template with arguments, which are boxed only if the entry is wanted.</summary>
    public static void Error<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsErrorEnabled)
            log.Log(LogLevel.ErrorLevel, null, new DefaultLogMessage(log.Formatter, format, [arg1!, arg2!, arg3!]));
    }
}
