using System.Text.RegularExpressions;

namespace SshLog.Formatting.Search;

/// <summary>What a search looks for. Without capital letters in it, capitals do not matter.</summary>
public sealed class SoughtText
{
    private readonly Predicate<string> _matches;

    private SoughtText(IReadOnlyList<string> parts, Predicate<string> matches) => (Parts, _matches) = (parts, matches);

    /// <summary>Texts that every line which is a hit has, in whatever letter case.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Reads what a person asks for.</summary>
    /// <param name="text">A text, or a regular expression without back-references and look-around.</param>
    /// <param name="isRegex">Which.</param>
    /// <exception cref="FormatException">It cannot be searched for; the message says why.</exception>
    public static SoughtText Parse(string text, bool isRegex)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ignoreCase = !text.Any(char.IsUpper);
        if (!isRegex)
        {
            var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            return new SoughtText([text], line => line.Contains(text, comparison));
        }

        try
        {
            // Takes time in proportion to the line, whatever the expression.
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : 0);
            return new SoughtText(RegexParts.Of(text), new Regex(text, options).IsMatch);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException(e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Whether a command or a line is a hit.</summary>
    public bool Matches(string line) => _matches(line);
}
