namespace SshLog.Packaging.Tests;

/// <summary>A line of a documented shell session, as far as such lines go: quotes, comments, pipes, redirections.</summary>
internal static class ShellLine
{
    /// <summary>The commands of a line, each with its words; a prompt, variables before it and its directory are left out.</summary>
    public static IEnumerable<string[]> Commands(string line)
    {
        var commands = new List<List<string>> { new() };
        foreach (var word in Words(Prompt(line)))
        {
            if (word is ";" or "|" or "&&" or "||" or "&")
                commands.Add([]);
            else
                commands[^1].Add(word);
        }

        foreach (var command in commands)
        {
            var words = command.TakeWhile(w => w is not (">" or ">>" or "<")).SkipWhile(w => w.Contains('=', StringComparison.Ordinal)).ToArray();
            if (words.Length == 0)
                continue;
            words[0] = Path.GetFileName(words[0]);
            yield return words;
        }
    }

    private static string Prompt(string line) => line.StartsWith("# ", StringComparison.Ordinal) || line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line;

    private static IEnumerable<string> Words(string line)
    {
        var word = new System.Text.StringBuilder();
        var (begun, quote) = (false, '\0');
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
                else
                    word.Append(c == '\\' && quote == '"' && i + 1 < line.Length ? line[++i] : c);
            }
            else if (c is '\'' or '"')
            {
                (quote, begun) = (c, true);
            }
            else if (c is ' ' or ';' or '|' or '&' or '>' or '<')
            {
                if (begun)
                    yield return word.ToString();
                word.Clear();
                begun = false;
                if (c == ' ')
                    continue;
                var doubled = c is '&' or '>' or '|' && i + 1 < line.Length && line[i + 1] == c;
                yield return doubled ? $"{c}{line[++i]}" : $"{c}";
            }
            else if (c == '#' && !begun)
            {
                yield break;
            }
            else if (c is not ('[' or ']'))
            {
                // Brackets: what may be left out.
                word.Append(c);
                begun = true;
            }
        }

        if (begun)
            yield return word.ToString();
    }
}
