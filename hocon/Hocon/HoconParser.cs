using System.Text;

namespace Hocon;

/// <summary>Reads HOCON into a resolved tree in which every value knows where it was written.</summary>
public sealed class HoconParser
{
    private const int MaxIncludes = 32;
    private readonly HoconReader _reader;
    private readonly IReadOnlyList<string> _scope;
    private readonly int _depth;
    private readonly Func<string, string?> _readIncluded;

    /// <summary>Keys that lead to the object being read.</summary>
    private readonly List<string> _path;

    private HoconParser(string text, string? file, IReadOnlyList<string> scope, int depth, Func<string, string?> readIncluded)
    {
        _reader = new HoconReader(text, file);
        _scope = scope;
        _path = [.. scope];
        _depth = depth;
        _readIncluded = readIncluded;
    }

    /// <summary>Parses a text and resolves its substitutions against itself, then the environment.</summary>
    /// <param name="text">HOCON; braces around the whole are optional.</param>
    /// <param name="file">Its path, for messages and for includes, which are relative to it.</param>
    /// <param name="readIncluded">
    /// The text of a file that is included; null where there is none. An <see cref="IOException"/> says why it may not be used
    /// and becomes an error at the place of the include. Without it whatever can be read is.
    /// </param>
    /// <exception cref="HoconParserException">The text is not HOCON, or includes what cannot be read.</exception>
    public static HoconNode Parse(string text, string? file = null, Func<string, string?>? readIncluded = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return HoconResolver.Resolve(new HoconParser(text, file, [], 0, readIncluded ?? ReadAny).Document());
    }

    /// <summary>Parses and resolves a file; its includes are relative to it.</summary>
    /// <exception cref="HoconParserException">The text is not HOCON.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static HoconNode ParseFile(string file) => Parse(File.ReadAllText(file), file);

    private static string? ReadAny(string file) => File.Exists(file) ? File.ReadAllText(file) : null;

    private DraftObject Document()
    {
        _reader.SkipLines();
        var root = new DraftObject(_reader.Origin);
        if (_reader.Current == '[')
            throw _reader.Error("the outermost value must be an object, not a list");
        if (_reader.Current != '{')
            Fields(root);
        else
            root = Braces();
        _reader.SkipLines();
        return _reader.AtEnd ? root : throw _reader.Error($"expected the end of the text, found {_reader.Found()}");
    }

    private DraftObject Braces()
    {
        var open = _reader.Origin;
        var result = new DraftObject(open);
        result.Opened.Add(open);
        _reader.Next();
        Fields(result);
        if (_reader.AtEnd)
            throw new HoconParserException("'{' is not closed", open);
        _reader.Expect('}', "after an object");
        return result;
    }

    private void Fields(DraftObject target)
    {
        _reader.SkipLines();
        var separated = true;
        while (!_reader.AtEnd && _reader.Current != '}')
        {
            if (!separated)
                throw _reader.Error($"expected a comma or a new line before the next key, found {_reader.Found()}");
            if (!TryInclude(target))
                Field(target);
            separated = _reader.SkipSeparator();
        }
    }

    private void Field(DraftObject target)
    {
        var keys = Key("before its value", inSubstitution: false);
        _reader.SkipLines();
        var append = _reader.Take("+=");
        if (!append && _reader.Current is ':' or '=')
            _reader.Next();
        else if (!append && _reader.Current != '{')
            throw _reader.Error(
                $"expected '=', ':' or '{{' after {HoconText.JoinPath(keys)}, found {_reader.Found()}");
        _reader.SkipLines();
        _path.AddRange(keys);
        var value = Value();
        if (append)
            value = new DraftConcatenation(
                [new DraftSubstitution([.. _path], [], optional: true, value.Origin),
                new DraftArray([value], value.Origin)], value.Origin, appends: true);
        _path.RemoveRange(_path.Count - keys.Count, keys.Count);
        target.Set(keys, value);
    }

    /// <summary>Reads a path of keys up to its separator, or up to the brace that closes a substitution.</summary>
    private List<string> Key(string where, bool inSubstitution)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        var given = false;
        var blanks = "";
        while (true)
        {
            var quoted = _reader.Current == '"';
            var piece = quoted ? _reader.Quoted() : _reader.Unquoted(key: true);
            if (key.Length > 0 && (quoted || piece.Length > 0))
                key.Append(blanks);
            key.Append(piece);
            given |= quoted || piece.Length > 0;
            blanks = _reader.Blanks();
            if (_reader.Current == '.' || KeyEnds(inSubstitution))
            {
                if (!given)
                    throw _reader.Error($"a key is missing {where}, found {_reader.Found()}");
                keys.Add(key.ToString());
                if (_reader.Current != '.')
                    return keys;
                _reader.Next();
                _reader.Blanks();
                key.Clear();
                given = false;
            }
            else if (_reader.Current != '"' && HoconText.IsReserved(_reader.Current))
                throw _reader.Error($"'{_reader.Current}' in a key must be quoted");
        }
    }

    private bool KeyEnds(bool inSubstitution) => inSubstitution
        ? _reader.AtEnd || _reader.Current is '}' or '\n' || _reader.AtComment
        : _reader.AtValueEnd || _reader.Current is '=' or ':' or '{' || _reader.Looks("+=");

    private Draft Value()
    {
        var origin = _reader.Origin;
        var parts = new List<Draft>();
        while (!_reader.AtValueEnd)
        {
            parts.Add(Part());
            var blankAt = _reader.Origin;
            var blanks = _reader.Blanks();
            if (blanks.Length > 0 && !_reader.AtValueEnd)
                parts.Add(new DraftLeaf(HoconNode.Literal(blanks, quoted: false, blankAt), blank: true));
        }

        if (parts.Count == 0)
            throw _reader.Error($"a value is missing, found {_reader.Found()}");
        if (parts.Count == 1)
            return parts[0];
        if (parts.Exists(part => part is DraftObject) && parts.TrueForAll(MayBeObject))
            return new DraftStack(parts.FindAll(part => part is not DraftLeaf), origin);
        return new DraftConcatenation(parts, origin);
    }

    private static bool MayBeObject(Draft part) =>
        part is DraftObject or DraftSubstitution or DraftLeaf { Blank: true };

    private Draft Part()
    {
        var origin = _reader.Origin;
        switch (_reader.Current)
        {
            case '{': return Braces();
            case '[': return Brackets();
            case '"': return new DraftLeaf(HoconNode.Literal(_reader.Quoted(), quoted: true, origin));
            case '$': return Substitution();
            default: break;
        }

        var text = _reader.Unquoted();
        if (text.Length == 0)
            throw _reader.Error($"{_reader.Found()} in a value must be quoted");
        return new DraftLeaf(text == "null"
            ? HoconNode.Null(origin)
            : HoconNode.Literal(text, quoted: false, origin));
    }

    private DraftArray Brackets()
    {
        var open = _reader.Origin;
        var items = new List<Draft>();
        _reader.Next();
        _reader.SkipLines();
        _path.Add("[]"); // no path leads into a list, so that += inside starts anew
        var separated = true;
        while (_reader.Current != ']' || _reader.AtEnd)
        {
            if (_reader.AtEnd)
                throw new HoconParserException("'[' is not closed", open);
            if (!separated)
                throw _reader.Error($"expected a comma or a new line before the next item, found {_reader.Found()}");
            items.Add(Value());
            separated = _reader.SkipSeparator();
        }

        _path.RemoveAt(_path.Count - 1);
        _reader.Next();
        return new DraftArray(items, open);
    }

    private DraftSubstitution Substitution()
    {
        var origin = _reader.Origin;
        if (!_reader.Take("${"))
            throw _reader.Error("'$' in a value must be quoted, or start a substitution ${path}");
        var optional = _reader.Take("?");
        _reader.Blanks();
        var path = Key("in a substitution", inSubstitution: true);
        _reader.Expect('}', "after the path of a substitution");
        return new DraftSubstitution(path, _scope, optional, origin);
    }

    private bool TryInclude(DraftObject target)
    {
        if (!_reader.Looks("include "))
            return false;
        var origin = _reader.Origin;
        var ahead = new HoconInclude(_reader);
        if (ahead.Read() is not { } name)
            return false;
        if (_depth == MaxIncludes)
            throw new HoconParserException("includes go round in a circle or are too deep", origin);
        var folder = _reader.File is null ? null : Path.GetDirectoryName(_reader.File);
        var file = Path.Combine(folder ?? "", name);
        if (ReadIncluded(file, origin) is { } text)
            target.Merge(new HoconParser(text, file, [.. _path], _depth + 1, _readIncluded).Document());
        else if (ahead.Required)
            throw new HoconParserException($"the included file {file} does not exist", origin);
        return true;
    }

    private string? ReadIncluded(string file, HoconOrigin origin)
    {
        try
        {
            return _readIncluded(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoconParserException($"{file} cannot be included: {e.Message}", origin);
        }
    }
}
