using Akka.Actor;
using Akka.Event;

namespace Akka.Logger.Serilog;

/// <summary>Logging with properties.</summary>
public static class SerilogExtensions
{
    /// <summary>An adapter with one more property; the given one is not changed.</summary>
    public static ILoggingAdapter ForContext(
        this ILoggingAdapter adapter, string propertyName, object value, bool destructureObjects = false) =>
        (adapter as SerilogLoggingAdapter ?? new SerilogLoggingAdapter(adapter))
            .SetContextProperty(propertyName, value, destructureObjects);

    /// <summary>An actor's adapter of a type that wraps the usual one.</summary>
    public static ILoggingAdapter GetLogger<T>(this IActorContext context) where T : class, ILoggingAdapter
    {
        var inner = context.GetLogger(SerilogLogMessageFormatter.Instance);
        return typeof(T) == typeof(SerilogLoggingAdapter)
            ? new SerilogLoggingAdapter(inner)
            : (T)Activator.CreateInstance(typeof(T), inner)!;
    }
}
