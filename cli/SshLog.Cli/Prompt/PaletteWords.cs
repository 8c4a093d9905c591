namespace SshLog.Cli.Prompt;

/// <summary>The words of the daemon's palettes, as its own list of them tells: what may be typed where.</summary>
internal sealed class PaletteWords
{
    private static readonly string[] _own = ["exit", "help", "quit"];
    private readonly Dictionary<string, Dictionary<string, List<string>>> _palettes = [];

    /// <param name="list">
    /// Answer to a request without a palette: a line <c>PALETTE COMMAND  description</c> for every command, behind it one
    /// <c>    SWITCH, SWITCH  description</c> for each of its arguments. Anything else is passed over.
    /// </param>
    public PaletteWords(IEnumerable<string> list)
    {
        List<string>? switches = null;
        foreach (var line in list)
        {
            var name = line.Trim().Split("  ")[0];
            if (line.StartsWith(' '))
                switches?.AddRange(name.Split(", "));
            else if (name.Split(' ') is [var palette, var command])
                Commands(palette)[command] = switches = [];
        }
    }

    /// <summary>What may stand where <paramref name="before"/> ends, whatever its last word has begun with.</summary>
    public IEnumerable<string> After(string before)
    {
        var words = before[..(before.LastIndexOf(' ') + 1)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [] => _palettes.Keys.Concat(_own),
            [var palette] => _palettes.GetValueOrDefault(palette)?.Keys ?? Enumerable.Empty<string>(),
            [var palette, var command, ..] =>
                _palettes.GetValueOrDefault(palette)?.GetValueOrDefault(command)?.Except(words) ?? [],
        };
    }

    private Dictionary<string, List<string>> Commands(string palette) =>
        _palettes.TryGetValue(palette, out var commands) ? commands : _palettes[palette] = [];
}
