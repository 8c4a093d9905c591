namespace SshLog.Core.Rules.Shell;

/// <summary>Finds the text that a command line gives to a shell or another interpreter as a program.</summary>
public static class ShellWords
{
    private static readonly HashSet<string> _posix = new(StringComparer.Ordinal)
    {
        "sh", "bash", "dash", "rbash",
    };

    // What they are given as a program cannot be made safe here; the options are those that take one.
    private static readonly Dictionary<string, string> _others = new(StringComparer.Ordinal)
    {
        ["zsh"] = "c", ["ksh"] = "c", ["mksh"] = "c", ["ash"] = "c", ["busybox"] = "c", ["csh"] = "c", ["tcsh"] = "c",
        ["fish"] = "c", ["python"] = "c", ["pypy"] = "c",
        ["perl"] = "eE", ["ruby"] = "e", ["node"] = "ep", ["nodejs"] = "ep", ["php"] = "rBRE", ["lua"] = "e",
        ["su"] = "c", ["runuser"] = "c", ["script"] = "c", ["env"] = "S", ["tclsh"] = "c", ["expect"] = "c",
    };

    // Every argument of these may be a program or reach a shell.
    private static readonly HashSet<string> _always = new(StringComparer.Ordinal)
    {
        "eval", "ssh", "awk", "gawk", "mawk", "nawk", "sed", "watch", "xterm", "tmux", "screen", "at", "batch", "parallel",
    };

    private static readonly HashSet<string> _valueOptions = new(StringComparer.Ordinal) { "-o", "+o", "-O", "+O", "--rcfile", "--init-file" };

    /// <summary>Where in an argument vector a program text stands.</summary>
    /// <param name="Interpreter">Base name of what reads it.</param>
    /// <param name="Index">Its argument; -1 when any argument behind <paramref name="Word"/> may be one.</param>
    /// <param name="Word">The interpreter's own place.</param>
    /// <param name="IsPosix">True for a shell whose positional parameters can carry fields.</param>
    public readonly record struct ProgramText(string Interpreter, int Index, int Word, bool IsPosix);

    /// <summary>The program texts of an argument vector, wrappers such as <c>sudo -u x bash -c</c> seen through.</summary>
    /// <param name="words">Program and arguments.</param>
    public static IEnumerable<ProgramText> Find(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        for (var i = 0; i < words.Count; i++)
        {
            var name = BaseName(words[i]);
            if (_posix.Contains(name))
            {
                if (TextOfShell(words, i) is { } index)
                {
                    yield return new ProgramText(name, index, i, IsPosix: true);
                    // What follows are the shell's own parameters: data.
                    yield break;
                }

                if (ScriptHasField(words, i))
                    yield return new ProgramText(name, -1, i, IsPosix: true);
            }
            else if (_others.TryGetValue(name, out var options))
            {
                for (var j = i + 1; j < words.Count; j++)
                {
                    if (words[j].StartsWith('-') && words[j].AsSpan(1).IndexOfAny(options) >= 0)
                        yield return new ProgramText(name, -1, i, IsPosix: false);
                }
            }
            else if (_always.Contains(name))
            {
                yield return new ProgramText(name, -1, i, IsPosix: false);
            }
        }
    }

    /// <summary>True for a program that runs what it is given: a field must not reach it inside a shell's text.</summary>
    public static bool Interprets(string word)
    {
        var name = BaseName(word);
        return _posix.Contains(name) || _others.ContainsKey(name) || _always.Contains(name);
    }

    // python3.11 is a python, ksh93 a ksh.
    private static string BaseName(string word) => word[(word.LastIndexOf('/') + 1)..].TrimEnd("0123456789.-".ToCharArray());

    // bash {{field}}: the file that the shell runs, or its options.
    private static bool ScriptHasField(IReadOnlyList<string> words, int shell)
    {
        for (var i = shell + 1; i < words.Count; i++)
        {
            if (FieldText.HasField(words[i]))
                return true;
            if (!words[i].StartsWith('-') && !words[i].StartsWith('+') && !_valueOptions.Contains(words[i - 1]))
                return false;
        }

        return false;
    }

    private static int? TextOfShell(IReadOnlyList<string> words, int shell)
    {
        var reads = false;
        for (var i = shell + 1; i < words.Count; i++)
        {
            var word = words[i];
            if (word is "-" or "--")
                return reads && i + 1 < words.Count ? i + 1 : null;
            if (_valueOptions.Contains(word))
                i++;
            else if (word.StartsWith("--", StringComparison.Ordinal))
                continue;
            else if (word.StartsWith('-') || word.StartsWith('+'))
                reads |= word[0] == '-' && word.Contains('c', StringComparison.Ordinal);
            else if (reads)
                return i;
            else
                return null;
        }

        return null;
    }
}
