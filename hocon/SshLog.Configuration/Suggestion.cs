namespace SshLog.Configuration;

/// <summary>Guesses what was meant by a name that does not exist.</summary>
internal static class Suggestion
{
    private const int NamesShown = 12;

    /// <summary><c>; did you mean 'x'?</c>, or all there is where that is short, or nothing.</summary>
    public static string For(string name, IEnumerable<string> known)
    {
        var names = known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (Nearest(name, names) is { } nearest)
            return $"; did you mean '{nearest}'?";
        return names.Count is > 0 and <= NamesShown ? $"; known are {string.Join(", ", names)}" : string.Empty;
    }

    /// <summary>The known name that is nearest; null when none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var farthest = Math.Max(1, Math.Min(3, name.Length / 3));
        return known
            .Select(candidate => (candidate, distance: Distance(Plain(name), Plain(candidate))))
            .Where(c => c.distance <= farthest)
            .OrderBy(c => c.distance).ThenBy(c => c.candidate, StringComparer.Ordinal)
            .Select(c => c.candidate)
            .FirstOrDefault();
    }

    private static string Plain(string name) => name.Replace('_', '-').ToUpperInvariant();

    /// <summary>Damerau's distance with adjacent letters changed over (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var substitute = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(substitute, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
