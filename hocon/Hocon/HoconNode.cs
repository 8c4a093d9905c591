using System.Globalization;
using System.Text;

namespace Hocon;

/// <summary>What a <see cref="HoconNode"/> holds.</summary>
public enum HoconKind
{
    /// <summary>The literal <c>null</c>.</summary>
    Null,

    /// <summary>A string, number or boolean: HOCON tells them apart only when they are read.</summary>
    Literal,

    /// <summary>A list.</summary>
    Array,

    /// <summary>A map from keys to values, in the order of the source.</summary>
    Object,
}

/// <summary>One value of a parsed and resolved HOCON document. Immutable.</summary>
public sealed class HoconNode
{
    private static readonly IReadOnlyList<HoconNode> NoItems = [];
    private static readonly IReadOnlyDictionary<string, HoconNode> NoFields = new Dictionary<string, HoconNode>();

    private HoconNode(HoconKind kind, HoconOrigin origin)
    {
        Kind = kind;
        Origin = origin;
    }

    /// <summary>An object without fields.</summary>
    public static HoconNode Empty { get; } = Object(NoFields, default);

    /// <summary>What this node holds.</summary>
    public HoconKind Kind { get; }

    /// <summary>Where the value was written; for merged objects, the place that won.</summary>
    public HoconOrigin Origin { get; }

    /// <summary>The literal's text; empty for other kinds.</summary>
    public string Text { get; private init; } = "";

    /// <summary>True if the literal was written in quotes, so that it can only be a string.</summary>
    public bool IsQuoted { get; private init; }

    /// <summary>The array's items; empty for other kinds.</summary>
    public IReadOnlyList<HoconNode> Items { get; private init; } = NoItems;

    /// <summary>The object's fields; empty for other kinds.</summary>
    public IReadOnlyDictionary<string, HoconNode> Fields { get; private init; } = NoFields;

    /// <summary>True for a list written with <c>+=</c> to which nothing of its own text came before: it is added to a fallback's.</summary>
    public bool AddsTo { get; private init; }

    /// <summary>
    /// Where the braces of this object opened; several where it was written several times and merged, none where paths
    /// alone made it.
    /// </summary>
    public IReadOnlyList<HoconOrigin> Opened { get; private init; } = [];

    /// <summary>
    /// The items of a list; of an object, the values of its numbered keys in order of their numbers, because a list may
    /// be written so ("conversion of numerically-indexed objects to arrays" of the HOCON specification). Null if it is
    /// neither.
    /// </summary>
    public IReadOnlyList<HoconNode>? AsList()
    {
        if (Kind == HoconKind.Array)
            return Items;
        var numbered = Fields
            .Where(field => uint.TryParse(field.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderBy(field => uint.Parse(field.Key, CultureInfo.InvariantCulture))
            .Select(field => field.Value).ToList();
        return numbered.Count > 0 ? numbered : null;
    }

    /// <summary>Makes a <c>null</c>.</summary>
    public static HoconNode Null(HoconOrigin origin) => new(HoconKind.Null, origin);

    /// <summary>Makes a literal.</summary>
    public static HoconNode Literal(string text, bool quoted, HoconOrigin origin) =>
        new(HoconKind.Literal, origin) { Text = text, IsQuoted = quoted };

    /// <summary>Makes an array.</summary>
    public static HoconNode Array(IReadOnlyList<HoconNode> items, HoconOrigin origin) =>
        new(HoconKind.Array, origin) { Items = items };

    /// <summary>Makes an array that is added to the one it falls back to.</summary>
    internal static HoconNode Addition(IReadOnlyList<HoconNode> items, HoconOrigin origin) =>
        new(HoconKind.Array, origin) { Items = items, AddsTo = true };

    /// <summary>Makes an object.</summary>
    public static HoconNode Object(
        IReadOnlyDictionary<string, HoconNode> fields, HoconOrigin origin, IReadOnlyList<HoconOrigin>? opened = null) =>
        new(HoconKind.Object, origin) { Fields = fields, Opened = opened ?? [] };

    /// <summary>The value under a path of keys, or null.</summary>
    public HoconNode? Find(IReadOnlyList<string> path)
    {
        var node = this;
        foreach (var key in path)
            if (!node.Fields.TryGetValue(key, out node))
                return null;
        return node;
    }

    /// <summary>
    /// This value over <paramref name="fallback"/>: objects are merged key by key, what was written with <c>+=</c> is added to
    /// it, all else hides it.
    /// </summary>
    public HoconNode WithFallback(HoconNode fallback)
    {
        if (AddsTo && fallback.Kind != HoconKind.Null)
        {
            // What is no list stays visible as an item, for whoever reads it to refuse.
            var before = fallback.AsList() ?? [fallback];
            return fallback.AddsTo ? Addition([.. before, .. Items], Origin) : Array([.. before, .. Items], Origin);
        }

        if (Kind != HoconKind.Object || fallback.Kind != HoconKind.Object || fallback.Fields.Count == 0)
            return this;
        if (Fields.Count == 0)
            return fallback;
        var merged = new Dictionary<string, HoconNode>(fallback.Fields);
        foreach (var (key, value) in Fields)
            merged[key] = merged.TryGetValue(key, out var under) ? value.WithFallback(under) : value;
        return Object(merged, Origin, [.. fallback.Opened, .. Opened]);
    }

    /// <summary>Prints the value as HOCON that parses back to an equal value.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Kind == HoconKind.Object)
            WriteFields(text, 0);
        else
            Write(text, 0);
        return text.ToString();
    }

    private void Write(StringBuilder text, int depth)
    {
        switch (Kind)
        {
            case HoconKind.Null:
                text.Append("null");
                break;
            case HoconKind.Literal:
                text.Append(HoconText.Quote(Text, always: IsQuoted));
                break;
            case HoconKind.Array:
                text.Append('[');
                for (var i = 0; i < Items.Count; i++)
                {
                    if (i > 0)
                        text.Append(", ");
                    Items[i].Write(text, depth + 1);
                }

                text.Append(']');
                break;
            default:
                text.Append("{\n");
                WriteFields(text, depth + 1);
                text.Append(' ', depth * 2).Append('}');
                break;
        }
    }

    private void WriteFields(StringBuilder text, int depth)
    {
        foreach (var (key, value) in Fields)
        {
            text.Append(' ', depth * 2).Append(HoconText.QuoteKey(key)).Append(" = ");
            value.Write(text, depth);
            text.Append('\n');
        }
    }
}
