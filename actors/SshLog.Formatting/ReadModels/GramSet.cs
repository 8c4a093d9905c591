namespace SshLog.Formatting.ReadModels;

/// <summary>The different pieces of text of a stretch. Kept from one stretch to the next: emptying it costs what is in it.</summary>
internal sealed class GramSet
{
    private readonly ulong[] _seen = new ulong[TextGrams.Count / 64];
    private readonly List<int> _grams = [];

    /// <summary>Adds the pieces of a text.</summary>
    public void Add(string text, bool isCommand) => TextGrams.Each(text, isCommand, Add);

    /// <summary>All of them, ascending; then it is empty.</summary>
    public IReadOnlyList<int> Take()
    {
        _grams.Sort();
        IReadOnlyList<int> taken = [.. _grams];
        foreach (var gram in _grams)
            _seen[gram / 64] = 0;
        _grams.Clear();
        return taken;
    }

    private void Add(int gram)
    {
        var bit = 1UL << (gram % 64);
        if ((_seen[gram / 64] & bit) != 0)
            return;
        _seen[gram / 64] |= bit;
        _grams.Add(gram);
    }
}
