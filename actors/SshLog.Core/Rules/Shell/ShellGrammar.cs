using System.Buffers;
using System.Text;

namespace SshLog.Core.Rules.Shell;

/// <summary>
/// Follows words and commands of a shell's text far enough to know where a program's name stands, and refuses words
/// that would read a field as code once more.
/// </summary>
internal sealed class ShellGrammar
{
    private static readonly HashSet<string> _beforeCommand = new(StringComparer.Ordinal)
    {
        "!", "if", "then", "else", "elif", "do", "while", "until", "{",
    };

    // Evaluate names, arithmetic or text, or change the positional parameters.
    private static readonly HashSet<string> _evaluating = new(StringComparer.Ordinal)
    {
        "eval", "source", ".", "trap", "let", "declare", "typeset", "local", "export", "readonly", "unset", "read",
        "mapfile", "readarray", "getopts", "[[", "shift", "set", "alias", "function", "coproc", "select", "enable",
        "builtin", "command", "exec", "hash", "bind", "complete", "compgen", "history", "fc", "time",
    };

    private static readonly HashSet<string> _testing = new(StringComparer.Ordinal) { "[", "test", "printf" };

    private static readonly SearchValues<char> _beforeEquals = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+[]");

    private readonly StringBuilder _word = new();
    private bool _inWord;
    private bool _expands;
    private bool _quoted;
    private string? _field;
    private bool _atCommand = true;
    private bool _atTarget;
    private bool _tests;
    private bool _namesVariable;

    public bool AtWordStart => !_inWord;

    public void Add(char c)
    {
        _inWord = true;
        _word.Append(c);
    }

    public void Quote() => _inWord = _quoted = true;

    public void Expand() => _inWord = _expands = true;

    public void Field(string name)
    {
        // What stands before an equals sign decides below whether this is an assignment.
        _inWord = true;
        _field ??= IsAssignment() ? null : name;
        _word.Append('\u0001');
    }

    public void OpenParenthesis()
    {
        if (_inWord || !_atCommand || _atTarget)
            throw new ShellRefusalException("it holds a parenthesis that opens no subshell");
    }

    public void Redirect()
    {
        // The digits of 2> are no word.
        if (_inWord && !_quoted && !_expands && _word.Length > 0 && IsDigits())
            Clear();
        EndWord();
        _atTarget = true;
    }

    public void EndCommand()
    {
        EndWord();
        _atCommand = true;
        _atTarget = false;
    }

    public void EndWord()
    {
        if (!_inWord)
            return;
        var word = _word.ToString();
        if (_atTarget)
            _atTarget = false;
        else if (_atCommand)
            Command(word);
        Examine(word);
        Clear();
    }

    public (string Word, bool Expands, bool Quoted, string? Field, bool AtCommand, bool AtTarget) Save()
    {
        var saved = (_word.ToString(), _expands, _quoted, _field, _atCommand, _atTarget);
        Clear();
        (_atCommand, _atTarget) = (true, false);
        return saved;
    }

    public void Restore((string Word, bool Expands, bool Quoted, string? Field, bool AtCommand, bool AtTarget) saved)
    {
        Clear();
        _word.Append(saved.Word);
        _inWord = true;
        (_expands, _quoted, _field) = (saved.Expands, saved.Quoted, saved.Field);
        (_atCommand, _atTarget) = (saved.AtCommand, saved.AtTarget);
    }

    private void Command(string word)
    {
        if (IsAssignment())
        {
            if (word.AsSpan(0, word.IndexOf('=', StringComparison.Ordinal)).Contains('['))
                throw new ShellRefusalException("it assigns to an array");
            return;
        }

        if (_field is { } name)
            throw new ShellRefusalException($"{FieldText.Write(name)} stands where a program's name is expected");
        if (_expands)
            throw new ShellRefusalException("a variable stands where a program's name is expected");
        _atCommand = !_quoted && _beforeCommand.Contains(word);
    }

    private void Examine(string word)
    {
        if (_evaluating.Contains(word))
            throw new ShellRefusalException($"it uses '{word}', which may read a field as code or move the parameters");
        if (ShellWords.Interprets(word))
            throw new ShellRefusalException($"it runs '{word}', which may read a field as code");
        _tests |= _testing.Contains(word);
        _namesVariable |= word == "-v" || (word.StartsWith("-v", StringComparison.Ordinal) && word.Length > 2);
        if (_tests && _namesVariable)
            throw new ShellRefusalException("it uses -v, which may read a field as code");
    }

    private bool IsAssignment()
    {
        var word = _word.ToString();
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || !(char.IsAsciiLetter(word[0]) || word[0] == '_'))
            return false;
        return word.AsSpan(0, equals).IndexOfAnyExcept(_beforeEquals) < 0;
    }

    private bool IsDigits() => _word.ToString().All(char.IsAsciiDigit);

    private void Clear()
    {
        _word.Clear();
        _inWord = _expands = _quoted = false;
        _field = null;
    }
}
