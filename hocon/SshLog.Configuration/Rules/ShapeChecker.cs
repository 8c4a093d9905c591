using System.Globalization;
using Hocon;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>Checks a value against its shape and makes it what the shape says: a text that is a number, a number.</summary>
internal sealed class ShapeChecker(Problems problems)
{
    /// <summary>The value in its proper kind; null when it is wrong, which has been told then.</summary>
    public SettingValue? Check(string what, SettingValue value, ValueShape shape)
    {
        if ((shape.Kind == ValueKind.Any ? NoValue.In(value) : value as NoValue) is { } none)
        {
            problems.Add(none.Origin, $"{what} {NoValue.Complaint}");
            return null;
        }

        var typed = shape.Kind switch
        {
            ValueKind.Any => value,
            ValueKind.List => List(what, value, shape),
            ValueKind.Map => Map(what, value, shape),
            ValueKind.Record => Record(what, value, shape),
            _ => Scalar(what, value, shape),
        };
        if (typed is not null && shape.Check?.Invoke(typed) is { } complaint)
        {
            problems.Add(value.Origin, $"{what}{Shown(value)} {complaint}");
            return null;
        }

        return typed;
    }

    private SettingValue.List? List(string what, SettingValue value, ValueShape shape)
    {
        var items = value is SettingValue.List list ? list.Items : [value];
        var typed = items.Select(item => Check(what, item, shape.Items ?? ValueShape.Text)).ToList();
        return typed.Contains(null) ? null : new SettingValue.List([.. typed.OfType<SettingValue>()], value.Origin);
    }

    private SettingValue.Map? Map(string what, SettingValue value, ValueShape shape)
    {
        if (value is not SettingValue.Map map)
            return Wrong<SettingValue.Map>(what, value, "names with values");
        var typed = map.Fields.ToDictionary(
            f => f.Key, f => Check($"{what}.{f.Key}", f.Value, shape.Items ?? ValueShape.Text), StringComparer.Ordinal);
        return typed.ContainsValue(null) ? null : new SettingValue.Map(typed!, value.Origin);
    }

    private SettingValue.Map? Record(string what, SettingValue value, ValueShape shape)
    {
        if (value is not SettingValue.Map map)
            return Wrong<SettingValue.Map>(what, value, "a block with " + string.Join(", ", shape.Fields!.Select(f => f.Name)));
        return Fields(what, map.Fields, shape.Fields!, value.Origin) is { } fields
            ? new SettingValue.Map(fields, value.Origin)
            : null;
    }

    /// <summary>Named values against their descriptions; null when any is wrong, unknown or missing.</summary>
    public IReadOnlyDictionary<string, SettingValue>? Fields(
        string what,
        IReadOnlyDictionary<string, SettingValue> given,
        IReadOnlyCollection<ParameterDescription> known,
        SourcePosition origin)
    {
        var before = problems.Count;
        var typed = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            if (known.FirstOrDefault(p => p.Name == name) is not { } parameter)
                problems.Add(value.Origin, $"{what} has no parameter {name}{Suggestion.For(name, known.Select(p => p.Name))}");
            else if (Check(name, value, parameter.Shape) is { } checkedValue)
                typed[name] = checkedValue;
        }

        foreach (var missing in known.Where(p => p.Required && !given.ContainsKey(p.Name)))
            problems.Add(origin, $"{what} needs {missing.Name}{(missing.Summary.Length > 0 ? $": {missing.Summary}" : string.Empty)}");
        return problems.Count == before ? typed : null;
    }

    private SettingValue? Scalar(string what, SettingValue value, ValueShape shape)
    {
        var text = value switch
        {
            SettingValue.Text t => t.Value,
            SettingValue.Number n => n.Value.ToString(CultureInfo.InvariantCulture),
            SettingValue.Flag f => f.Value ? "true" : "false",
            _ => null,
        };
        SettingValue? typed = text is null ? null : shape.Kind switch
        {
            ValueKind.Text => Choice(text, shape) is { } choice ? new SettingValue.Text(choice, value.Origin) : null,
            ValueKind.Integer => TryNumber(text, out var n) && n == decimal.Truncate(n) && InRange(n, shape)
                ? new SettingValue.Number(n, value.Origin) : null,
            ValueKind.Number => TryNumber(text, out var n) && InRange(n, shape) ? new SettingValue.Number(n, value.Origin) : null,
            ValueKind.Flag => HoconUnits.TryBoolean(text.ToLowerInvariant(), out var flag)
                ? new SettingValue.Flag(flag, value.Origin) : null,
            ValueKind.Duration => Quantity.TryDuration(text, out var time) && InRange((decimal)time.TotalSeconds, shape)
                ? new SettingValue.Text(text, value.Origin) : null,
            ValueKind.Size => Quantity.TrySize(text, out var bytes) && InRange(bytes, shape)
                ? new SettingValue.Text(text, value.Origin) : null,
            _ => throw new NotSupportedException($"No check for {shape.Kind}."),
        };
        return typed ?? Wrong<SettingValue>(what, value, Allowed(shape));
    }

    private T? Wrong<T>(string what, SettingValue value, string allowed)
        where T : SettingValue
    {
        problems.Add(value.Origin, $"{what}{Shown(value)} is not possible: it must be {allowed}");
        return null;
    }

    private static string Shown(SettingValue value) => value switch
    {
        SettingValue.Text { Value.Length: <= 60 } text => $" = {text.Value.ReplaceLineEndings(" ")}",
        SettingValue.Number number => string.Create(CultureInfo.InvariantCulture, $" = {number.Value}"),
        SettingValue.Flag flag => flag.Value ? " = true" : " = false",
        SettingValue.List => " = [..]",
        SettingValue.Map => " = {..}",
        _ => string.Empty,
    };

    private static string? Choice(string text, ValueShape shape) => shape.Choices is { } choices
        ? choices.FirstOrDefault(c => string.Equals(c, text, StringComparison.OrdinalIgnoreCase))
        : text;

    private static bool TryNumber(string text, out decimal number) =>
        decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static bool InRange(decimal number, ValueShape shape) =>
        !(number < shape.Minimum) && !(number > shape.Maximum);

    private static string Allowed(ValueShape shape)
    {
        if (shape.Choices is { } choices)
            return "one of " + string.Join(", ", choices);
        var unit = shape.Kind switch
        {
            ValueKind.Duration => " s",
            ValueKind.Size => " bytes",
            _ => string.Empty,
        };
        var range = (shape.Minimum, shape.Maximum) switch
        {
            ({ } from, { } to) => $" from {Plain(from)}{unit} to {Plain(to)}{unit}",
            ({ } from, null) => $" of at least {Plain(from)}{unit}",
            (null, { } to) => $" of at most {Plain(to)}{unit}",
            _ => string.Empty,
        };
        return shape.Kind switch
        {
            ValueKind.Integer => "a whole number" + range,
            ValueKind.Number => "a number" + range,
            ValueKind.Flag => "true or false",
            ValueKind.Duration => "a duration such as 10 s" + range,
            ValueKind.Size => "a size such as 20 MiB" + range,
            _ => "a text",
        };
    }

    private static string Plain(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);
}
