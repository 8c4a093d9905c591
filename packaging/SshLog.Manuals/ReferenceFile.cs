namespace SshLog.Manuals;

/// <summary>
/// Reads what hocon/reference.conf says of each setting: the comment above it or behind it. The layout of that file is
/// ours and simple: one key or one opening or closing brace a line.
/// </summary>
internal static class ReferenceFile
{
    /// <summary>A setting or a group of them.</summary>
    /// <param name="Path">Full path of the key.</param>
    /// <param name="Value">Its default as written; null for a group.</param>
    /// <param name="Description">Its comment in one line; empty for none.</param>
    public sealed record Entry(string Path, string? Value, string Description);

    /// <summary>The entries in the file's order.</summary>
    /// <exception cref="FormatException">A brace too many or too few.</exception>
    public static IReadOnlyList<Entry> Read(IReadOnlyList<string> lines)
    {
        var entries = new List<Entry>();
        var path = new List<string>();
        var comment = new List<string>();
        for (var number = 0; number < lines.Count; number++)
        {
            var line = lines[number].Trim();
            if (line.StartsWith('#'))
            {
                comment.Add(line.TrimStart('#').Trim());
                continue;
            }

            var (code, remark) = Split(line);
            if (code.EndsWith('{') && !code.Contains('=', StringComparison.Ordinal))
            {
                path.Add(code.TrimEnd('{').Trim());
                entries.Add(new Entry(string.Join('.', path), null, Describe(comment, remark)));
            }
            else if (code == "}")
            {
                if (path.Count == 0)
                    throw new FormatException($"line {number + 1}: nothing is open that this brace could close");
                path.RemoveAt(path.Count - 1);
            }
            else if (code.Length > 0)
            {
                var equals = code.IndexOf('=', StringComparison.Ordinal);
                if (equals < 0)
                    throw new FormatException($"line {number + 1}: '{code}' is no key = value");
                var value = code[(equals + 1)..].Trim();
                while (Open(value) > 0 && ++number < lines.Count)
                    value += " " + Split(lines[number].Trim()).Code;
                entries.Add(new Entry(string.Join('.', [.. path, code[..equals].Trim()]), value, Describe(comment, remark)));
            }

            comment.Clear();
        }

        return path.Count == 0 ? entries : throw new FormatException($"'{path[^1]}' is not closed");
    }

    private static string Describe(List<string> comment, string remark) =>
        string.Join(' ', remark.Length > 0 ? comment.Append(remark) : comment).Trim();

    private static int Open(string value) => value.Count(c => c is '[' or '{') - value.Count(c => c is ']' or '}');

    // A '#' within quotes is no comment.
    private static (string Code, string Remark) Split(string line)
    {
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == '#' && !quoted)
                return (line[..i].Trim(), line[(i + 1)..].Trim());
        }

        return (line, string.Empty);
    }
}
