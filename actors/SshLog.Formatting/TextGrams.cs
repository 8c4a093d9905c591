namespace SshLog.Formatting;

/// <summary>
/// The three-letter pieces of text that the search index knows, as numbers: a text can only contain another if it has all of
/// that one's pieces. Letter case does not matter, in the widest sense that a search may have. Different pieces may have
/// the same number, which costs a look for nothing and hides nothing. Frozen: indexes hold these numbers.
/// </summary>
public static class TextGrams
{
    /// <summary>Shorter texts have no pieces.</summary>
    public const int Length = 3;

    /// <summary>Numbers are below this; those of commands are above the half, those of output below.</summary>
    public const int Count = 1 << 21;

    private const int OfCommand = Count / 2;

    /// <summary>Calls <paramref name="found"/> with the number of each piece, repeated ones too.</summary>
    public static void Each(string text, bool isCommand, Action<int> found)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(found);
        int first = 0, second = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var third = Fold(text[i]);
            if (i >= 2 && first >= 0 && second >= 0 && third >= 0)
                found(Number(first, second, third) | (isCommand ? OfCommand : 0));
            (first, second) = (second, third);
        }
    }

    /// <summary>The different pieces of a text.</summary>
    public static IReadOnlyCollection<int> Of(string text, bool isCommand)
    {
        var grams = new SortedSet<int>();
        Each(text, isCommand, gram => grams.Add(gram));
        return grams;
    }

    // Pairs of surrogates have a case of their own and are left out.
    private static int Fold(char c) =>
        c < 0x80 ? (c is >= 'A' and <= 'Z' ? c | 0x20 : c)
        : char.IsSurrogate(c) ? -1 : char.ToLowerInvariant(char.ToUpperInvariant(c));

    private static int Number(int first, int second, int third)
    {
        var mixed = ((uint)first * 0x9e3779b1) ^ ((uint)second * 0x85ebca77) ^ ((uint)third * 0xc2b2ae3d);
        return (int)((mixed * 0x27d4eb2f) >> 12);
    }
}
