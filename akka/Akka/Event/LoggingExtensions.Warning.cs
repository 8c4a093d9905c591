namespace Akka.Event;

/// <content>Warning entries.</content>
public static partial class LoggingExtensions
{
    /// <summary>Logs a text.</summary>
    public static void Warning(this ILoggingAdapter log, string format) =>
        log.Log(LogLevel.WarningLevel, null, format);

    /// <summary>Logs a failure with a text.</summary>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format) =>
        log.Log(LogLevel.WarningLevel, cause, format);

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning(this ILoggingAdapter log, string format, object[] args) =>
        log.Log(LogLevel.WarningLevel, null, format, args);

    /// <summary>Logs a failure with a template and arguments.</summary>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, object[] args) =>
        log.Log(LogLevel.WarningLevel, cause, format, args);

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning<T1>(
        this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, null, format, [arg1!]);
    }

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning<T1, T2>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, null, format, [arg1!, arg2!]);
    }

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning<T1, T2, T3>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, null, format, [arg1!, arg2!, arg3!]);
    }

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning<T1, T2, T3, T4>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, null, format, [arg1!, arg2!, arg3!, arg4!]);
    }

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning<T1, T2, T3, T4, T5>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, null, format, [arg1!, arg2!, arg3!, arg4!, arg5!]);
    }

    /// <summary>Logs a template with arguments.</summary>
    public static void Warning<T1, T2, T3, T4, T5, T6>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsWarningEnabled)
            log.Log(LogLevel.WarningLevel, null, format, [arg1!, arg2!, arg3!, arg4!, arg5!, arg6!]);
    }

    /// <summary>Logs a failure with a template with arguments.</summary>
    public static void Warning<T1>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, cause, format, [arg1!]);
    }

    /// <summary>Logs a failure with a template with arguments.</summary>
    public static void Warning<T1, T2>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, cause, format, [arg1!, arg2!]);
    }

    /// <summary>Logs a failure with a template with arguments.</summary>
    public static void Warning<T1, T2, T3>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, cause, format, [arg1!, arg2!, arg3!]);
    }

    /// <summary>Logs a failure with a template with arguments.</summary>
    public static void Warning<T1, T2, T3, T4>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, cause, format, [arg1!, arg2!, arg3!, arg4!]);
    }

    /// <summary>Logs a failure with a template with arguments.</summary>
    public static void Warning<T1, T2, T3, T4, T5>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, cause, format, [arg1!, arg2!, arg3!, arg4!, arg5!]);
    }

    /// <summary>Logs a failure with a template with arguments.</summary>
    public static void Warning<T1, T2, T3, T4, T5, T6>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsWarningEnabled)
            log.Log(LogLevel.WarningLevel, cause, format, [arg1!, arg2!, arg3!, arg4!, arg5!, arg6!]);
    }
}
