using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Configuration.Rules;
using SshLog.Core.Rules;
using YamlDotNet.Serialization;

namespace SshLog.Configuration.Tests;

/// <summary>What is written is read back the same, in both forms.</summary>
public sealed class RoundTripTests : IDisposable
{
    private static readonly SshlogVocabulary _words = SshlogVocabulary.Instance;

    private static readonly Gen<string> _text = Gen.OneOf(
        Gen.Elements(
            "root", "a b", "", "\"", "\\", "'", "${x}", "$", "{{username}}", "# no comment", "// neither", "null", "on", "007",
            "line\nline", "\t", "é✓", "a: b", "- x", "include \"x\"", "\"\"\"", "[", "}", "=", "~", "*a", "&a", "!b", "\u007f", "%"),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => new string([.. s.Get.Where(c => c >= ' ' && !char.IsSurrogate(c) && c < '\uFDD0' && c != '\u2028' && c != '\u2029' && c != '\u0085')])));

    private static readonly Gen<string> _name = _text.Select(t => "n" + new string([.. t.Where(c => !char.IsControl(c))]));

    private static readonly Gen<ActionDefinition> _action = Gen.OneOf(
        from name in _name
        from command in Gen.Elements("logger", "espeak")
        from arguments in _text.ListOf()
        from timeout in Gen.Choose(1, 1000)
        select Action(name, "run_command_action", ("command", Text(command)), ("args", List(arguments)), ("timeout", new SettingValue.Number(timeout / 4m))),
        from name in _name
        from path in _text
        from json in ArbMap.Default.GeneratorFor<bool>()
        from size in Gen.Choose(1, 1000)
        select Action(name, "eventlogfile_action", ("log_file_path", Text(path)), ("output_json", new SettingValue.Flag(json)), ("max_size_mb", new SettingValue.Number(size))));

    private static readonly Gen<FilterExpression> _leaf = Gen.OneOf<FilterExpression>(
        _text.Select(t => (FilterExpression)new FilterExpression.Leaf("username", Text(t))),
        _text.Select(t => (FilterExpression)new FilterExpression.Leaf("command_name", Text(t))),
        Gen.Choose(0, 255).Select(n => (FilterExpression)new FilterExpression.Leaf("command_exit_code", Text(string.Create(CultureInfo.InvariantCulture, $">= {n}")))));

    private static readonly Arbitrary<RuleSet> _sets = (
        from actions in _action.NonEmptyListOf()
        from rules in Rule([.. actions]).ListOf()
        select new RuleSet(
            [.. rules.DistinctBy(r => r.Name)], [.. actions.DistinctBy(a => a.Name)])).ToArbitrary();

    private readonly ConfigurationDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Rules_written_as_hocon_are_read_back_the_same() => Prop.ForAll(_sets, rules =>
    {
        _directory.Write("sshlog.conf", RuleHocon.Write(rules));
        Assert.Equal(RuleText.Of(rules), RuleText.Of(_directory.Load().Rules));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_yaml_file_and_its_conversion_mean_the_same() => Prop.ForAll(_sets, rules =>
    {
        using var yaml = new ConfigurationDirectory();
        using var hocon = new ConfigurationDirectory();
        yaml.Write("sshlog.yaml", Yaml(rules));
        var read = yaml.Load().Rules;
        Assert.Equal(RuleText.Of(rules), RuleText.Of(read));
        hocon.Write("conf.d/rules.conf", RuleHocon.Write(read));
        Assert.Equal(RuleText.Of(read), RuleText.Of(hocon.Load().Rules));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    /// <summary>Any file is either read or refused with its name; nothing else happens.</summary>
    [Fact]
    public void Any_text_is_read_or_refused_by_name()
    {
        var pieces = Gen.Elements(
            "events", "actions", ":", " ", "\n", "  ", "- ", "{", "}", "[", "]", "\"", "'", "sshlog", ".", "=", "rules", "filters", "${", "&a", "*a",
            "plugin", "slack_action", "#", "|", ">", "command_start", "any", "not", "include ", "log", "files", "1", "null", "\\", "+=", "\u0000", "\t");
        Prop.ForAll(pieces.ListOf().Select(string.Concat).ToArbitrary(), Gen.Elements("x.conf", "x.yaml").ToArbitrary(), (text, name) =>
        {
            var file = _directory.Write("conf.d/" + name, text);
            try
            {
                _directory.Load();
            }
            catch (SettingsException e)
            {
                Assert.All(e.Problems, p => Assert.StartsWith(file, p, StringComparison.Ordinal));
            }

            File.Delete(file);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void A_text_at_which_the_yaml_parser_itself_fails_is_refused_by_name()
    {
        var file = _directory.Write("conf.d/x.yaml", "- #include |anyactionsslack_actionactionsany[&anot\tsshlog\t- 1\0- rulesfiles|  files=- {- slack_actionnot\t.not>logsshlog${>*anot\0: {={1\"  +=*a]sshlog*ainclude |+=:include ' \n\"&afilters");
        Assert.All(_directory.Refused(), p => Assert.StartsWith(file + ": this is no YAML", p, StringComparison.Ordinal));
    }

    private static Gen<Rule> Rule(IReadOnlyList<ActionDefinition> actions) =>
        from name in _name
        from triggers in Gen.SubListOf(_words.Triggers.ToArray())
        from filter in Top()
        from named in Gen.SubListOf(actions.Select(a => a.Name).Distinct().ToArray())
        select new Rule(
            name, [.. triggers.Append("command_finish").Distinct()], filter,
            [.. named.Append(actions[0].Name).Distinct()], default);

    private static Gen<FilterExpression> Top() => Filter(2).ListOf().Select(parts => (FilterExpression)new FilterExpression.All(
        [.. parts.DistinctBy(p => p is FilterExpression.Leaf leaf ? leaf.Name : p.GetType().Name)]))
        .Where(f => f is not FilterExpression.All { Parts: [FilterExpression.All] });

    private static Gen<FilterExpression> Filter(int depth) => depth == 0
        ? _leaf
        : Gen.OneOf(
            _leaf,
            Filter(depth - 1).NonEmptyListOf().Select(p => (FilterExpression)new FilterExpression.Any([.. p])),
            Filter(depth - 1).NonEmptyListOf().Select(p => (FilterExpression)new FilterExpression.All([.. p])),
            Filter(depth - 1).Select(p => (FilterExpression)new FilterExpression.Not(p)));

    private static string Yaml(RuleSet rules) => new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(new Dictionary<string, object>
    {
        ["actions"] = rules.Actions.Select(a => a.Parameters.ToDictionary(p => p.Key, p => Plain(p.Value))
            .Append(new("action", a.Name)).Append(new("plugin", a.Plugin)).ToDictionary()).ToList(),
        ["events"] = rules.Rules.Select(r => new Dictionary<string, object>
        {
            ["event"] = r.Name,
            ["triggers"] = r.Triggers,
            ["filters"] = ((FilterExpression.All)r.Filter).Parts.ToDictionary(f => Field(f).Key, f => Field(f).Value),
            ["actions"] = r.Actions.Select(a => new Dictionary<string, object> { ["action"] = a }).ToList(),
        }).ToList(),
    });

    private static KeyValuePair<string, object> Field(FilterExpression filter) => filter switch
    {
        FilterExpression.All all => new("all", all.Parts.Select(Map).ToList()),
        FilterExpression.Any any => new("any", any.Parts.Select(Map).ToList()),
        FilterExpression.Not not => new("not", Map(not.Part)),
        FilterExpression.Leaf leaf => new(leaf.Name, Plain(leaf.Argument)),
        _ => throw new NotSupportedException(),
    };

    private static Dictionary<string, object> Map(FilterExpression filter) => new([Field(filter)]);

    private static object Plain(SettingValue value) => value switch
    {
        SettingValue.Text text => text.Value,
        SettingValue.Number number => number.Value,
        SettingValue.Flag flag => flag.Value,
        SettingValue.List list => list.Items.Select(Plain).ToList(),
        _ => throw new NotSupportedException(),
    };

    private static ActionDefinition Action(string name, string plugin, params (string Name, SettingValue Value)[] parameters) =>
        new(name, plugin, parameters.ToDictionary(p => p.Name, p => p.Value), default);

    private static SettingValue.Text Text(string text) => new(text);

    private static SettingValue.List List(IEnumerable<string> texts) => new([.. texts.Select(Text)]);
}
