using SshLog.Core.Rules;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SshLog.Configuration.Rules;

/// <summary>Reads YAML into values that know their lines. Bounded, because an alias can be written as cheaply as it is large.</summary>
internal sealed class YamlReader
{
    private const int Deepest = 64;
    private const int MostValues = 100_000;
    private readonly IParser _parser;
    private readonly string _file;
    private readonly Dictionary<AnchorName, (SettingValue Value, int Size)> _anchors = [];
    private int _size;

    private YamlReader(IParser parser, string file)
    {
        _parser = parser;
        _file = file;
    }

    /// <summary>The document; null when it is empty or wrong, which has been told then.</summary>
    public static SettingValue? Read(string text, string file, Problems problems)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var value = new YamlReader(parser, file).Value(0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out var more))
                problems.Add(new SourcePosition(file, Line(parser.Current!)), "only one YAML document may stand in a file");
            return value;
        }
        catch (YamlException e)
        {
            var reason = e.InnerException is null ? e.Message : e.InnerException.Message;
            problems.Add(new SourcePosition(file, (int)e.Start.Line), $"this is no YAML: {reason}");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The parser's own, on some texts that are no YAML; it does not say where.
            problems.Add(new SourcePosition(file, 0), $"this is no YAML: {e.Message}");
            return null;
        }
    }

    private SettingValue Value(int depth)
    {
        var start = _parser.Current is NodeEvent or AnchorAlias
            ? _parser.Current : throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a value is missing");
        if (depth > Deepest)
            throw new YamlException(start.Start, start.End, $"nested more than {Deepest} deep");
        var before = _size;
        Grow(1, start);
        var value = start switch
        {
            AnchorAlias alias => Alias(alias),
            Scalar scalar => Leaf(scalar),
            SequenceStart => Sequence(start, depth),
            _ => Mapping(start, depth),
        };
        if (start is NodeEvent { Anchor: { IsEmpty: false } anchor })
            _anchors[anchor] = (value, _size - before);
        return value;
    }

    private SettingValue Alias(AnchorAlias alias)
    {
        _parser.MoveNext();
        if (!_anchors.TryGetValue(alias.Value, out var target))
            throw new YamlException(alias.Start, alias.End, $"there is no anchor &{alias.Value}");
        Grow(target.Size, alias);
        return target.Value;
    }

    private SettingValue Leaf(Scalar scalar)
    {
        _parser.MoveNext();
        var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";
        return isNull ? new NoValue(At(scalar)) : new SettingValue.Text(scalar.Value, At(scalar));
    }

    private SettingValue.List Sequence(ParsingEvent start, int depth)
    {
        _parser.MoveNext();
        var items = new List<SettingValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Value(depth + 1));
        return new SettingValue.List(items, At(start));
    }

    private SettingValue.Map Mapping(ParsingEvent start, int depth)
    {
        _parser.MoveNext();
        var fields = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            if (fields.ContainsKey(key.Value))
                throw new YamlException(key.Start, key.End, $"'{key.Value}' stands here twice");
            fields[key.Value] = Value(depth + 1);
        }

        return new SettingValue.Map(fields, At(start));
    }

    private void Grow(int values, ParsingEvent at)
    {
        _size += values;
        if (_size > MostValues)
            throw new YamlException(at.Start, at.End, $"more than {MostValues} values");
    }

    private SourcePosition At(ParsingEvent at) => new(_file, Line(at));

    private static int Line(ParsingEvent at) => (int)at.Start.Line;
}
