namespace SshLog.Cli.Prompt;

/// <summary>What a key did to the line.</summary>
internal enum LineState
{
    /// <summary>It is still being typed.</summary>
    Open,

    /// <summary>It is done: Enter.</summary>
    Done,

    /// <summary>It is given up, and another begun: Ctrl+C.</summary>
    Dropped,

    /// <summary>Nothing more comes: Ctrl+D on an empty line.</summary>
    Ended,
}

/// <summary>A line while it is typed: editing keys, history and completion as readline(3) has them.</summary>
/// <param name="complete">The words that may stand where the text before the cursor ends, its last word begun or empty.</param>
internal sealed class LineEditor(Func<string, IEnumerable<string>> complete)
{
    private const int MostHistory = 500;
    private const int MostCharacters = 4096;

    private readonly List<string> _history = [];
    private int _at;
    private string _newest = string.Empty;

    /// <summary>The line.</summary>
    public string Text { get; private set; } = string.Empty;

    /// <summary>How many characters of it stand before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <summary>What the last Tab could not choose between; empty after any other key.</summary>
    public IReadOnlyList<string> Choices { get; private set; } = [];

    private string Before => Text[..Cursor];

    private string After => Text[Cursor..];

    /// <summary>Begins another line.</summary>
    public void Begin()
    {
        Set(string.Empty, string.Empty);
        (_at, _newest) = (_history.Count, string.Empty);
    }

    /// <summary>Takes a key.</summary>
    public LineState Take(ConsoleKeyInfo key)
    {
        Choices = [];
        if (key.Modifiers.HasFlag(ConsoleModifiers.Control))
            return TakeControl(key.Key);
        switch (key.Key)
        {
            case ConsoleKey.Enter: return Finish();
            case ConsoleKey.Tab: Complete(); break;
            case ConsoleKey.Backspace: Erase(1); break;
            case ConsoleKey.Delete: Set(Before, After.Length > 0 ? After[1..] : string.Empty); break;
            case ConsoleKey.LeftArrow: Move(Cursor - 1); break;
            case ConsoleKey.RightArrow: Move(Cursor + 1); break;
            case ConsoleKey.Home: Move(0); break;
            case ConsoleKey.End: Move(Text.Length); break;
            case ConsoleKey.UpArrow: Recall(_at - 1); break;
            case ConsoleKey.DownArrow: Recall(_at + 1); break;
            default: Insert(key.KeyChar); break;
        }

        return LineState.Open;
    }

    private LineState TakeControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.C: return LineState.Dropped;
            case ConsoleKey.D when Text.Length == 0: return LineState.Ended;
            case ConsoleKey.D: Set(Before, After.Length > 0 ? After[1..] : string.Empty); break;
            case ConsoleKey.J or ConsoleKey.M: return Finish();
            case ConsoleKey.I: Complete(); break;
            case ConsoleKey.H: Erase(1); break;
            case ConsoleKey.W: Erase(Before.Length - Before.TrimEnd().LastIndexOf(' ') - 1); break;
            case ConsoleKey.U: Set(string.Empty, After); break;
            case ConsoleKey.K: Set(Before, string.Empty); break;
            case ConsoleKey.A: Move(0); break;
            case ConsoleKey.E: Move(Text.Length); break;
            case ConsoleKey.B: Move(Cursor - 1); break;
            case ConsoleKey.F: Move(Cursor + 1); break;
            case ConsoleKey.P: Recall(_at - 1); break;
            case ConsoleKey.N: Recall(_at + 1); break;
        }

        return LineState.Open;
    }

    private LineState Finish()
    {
        if (Text.Trim().Length > 0 && _history.LastOrDefault() != Text)
            _history.Add(Text);
        if (_history.Count > MostHistory)
            _history.RemoveAt(0);
        return LineState.Done;
    }

    private void Complete()
    {
        var word = Before[(Before.LastIndexOf(' ') + 1)..];
        var words = complete(Before).Where(w => w.StartsWith(word, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal).ToList();
        if (words is [])
            return;
        var common = words.Aggregate((a, b) => a[..a.AsSpan().CommonPrefixLength(b)]);
        if (words.Count == 1)
            common += ' ';
        if (common.Length > word.Length)
            Set(Before + common[word.Length..], After);
        else
            Choices = words;
    }

    private void Recall(int at)
    {
        if (at < 0 || at > _history.Count || at == _at)
            return;
        if (_at == _history.Count)
            _newest = Text;
        _at = at;
        Set(at == _history.Count ? _newest : _history[at], string.Empty);
    }

    private void Insert(char typed)
    {
        if (!char.IsControl(typed) && Text.Length < MostCharacters)
            Set(Before + typed, After);
    }

    private void Erase(int count) => Set(Before[..Math.Max(0, Cursor - count)], After);

    private void Move(int cursor) => Cursor = Math.Clamp(cursor, 0, Text.Length);

    private void Set(string before, string after) => (Text, Cursor) = (before + after, before.Length);
}
