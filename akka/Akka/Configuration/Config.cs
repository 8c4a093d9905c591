using Hocon;

namespace Akka.Configuration;

/// <summary>Settings read from HOCON. Immutable; a missing path gives the default that the caller passes.</summary>
public class Config
{
    /// <summary>Creates an empty configuration.</summary>
    public Config()
        : this(HoconNode.Empty)
    {
    }

    /// <summary>Creates a configuration over a resolved tree.</summary>
    public Config(HoconNode root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (root.Kind != HoconKind.Object)
            throw new ConfigurationException($"{root.Origin}: a configuration is an object, not a {root.Kind}.");
        Root = root;
    }

    /// <summary>A configuration without settings.</summary>
    public static Config Empty { get; } = new();

    /// <summary>The tree behind this configuration (embedded engine only).</summary>
    public HoconNode Root { get; }

    /// <summary>True if there are no settings.</summary>
    public virtual bool IsEmpty => Root.Fields.Count == 0;

    /// <summary>Parses HOCON.</summary>
    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    /// <summary>Settings of this configuration, and those of <paramref name="fallback"/> where it has none.</summary>
    public virtual Config WithFallback(Config? fallback) =>
        fallback is null || fallback.IsEmpty || ReferenceEquals(this, fallback) ? this
        : IsEmpty ? fallback
        : new Config(Root.WithFallback(fallback.Root));

    /// <summary>True if there is a value other than null under the path.</summary>
    public virtual bool HasPath(string path) => Find(path) is not null;

    /// <summary>The value under the path, or null.</summary>
    public HoconNode? GetValue(string path) => Root.Find(HoconText.SplitPath(path));

    /// <summary>The object under the path as a configuration of its own; empty if there is none.</summary>
    /// <exception cref="ConfigurationException">The value is not an object.</exception>
    public virtual Config GetConfig(string path)
    {
        var node = Find(path);
        return node is null ? Empty
            : node.Kind == HoconKind.Object ? new Config(node)
            : throw Wrong(path, node, "an object");
    }

    /// <summary>The text under the path.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(@default))]
    public virtual string? GetString(string path, string? @default = null) => Literal(path, "a string") ?? @default;

    /// <summary>The boolean under the path: on, yes, true, off, no, false.</summary>
    public virtual bool GetBoolean(string path, bool @default = false) =>
        Read<bool>(path, HoconUnits.TryBoolean, "on, off, yes, no, true or false") ?? @default;

    /// <summary>The whole number under the path.</summary>
    public virtual int GetInt(string path, int @default = 0)
    {
        const string Wanted = "a whole number between -2147483648 and 2147483647";
        return Read<long>(path, HoconUnits.TryLong, Wanted) switch
        {
            null => @default,
            >= int.MinValue and <= int.MaxValue and var value => (int)value,
            _ => throw Wrong(path, Find(path)!, Wanted),
        };
    }

    /// <summary>The whole number under the path.</summary>
    public virtual long GetLong(string path, long @default = 0) =>
        Read<long>(path, HoconUnits.TryLong, "a whole number") ?? @default;

    /// <summary>The number under the path.</summary>
    public virtual double GetDouble(string path, double @default = 0) =>
        Read<double>(path, HoconUnits.TryDouble, "a number") ?? @default;

    /// <summary>The number under the path.</summary>
    public virtual float GetFloat(string path, float @default = 0) => (float)GetDouble(path, @default);

    /// <summary>The number under the path.</summary>
    public virtual decimal GetDecimal(string path, decimal @default = 0) =>
        Read<double>(path, HoconUnits.TryDouble, "a number") is { } value ? (decimal)value : @default;

    /// <summary>The duration under the path; milliseconds where it has no unit.</summary>
    /// <param name="path">Path of the setting.</param>
    /// <param name="default">What is returned if there is none; null means zero.</param>
    /// <param name="allowInfinite">Whether <c>infinite</c> (-1 ms) may stand there.</param>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true)
    {
        const string Wanted = "a duration such as 250 ms, 5 s or 1 h";
        var value = Read<TimeSpan>(path, HoconUnits.TryDuration, Wanted);
        return value == Timeout.InfiniteTimeSpan && !allowInfinite
            ? throw Wrong(path, Find(path)!, Wanted)
            : value ?? @default.GetValueOrDefault();
    }

    /// <summary>The size under the path in bytes, or null.</summary>
    public virtual long? GetByteSize(string path) =>
        Read<long>(path, HoconUnits.TryByteSize, "a size such as 512, 64 KiB or 1 MB");

    /// <summary>The size under the path in bytes.</summary>
    public virtual long? GetByteSize(string path, long? def = null) => GetByteSize(path) ?? def;

    /// <summary>The texts of the array under the path; empty if there is none.</summary>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    /// <summary>The texts of the array under the path.</summary>
    public virtual IList<string> GetStringList(string path, string[] strings)
    {
        var node = Find(path);
        if (node is null)
            return strings;
        var items = node.AsList();
        if (items is null || items.Any(item => item.Kind != HoconKind.Literal))
            throw Wrong(path, node, "a list of strings");
        return [.. items.Select(item => item.Text)];
    }

    /// <summary>The whole numbers of the array under the path; empty if there is none.</summary>
    public virtual IList<int> GetIntList(string path)
    {
        var node = Find(path);
        return [.. GetStringList(path).Select(text =>
            HoconUnits.TryLong(text, out var value) && value is >= int.MinValue and <= int.MaxValue
                ? (int)value
                : throw Wrong(path, node!, "a list of whole numbers"))];
    }

    /// <summary>The entries of the outermost object.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconNode>> AsEnumerable() => Root.Fields;

    /// <summary>Prints the settings as HOCON.</summary>
    public override string ToString() => Root.ToString();

    private HoconNode? Find(string path) =>
        GetValue(path) is { Kind: not HoconKind.Null } node ? node : null;

    private string? Literal(string path, string wanted)
    {
        var node = Find(path);
        return node is null or { Kind: HoconKind.Literal } ? node?.Text : throw Wrong(path, node, wanted);
    }

    private T? Read<T>(string path, TryRead<T> read, string wanted)
        where T : struct
    {
        var text = Literal(path, wanted);
        if (text is null)
            return null;
        return read(text, out var value) ? value : throw Wrong(path, Find(path)!, wanted);
    }

    private static ConfigurationException Wrong(string path, HoconNode node, string wanted)
    {
        var found = node.Kind == HoconKind.Literal ? $"'{node.Text}'" : $"a {node.Kind}";
        return new ConfigurationException($"{node.Origin}: {path} is {found}, expected {wanted}.");
    }

    private delegate bool TryRead<T>(string text, out T value);
}

/// <summary>Shorthands for configurations that may be missing.</summary>
public static class ConfigExtensions
{
    /// <summary>True if there is no configuration or it has no settings.</summary>
    public static bool IsNullOrEmpty([System.Diagnostics.CodeAnalysis.NotNullWhen(false)] this Config? config) =>
        config is null || config.IsEmpty;

    /// <summary>Settings of the first, and those of the second where it has none.</summary>
    public static Config SafeWithFallback(this Config? config, Config? fallback) =>
        config is null ? fallback ?? Config.Empty : config.WithFallback(fallback);
}
