namespace SshLog.Cli.Prompt;

/// <summary>Asks for lines on a terminal, with editing, history and completion.</summary>
/// <param name="output">The terminal.</param>
/// <param name="keys">What is typed there.</param>
/// <param name="editor">The line.</param>
internal sealed class LinePrompt(TextWriter output, IPromptKeys keys, LineEditor editor)
{
    /// <summary>Asks for a line, and again when one is given up.</summary>
    /// <returns>Null when nothing more comes.</returns>
    public string? ReadLine(string prompt)
    {
        using var mode = keys.Take();
        editor.Begin();
        while (true)
        {
            Draw(prompt);
            if (keys.Read() is not { } key)
                return null;
            var state = editor.Take(key);
            if (state == LineState.Open)
            {
                Offer();
                continue;
            }

            output.Write(state == LineState.Dropped ? "^C\r\n" : "\r\n");
            output.Flush();
            if (state != LineState.Dropped)
                return state == LineState.Done ? editor.Text : null;
            editor.Begin();
        }
    }

    // What does not fit is moved out at the left; the terminal itself knows how wide the characters are.
    private void Draw(string prompt)
    {
        var room = Math.Max(1, keys.Columns - prompt.Length - 1);
        var from = Math.Max(0, editor.Cursor - room);
        var until = Math.Min(editor.Text.Length, from + room);
        output.Write($"\r{prompt}{editor.Text[from..editor.Cursor]}\e7{editor.Text[editor.Cursor..until]}\e[K\e8");
        output.Flush();
    }

    private void Offer()
    {
        if (editor.Choices.Count > 0)
            output.Write($"\r\n{string.Join("  ", editor.Choices)}\r\n");
    }
}

/// <summary>Keys of a terminal.</summary>
internal interface IPromptKeys
{
    /// <summary>The window's width now.</summary>
    int Columns { get; }

    /// <summary>Takes the terminal out of line mode until what it gives is disposed of.</summary>
    IDisposable? Take();

    /// <summary>Waits for a key; Ctrl+C is one. Null when none will come any more.</summary>
    ConsoleKeyInfo? Read();
}
