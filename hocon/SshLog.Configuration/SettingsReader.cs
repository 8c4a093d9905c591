using System.Globalization;
using System.Net;
using Hocon;

namespace SshLog.Configuration;

/// <summary>
/// Reads single settings of a tree that has them all (hocon/reference.conf is its bottom) and collects what is wrong.
/// </summary>
internal sealed class SettingsReader(HoconNode root, Problems problems)
{
    /// <summary>The value under a path.</summary>
    /// <exception cref="InvalidOperationException">hocon/reference.conf does not have it: a defect.</exception>
    public HoconNode Node(string path) => root.Find(HoconText.SplitPath(path))
        // A file may have put a text where a block belongs, which is told already.
        ?? SettingsLoader.Reference().Find(HoconText.SplitPath(path))
        ?? throw new InvalidOperationException($"hocon/reference.conf has no {path}.");

    public string Text(string path) => Literal(path, "a text");

    public string AbsolutePath(string path, bool mayBeEmpty = false)
    {
        var value = Text(path);
        if (value.Length == 0 ? !mayBeEmpty : !Path.IsPathRooted(value))
            Refuse(path, value, "an absolute path");
        return value;
    }

    public bool Flag(string path)
    {
        var text = Literal(path, "on or off");
        if (!HoconUnits.TryBoolean(text.ToLowerInvariant(), out var value))
            Refuse(path, text, "on or off");
        return value;
    }

    public int Number(string path, int from, int to)
    {
        var allowed = $"a whole number from {from} to {to}";
        var text = Literal(path, allowed);
        if (HoconUnits.TryLong(text, out var value) && value >= from && value <= to)
            return (int)value;
        Refuse(path, text, allowed);
        return from;
    }

    public long Bytes(string path, long from, long to, bool powerOfTwo = false)
    {
        var allowed = $"{(powerOfTwo ? "a power of two" : "a size")} from {Size(from)} to {Size(to)}";
        var text = Literal(path, allowed);
        if (HoconUnits.TryByteSize(text, out var value) && value >= from && value <= to && (!powerOfTwo || long.IsPow2(value)))
            return value;
        Refuse(path, text, allowed);
        return from;
    }

    public TimeSpan Duration(string path, TimeSpan from, TimeSpan to)
    {
        var allowed = $"a duration from {Time(from)} to {Time(to)}";
        var text = Literal(path, allowed);
        if (HoconUnits.TryDuration(text, out var value) && value >= from && value <= to)
            return value;
        Refuse(path, text, allowed);
        return from;
    }

    public IPAddress Address(string path)
    {
        var text = Text(path);
        if (IPAddress.TryParse(text, out var address))
            return address;
        Refuse(path, text, "an IPv4 or IPv6 address");
        return IPAddress.Loopback;
    }

    public IReadOnlyList<string> Texts(string path)
    {
        var node = Node(path);
        var items = node.Kind == HoconKind.Literal ? [node] : node.AsList() ?? (node.Fields.Count == 0 ? node.Items : null);
        if (items is not null && items.All(item => item.Kind == HoconKind.Literal))
            return [.. items.Select(item => item.Text)];
        problems.Add(node.Origin, $"{path} must be a list of texts");
        return [];
    }

    public T OneOf<T>(string path, params (string Name, T Value)[] choices)
    {
        var value = Text(path);
        foreach (var (name, choice) in choices)
        {
            if (string.Equals(name, value, StringComparison.OrdinalIgnoreCase))
                return choice;
        }

        Refuse(path, value, "one of " + string.Join(", ", choices.Select(c => c.Name)));
        return choices[0].Value;
    }

    public void Refuse(string path, string value, string allowed) =>
        problems.Add(Node(path).Origin, $"{path} = {value} is not possible: it must be {allowed}");

    private string Literal(string path, string allowed)
    {
        var node = Node(path);
        if (node.Kind == HoconKind.Literal)
            return node.Text;
        var found = node.Kind switch
        {
            HoconKind.Null => "null",
            HoconKind.Array => "a list",
            _ => "a block of settings",
        };
        problems.Add(node.Origin, $"{path} is {found}: it must be {allowed}");
        return Default(path);
    }

    // Something that can be read, so that one mistake is told once.
    private static string Default(string path) =>
        SettingsLoader.Reference().Find(HoconText.SplitPath(path)) is { Kind: HoconKind.Literal } node ? node.Text : string.Empty;

    private static string Size(long bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        while (bytes >= 1024 && bytes % 1024 == 0 && unit < units.Length - 1)
            (bytes, unit) = (bytes / 1024, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {units[unit]}");
    }

    private static string Time(TimeSpan time)
    {
        var (number, unit) = time switch
        {
            { TotalDays: >= 1 } => (time.TotalDays, "d"),
            { TotalHours: >= 1 } => (time.TotalHours, "h"),
            { TotalMinutes: >= 1 } => (time.TotalMinutes, "m"),
            { TotalSeconds: >= 1 } => (time.TotalSeconds, "s"),
            _ => (time.TotalMilliseconds, "ms"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number} {unit}");
    }
}
