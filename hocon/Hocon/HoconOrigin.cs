namespace Hocon;

/// <summary>Where a value or an error stands in its source text.</summary>
/// <param name="File">Path of the file, or null for text that did not come from one.</param>
/// <param name="Line">Line, counted from 1; 0 for a value that was not parsed.</param>
/// <param name="Column">Column in UTF-16 code units, counted from 1.</param>
public readonly record struct HoconOrigin(string? File, int Line, int Column)
{
    /// <summary>Prints <c>file:line:column</c>, or <c>line L, column C</c> where there is no file.</summary>
    public override string ToString() => (File, Line) switch
    {
        (null, 0) => "(no source)",
        (null, _) => $"line {Line}, column {Column}",
        (_, 0) => File,
        _ => $"{File}:{Line}:{Column}",
    };
}
