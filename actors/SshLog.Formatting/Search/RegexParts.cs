using System.Text;

namespace SshLog.Formatting.Search;

/// <summary>
/// Finds texts that whatever a regular expression matches must have: characters that stand outside of groups and choices and
/// follow each other. It finds too few rather than one too many.
/// </summary>
public sealed class RegexParts
{
    private readonly List<string> _parts = [];
    private readonly StringBuilder _run = new();
    private readonly string _expression;
    private int _at;

    private RegexParts(string expression) => _expression = expression;

    /// <summary>The texts; none if there are none, or it cannot be said.</summary>
    public static IReadOnlyList<string> Of(string expression) => new RegexParts(expression).Find() ?? [];

    private List<string>? Find()
    {
        // An option may change what everything behind it means.
        if (_expression.Contains("(?", StringComparison.Ordinal) && !OnlyPlainGroups())
            return null;
        while (_at < _expression.Length)
        {
            var c = _expression[_at++];
            switch (c)
            {
                case '|':
                    return null;
                case '(':
                    EndRun();
                    if (!SkipGroup())
                        return null;
                    break;
                case '[':
                    EndRun();
                    if (!SkipClass())
                        return null;
                    break;
                case '*' or '?' or '{' or '+':
                    Repeat(c);
                    break;
                case '.' or '^' or '$':
                    EndRun();
                    break;
                case '\\':
                    Escape();
                    break;
                default:
                    _run.Append(c);
                    break;
            }
        }

        EndRun();
        return _parts;
    }

    private bool OnlyPlainGroups()
    {
        for (var i = _expression.IndexOf("(?", StringComparison.Ordinal); i >= 0; i = _expression.IndexOf("(?", i + 2, StringComparison.Ordinal))
        {
            if (i + 2 >= _expression.Length || _expression[i + 2] != ':')
                return false;
        }

        return true;
    }

    // Once at least: the character before stays, but what follows need not follow it.
    private void Repeat(char how)
    {
        if (how != '+' && _run.Length > 0)
            _run.Length--;
        EndRun();
        if (how == '{')
        {
            var end = _expression.IndexOf('}', _at);
            _at = end < 0 ? _at : end + 1;
        }
    }

    private void Escape()
    {
        var c = _at < _expression.Length ? _expression[_at++] : '\\';
        if (char.IsAsciiLetterOrDigit(c))
            EndEscape(c);
        else
            _run.Append(c);
    }

    // \t, \x41, \u0041, \cA, \p{L}, \w and what else there is: no text, and its own letters are none either.
    private void EndEscape(char c)
    {
        EndRun();
        var length = c switch { 'x' => 2, 'u' => 4, 'c' => 1, _ => 0 };
        _at = Math.Min(_expression.Length, _at + length);
        if (c is 'p' or 'P' or 'k')
            _at = Math.Max(_at, _expression.IndexOf(c == 'k' ? '>' : '}', _at) + 1);
        while (char.IsAsciiDigit(c) && _at < _expression.Length && char.IsAsciiDigit(_expression[_at]))
            _at++;
    }

    private bool SkipGroup()
    {
        for (var depth = 1; depth > 0; _at++)
        {
            if (_at >= _expression.Length)
                return false;
            switch (_expression[_at])
            {
                case '\\':
                    _at++;
                    break;
                case '[':
                    _at++;
                    if (!SkipClass())
                        return false;
                    _at--;
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
            }
        }

        return true;
    }

    // A bracket right at its beginning is one of its characters; subtractions are not looked into.
    private bool SkipClass()
    {
        _at += _at < _expression.Length && _expression[_at] == '^' ? 1 : 0;
        var first = _at;
        for (; _at < _expression.Length; _at++)
        {
            var c = _expression[_at];
            if (c == '\\')
                _at++;
            else if (c == '[')
                return false;
            else if (c == ']' && _at > first)
                return ++_at <= _expression.Length;
        }

        return false;
    }

    private void EndRun()
    {
        if (_run.Length >= TextGrams.Length)
            _parts.Add(_run.ToString());
        _run.Clear();
    }
}
