using Hocon;
using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>Collects all that is wrong, so that it can be told at once.</summary>
internal sealed class Problems
{
    private readonly List<(SourcePosition At, string Message)> _found = [];

    public int Count => _found.Count;

    public void Add(SourcePosition at, string message) => _found.Add((at, message));

    public void Add(HoconOrigin at, string message) => Add(at.ToPosition(), message);

    /// <summary>A sentence each, in the order in which the files were read.</summary>
    public IReadOnlyList<string> Sentences(IEnumerable<string> files)
    {
        var order = files.Select((file, index) => (file, index)).ToDictionary(f => f.file, f => f.index, StringComparer.Ordinal);
        return
        [
            .. _found
                .OrderBy(p => order.GetValueOrDefault(p.At.File ?? string.Empty, int.MaxValue))
                .ThenBy(p => p.At.Line)
                .Select(p => p.At.ToString() is { Length: > 0 } at ? $"{at}: {p.Message}" : p.Message),
        ];
    }
}

/// <summary>Places of the HOCON reader as places of the model.</summary>
internal static class Positions
{
    public static SourcePosition ToPosition(this HoconOrigin origin) => new(origin.File ?? string.Empty, origin.Line);
}
