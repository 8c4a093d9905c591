using System.Globalization;

namespace Akka.Event;

/// <summary>Makes a text of a template and its arguments.</summary>
public interface ILogMessageFormatter
{
    /// <summary>Formats.</summary>
    string Format(string format, params object[] args);

    /// <summary>Formats.</summary>
    string Format(string format, IEnumerable<object> args);
}

/// <summary>Formats templates with numbered places: <c>{0}</c>.</summary>
public sealed class DefaultLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The usual instance.</summary>
    public static readonly DefaultLogMessageFormatter Instance = new();

    /// <inheritdoc/>
    public string Format(string format, params object[] args) =>
        string.Format(CultureInfo.InvariantCulture, format, args);

    /// <inheritdoc/>
    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}

/// <summary>A template with its arguments, made into a text when a logger needs it.</summary>
public abstract class LogMessage(ILogMessageFormatter formatter, string format)
{
    /// <summary>Makes the text.</summary>
    protected ILogMessageFormatter Formatter { get; } = formatter;

    /// <summary>The template.</summary>
    public string Format { get; } = format;

    /// <summary>The template and the arguments, unformatted.</summary>
    public abstract string Unformatted();

    /// <summary>The arguments.</summary>
    public abstract IEnumerable<object> Parameters();

    /// <inheritdoc/>
    public override string ToString() => Formatter.Format(Format, Parameters());
}

internal sealed class DefaultLogMessage(ILogMessageFormatter formatter, string format, object[] arguments)
    : LogMessage(formatter, format)
{
    public override string Unformatted() => $"{Format} [{string.Join(", ", arguments)}]";

    public override IEnumerable<object> Parameters() => arguments;

    public override string ToString()
    {
        try
        {
            return Formatter.Format(Format, arguments);
        }
        catch (FormatException)
        {
            // A wrong template must not cost the entry, nor restart the logger.
            return Unformatted();
        }
    }
}
