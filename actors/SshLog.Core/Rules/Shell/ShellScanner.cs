using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SshLog.Core.Rules.Shell;

/// <summary>Reads a POSIX shell's text once, copying it with fields replaced.</summary>
internal sealed partial class ShellScanner(string text, ShellParameters parameters)
{
    private readonly StringBuilder _out = new();
    private readonly ShellGrammar _grammar = new();
    private int _at;

    private char Current => _at < text.Length ? text[_at] : '\0';

    private char Next => _at + 1 < text.Length ? text[_at + 1] : '\0';

    public string Run()
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ShellRefusalException("it holds a NUL");
        Commands(insideSubstitution: false);
        return _out.ToString();
    }

    /// <summary>Reads up to the end, or to the parenthesis that closes a command substitution.</summary>
    private void Commands(bool insideSubstitution)
    {
        var open = 0;
        while (_at < text.Length)
        {
            var c = Current;
            if (insideSubstitution && c == ')' && open == 0)
            {
                _grammar.EndWord();
                return;
            }

            switch (c)
            {
                case '\'':
                    SingleQuoted(insideSubstitution);
                    break;
                case '"':
                    DoubleQuoted(insideSubstitution);
                    break;
                case '\\':
                    Escape();
                    break;
                case '$':
                    Dollar(insideSubstitution);
                    break;
                case '`':
                    throw new ShellRefusalException("it holds backquotes");
                case '{' when Next == '{':
                    Field("\"", "\"", insideSubstitution);
                    break;
                case '#' when _grammar.AtWordStart:
                    Comment(insideSubstitution);
                    break;
                case '(' when insideSubstitution:
                    throw new ShellRefusalException("it holds a parenthesis inside $(..)");
                case '(':
                    _grammar.OpenParenthesis();
                    open++;
                    Copy();
                    break;
                case ')':
                    open = Math.Max(0, open - 1);
                    _grammar.EndCommand();
                    Copy();
                    break;
                case '<' or '>' or '&' or '|' or ';' or '\n':
                    Operator();
                    break;
                case ' ' or '\t' or '\r':
                    _grammar.EndWord();
                    Copy();
                    break;
                default:
                    _grammar.Add(c);
                    Copy();
                    break;
            }
        }

        _grammar.EndWord();
        if (insideSubstitution)
            throw new ShellRefusalException("a $( is not closed");
    }

    private void Operator()
    {
        if (Current is '<' or '>' || (Current == '&' && Next == '>'))
        {
            if (Current == '<' && Next == '<' && (_at + 2 >= text.Length || text[_at + 2] != '<'))
                throw new ShellRefusalException("it holds a here-document (<<)");
            _grammar.Redirect();
            while (Current is '<' or '>' or '&')
                Copy();
            if (Current == '(')
                throw new ShellRefusalException("it holds a process substitution");
            return;
        }

        _grammar.EndCommand();
        Copy();
    }

    private void SingleQuoted(bool insideSubstitution)
    {
        _grammar.Quote();
        Copy();
        while (Current != '\'')
        {
            if (_at >= text.Length)
                throw new ShellRefusalException("a single quote is not closed");
            if (Current == '{' && Next == '{')
            {
                Field("'\"", "\"'", insideSubstitution);
                continue;
            }

            _grammar.Add(Current);
            Copy();
        }

        Copy();
    }

    private void DoubleQuoted(bool insideSubstitution)
    {
        _grammar.Quote();
        Copy();
        while (Current != '"')
        {
            if (_at >= text.Length)
                throw new ShellRefusalException("a double quote is not closed");
            switch (Current)
            {
                case '\\':
                    Escape();
                    break;
                case '`':
                    throw new ShellRefusalException("it holds backquotes");
                case '$':
                    Dollar(insideSubstitution);
                    break;
                case '{' when Next == '{':
                    Field(string.Empty, string.Empty, insideSubstitution);
                    break;
                default:
                    _grammar.Add(Current);
                    Copy();
                    break;
            }
        }

        Copy();
    }

    private void Escape()
    {
        if (FieldText.HasField(text[(_at + 1)..Math.Min(_at + 3, text.Length)]))
            throw new ShellRefusalException("a backslash stands before a field");
        // In an unquoted text a new line is taken away with its backslash.
        if (Next != '\n')
            _grammar.Add(Next);
        Copy();
        Copy();
    }

    private void Comment(bool insideSubstitution)
    {
        while (_at < text.Length && Current != '\n')
        {
            if (Current == '{' && Next == '{')
                Field(string.Empty, string.Empty, insideSubstitution);
            else
                Copy();
        }
    }

    private void Dollar(bool insideSubstitution)
    {
        _grammar.Expand();
        switch (Next)
        {
            case '(':
                Substitution(insideSubstitution);
                return;
            case '{':
                if (_at + 2 < text.Length && text[_at + 2] == '{')
                    throw new ShellRefusalException("a dollar sign stands before a field");
                Parameter();
                return;
            case '[':
                throw new ShellRefusalException("it holds $[..] arithmetic");
            case '\'' or '"':
                throw new ShellRefusalException("it holds a $'..' or $\"..\" text");
            case '@' or '*' or '#':
                throw new ShellRefusalException($"it uses ${Next}, which the new parameters would change");
            case >= '0' and <= '9':
                Refuse(Next - '0');
                break;
        }

        Copy();
        // The character behind belongs to the name, whatever it is: $$ is no start of another expansion.
        if (Current is '$' or '?' or '!' or '-' or (>= '0' and <= '9') or '_' || char.IsAsciiLetter(Current))
            Copy();
    }

    private void Substitution(bool insideSubstitution)
    {
        if (_at + 2 < text.Length && text[_at + 2] == '(')
            throw new ShellRefusalException("it holds $((..)) arithmetic");
        if (insideSubstitution)
            throw new ShellRefusalException("it holds a $(..) inside another");
        Copy();
        Copy();
        var start = _at;
        var outer = _grammar.Save();
        Commands(insideSubstitution: true);
        _grammar.Restore(outer);
        // A pattern of case may hold the parenthesis that was taken for the end.
        if (Case().IsMatch(text[start.._at]))
            throw new ShellRefusalException("it holds a case inside $(..)");
        Copy();
    }

    private void Parameter()
    {
        var match = Expansion().Match(text, _at);
        if (!match.Success)
            throw new ShellRefusalException("it holds a ${..} that is not plain");
        if (int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            Refuse(number);
        _out.Append(match.Value);
        _at += match.Length;
    }

    private void Refuse(int number)
    {
        if (number >= parameters.First)
            throw new ShellRefusalException(string.Create(CultureInfo.InvariantCulture, $"it uses ${number}, which was empty so far"));
    }

    private void Field(string before, string after, bool insideSubstitution)
    {
        if (FieldText.At(text, _at, out var length) is not { } name)
            throw new ShellRefusalException("it holds {{ that begins no field");
        if (insideSubstitution)
            throw new ShellRefusalException($"{FieldText.Write(name)} stands inside $(..)");
        if (before.Length > 0 && _at > 0 && text[_at - 1] == '~')
            throw new ShellRefusalException($"{FieldText.Write(name)} follows a tilde");
        _grammar.Field(name);
        _at += length;
        var braced = before.Length == 0 && char.IsAsciiDigit(Current);
        _out.Append(before).Append(parameters.Reference(name, braced)).Append(after);
    }

    private void Copy()
    {
        if (_at < text.Length)
            _out.Append(text[_at++]);
    }

    [GeneratedRegex(@"\bcase\b", RegexOptions.CultureInvariant)]
    private static partial Regex Case();

    // ${NAME}, ${1}, ${NAME:-word}, ${NAME%pattern} with nothing inside that expands once more.
    [GeneratedRegex(@"\G\$\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+)(?:(?::?[-=+?]|%%?|\#\#?)[^$`'""\\{}]*)?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Expansion();
}
