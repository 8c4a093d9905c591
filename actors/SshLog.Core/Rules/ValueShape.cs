namespace SshLog.Core.Rules;

/// <summary>What a value is.</summary>
public enum ValueKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true or false (also on, off, yes, no).</summary>
    Flag,

    /// <summary>A duration such as <c>10 s</c>; without a unit, milliseconds in HOCON. Stays a text.</summary>
    Duration,

    /// <summary>A size such as <c>20 MiB</c>; bytes without a unit. Stays a text.</summary>
    Size,

    /// <summary>A list of <see cref="ValueShape.Items"/>; a single value counts as a list of one.</summary>
    List,

    /// <summary>Names with <see cref="ValueShape.Items"/>.</summary>
    Map,

    /// <summary>A map with the fields of <see cref="ValueShape.Fields"/>.</summary>
    Record,

    /// <summary>Whatever stands there; texts stay texts, also where they look like numbers.</summary>
    Any,
}

/// <summary>What may stand in a place.</summary>
/// <param name="Kind">What it is.</param>
public sealed record ValueShape(ValueKind Kind)
{
    /// <summary>Any text.</summary>
    public static ValueShape Text { get; } = new(ValueKind.Text);

    /// <summary>Any whole number.</summary>
    public static ValueShape Integer { get; } = new(ValueKind.Integer);

    /// <summary>true or false.</summary>
    public static ValueShape Flag { get; } = new(ValueKind.Flag);

    /// <summary>Any duration.</summary>
    public static ValueShape Duration { get; } = new(ValueKind.Duration);

    /// <summary>Any size.</summary>
    public static ValueShape Size { get; } = new(ValueKind.Size);

    /// <summary>Anything.</summary>
    public static ValueShape Any { get; } = new(ValueKind.Any);

    /// <summary>A list of texts.</summary>
    public static ValueShape Texts { get; } = ListOf(Text);

    /// <summary>Smallest number; of a duration in seconds, of a size in bytes. Null for any.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>Largest number; of a duration in seconds, of a size in bytes. Null for any.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>The only texts allowed, compared without case; null for any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>What a list or map holds; null for texts.</summary>
    public ValueShape? Items { get; init; }

    /// <summary>The fields of a <see cref="ValueKind.Record"/>.</summary>
    public IReadOnlyCollection<ParameterDescription>? Fields { get; init; }

    /// <summary>
    /// Looks at a value that is of this kind already: null when it is well, else what it must be ("must be an address
    /// such as 192.0.2.0/24").
    /// </summary>
    public Func<SettingValue, string?>? Check { get; init; }

    /// <summary>A list.</summary>
    /// <param name="items">What it holds.</param>
    public static ValueShape ListOf(ValueShape items) => new(ValueKind.List) { Items = items };

    /// <summary>A map.</summary>
    /// <param name="items">What it holds.</param>
    public static ValueShape MapOf(ValueShape items) => new(ValueKind.Map) { Items = items };

    /// <summary>A map with certain fields.</summary>
    /// <param name="fields">Which.</param>
    public static ValueShape RecordOf(params ParameterDescription[] fields) => new(ValueKind.Record) { Fields = fields };

    /// <summary>One of several texts.</summary>
    /// <param name="choices">Which.</param>
    public static ValueShape OneOf(params string[] choices) => new(ValueKind.Text) { Choices = choices };

    /// <summary>A whole number in a range.</summary>
    /// <param name="from">Smallest.</param>
    /// <param name="to">Largest.</param>
    public static ValueShape Between(decimal from, decimal to) => new(ValueKind.Integer) { Minimum = from, Maximum = to };
}
