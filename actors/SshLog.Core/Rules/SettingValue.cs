using System.Globalization;

namespace SshLog.Core.Rules;

/// <summary>Where something stands in a configuration file.</summary>
/// <param name="File">Path of the file; empty for what no file says.</param>
/// <param name="Line">From 1; 0 when not known.</param>
public readonly record struct SourcePosition(string File, int Line)
{
    /// <summary>What no file says.</summary>
    public static SourcePosition None { get; } = new(string.Empty, 0);

    /// <summary><c>file:line</c>.</summary>
    public override string ToString() =>
        Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}") : File ?? string.Empty;
}

/// <summary>
/// A value of a rule or an action. Whether something is a text or a number is decided by what is expected in its place
/// (<see cref="ValueShape"/>), not by how the file writes it. Durations and sizes stay texts
/// (<see cref="Quantity"/> reads them); so do references to secrets (<c>file:</c>, <c>env:</c>, <c>credential:</c>).
/// </summary>
/// <param name="Origin">Where it stands.</param>
public abstract record SettingValue(SourcePosition Origin)
{
    /// <summary>A text.</summary>
    /// <param name="Value">As written, without the file's quotes.</param>
    /// <param name="Origin">Where it stands.</param>
    public sealed record Text(string Value, SourcePosition Origin = default) : SettingValue(Origin);

    /// <summary>A number.</summary>
    /// <param name="Value">Whole where the shape says so.</param>
    /// <param name="Origin">Where it stands.</param>
    public sealed record Number(decimal Value, SourcePosition Origin = default) : SettingValue(Origin);

    /// <summary>Yes or no.</summary>
    /// <param name="Value">Which.</param>
    /// <param name="Origin">Where it stands.</param>
    public sealed record Flag(bool Value, SourcePosition Origin = default) : SettingValue(Origin);

    /// <summary>Several values.</summary>
    /// <param name="Items">In the order of the file.</param>
    /// <param name="Origin">Where it stands.</param>
    public sealed record List(IReadOnlyList<SettingValue> Items, SourcePosition Origin = default) : SettingValue(Origin);

    /// <summary>Values by name.</summary>
    /// <param name="Fields">Names compare ordinally.</param>
    /// <param name="Origin">Where it stands.</param>
    public sealed record Map(IReadOnlyDictionary<string, SettingValue> Fields, SourcePosition Origin = default)
        : SettingValue(Origin);
}
