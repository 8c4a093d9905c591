using System.Globalization;
using Akka.Event;
using Serilog.Events;
using Serilog.Parsing;

namespace Akka.Logger.Serilog;

/// <summary>Formats Serilog's templates: named places, <c>{User}</c>, take the arguments in order.</summary>
public class SerilogLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The usual instance.</summary>
    public static readonly SerilogLogMessageFormatter Instance = new();

    private readonly MessageTemplateParser _parser = new();

    /// <inheritdoc/>
    public string Format(string format, params object[] args)
    {
        var template = _parser.Parse(format);
        var properties = new Dictionary<string, LogEventPropertyValue>(StringComparer.Ordinal);
        var next = 0;
        foreach (var place in template.Tokens.OfType<PropertyToken>())
        {
            var index = place.TryGetPositionalValue(out var position) ? position : next++;
            if (index < args.Length) properties[place.PropertyName] = new ScalarValue(args[index]);
        }

        return template.Render(properties, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
