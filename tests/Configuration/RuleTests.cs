using SshLog.Configuration.Rules;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Tests;

public sealed class RuleTests : IDisposable
{
    private const string Log = "sshlog.actions.log { plugin = eventlogfile_action, log_file_path = /l }\n";
    private readonly ConfigurationDirectory _directory = new();

    public static TheoryData<string> Samples => [.. Directory
        .EnumerateFiles(SampleDirectory, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!)];

    private static string SampleDirectory => Path.Combine(AppContext.BaseDirectory, "samples");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void There_are_samples_for_all_that_sshlog_had() => Assert.Equal(7, Samples.Count);

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_means_the_same_in_both_forms(string name)
    {
        var yaml = Load(Path.Combine(SampleDirectory, name + ".yaml"));
        Assert.NotEmpty(yaml.Rules);
        Assert.Equal(RuleText.Of(yaml), RuleText.Of(Load(Path.Combine(SampleDirectory, name + ".conf"))));
    }

    [Fact]
    public void All_samples_can_be_used_together()
    {
        foreach (var file in Directory.EnumerateFiles(SampleDirectory, "*.conf"))
            File.Copy(file, _directory.Write("conf.d/" + Path.GetFileName(file), string.Empty), overwrite: true);
        Assert.Equal(8, _directory.Load().Rules.Rules.Count);
    }

    [Fact]
    public void An_action_defined_in_an_event_can_be_named_by_others_and_triggers_stand_alone_or_in_a_list()
    {
        _directory.Write(
            "sshlog.yaml",
            """
            events:
              - event: one
                triggers: command_start
                actions:
                  - action: log
                    plugin: eventlogfile_action
                    log_file_path: /l
              - event: two
                triggers:
                  - command_finish
                actions:
                  - action: log
                  - log
            """);
        var rules = _directory.Load().Rules;
        Assert.Equal(["one", "two"], rules.Rules.Select(r => r.Name));
        Assert.All(rules.Rules, r => Assert.Equal(["log"], r.Actions));
        Assert.Equal("log", Assert.Single(rules.Actions).Name);
        Assert.Equal(8, rules.Rules[1].Origin.Line);
    }

    [Fact]
    public void Values_become_what_the_parameter_says()
    {
        _directory.Write(
            "sshlog.yaml",
            """
            actions:
              - action: a
                plugin: runcommand_action
                command: logger
                args: one
                timeout: 2.5
              - action: b
                plugin: eventlogfile_action
                log_file_path: 007
                output_json: True
                max_size_mb: 5
            """);
        var actions = _directory.Load().Rules.Actions;
        Assert.Equal("run_command_action", actions[0].Plugin);
        Assert.Equal(2.5m, Assert.IsType<SettingValue.Number>(actions[0].Parameters["timeout"]).Value);
        Assert.IsType<SettingValue.List>(actions[0].Parameters["args"]);
        Assert.Equal("007", Assert.IsType<SettingValue.Text>(actions[1].Parameters["log_file_path"]).Value);
        Assert.True(Assert.IsType<SettingValue.Flag>(actions[1].Parameters["output_json"]).Value);
    }

    [Fact]
    public void A_name_defined_twice_names_both_places_whatever_the_kinds_of_the_files()
    {
        var first = _directory.Write(
            "conf.d/10.conf", Log + "sshlog.rules.r { triggers = [command_start], actions = [log] }");
        var second = _directory.Write(
            "conf.d/20.yaml",
            """
            events:
              - event: r
                triggers: [command_start]
                actions:
                  - {action: log, plugin: eventlogfile_action, log_file_path: /m}
            """);
        Assert.Equal(
            [
                $"{second}:2: the rule 'r' is defined already in {first}:2; names are unique over all files",
                $"{second}:5: the action 'log' is defined already in {first}:1; names are unique over all files",
            ],
            _directory.Refused());
    }

    [Fact]
    public void A_block_written_twice_in_one_file_is_a_name_defined_twice_but_paths_may_add_to_it()
    {
        var file = _directory.Write(
            "sshlog.conf", Log + "sshlog.rules {\n r { triggers = [command_start] }\n r { actions = [log] }\n}");
        Assert.Equal(
            $"{file}:4: 'r' in sshlog.rules is defined already in {file}:3; names are unique over all files",
            Assert.Single(_directory.Refused()));
        _directory.Write("sshlog.conf", Log + "sshlog.rules {\n r { triggers = [command_start] }\n r.actions = [log]\n}");
        Assert.Single(_directory.Load().Rules.Rules);
    }

    [Theory]
    [InlineData("triggers = [comand_start], actions = [log]", "there is no event 'comand_start'; did you mean 'command_start'?")]
    [InlineData("triggers = [], actions = [log]", "the rule 'r' needs triggers: a list of the names of events")]
    [InlineData("triggers = [command_start]", "the rule 'r' needs actions: a list of the names of actions")]
    [InlineData("triggers = [command_start], actions = [lgo]", "there is no action 'lgo'; did you mean 'log'?")]
    [InlineData("triggers = [command_start], actions = [log], filter { }", "the rule 'r' has no field filter; did you mean 'filters'?")]
    [InlineData("triggers = [command_start], actions = [log], filters { usernam = x }", "there is no filter 'usernam'; did you mean 'username'?")]
    [InlineData("triggers = [command_start], actions = [log], filters { command_exit_code = 1 }", "the filter 'command_exit_code' is only asked about command_finish, of which the rule 'r' has none")]
    [InlineData("triggers = [command_finish], actions = [log], filters { command_exit_code = high }", "command_exit_code = high is not possible: it must be a number from 0 to 255, perhaps behind =, !=, <, <=, > or >=")]
    [InlineData("triggers = [connection_established], actions = [log], filters { require_tty = maybe }", "require_tty = maybe is not possible: it must be true or false")]
    [InlineData("triggers = [command_start], actions = [log], filters { any = { username = x } }", "'any' in the filters of the rule 'r' must be a list of filters, [{..}, {..}]")]
    [InlineData("triggers = [command_start], actions = [log], filters { username = null }", "the filter 'username' has no value")]
    [InlineData("triggers = [command_start], actions = [log], filters = null", "in the rule 'r' a place for filters has no value: leave it out where everything shall pass")]
    [InlineData("triggers = [command_start], actions = [log], filters { not = null }", "in the rule 'r' a place for filters has no value: leave it out where everything shall pass")]
    [InlineData("triggers = [command_start], actions = [log], filters { any = [{ username = x }, null] }", "in the rule 'r' a place for filters has no value: leave it out where everything shall pass")]
    [InlineData("triggers = null, actions = [log]", "the rule 'r' needs triggers: a list of the names of events")]
    [InlineData("triggers = [command_start], actions = [log, null]", "actions of the rule 'r' has no value")]
    public void A_wrong_rule_says_what_is_wrong_and_what_was_meant(string rule, string expected)
    {
        var file = _directory.Write("sshlog.conf", Log + $"sshlog.rules.r {{ {rule} }}");
        Assert.Equal($"{file}:2: {expected}", Assert.Single(_directory.Refused()));
    }

    [Theory]
    [InlineData("{ }", "the action 'a' needs plugin = NAME; known are eventlogfile_action, sessionlog_action, run_command_action, slack_action, webhook_action, email_action, syslog_action, statsd_action")]
    [InlineData("{ plugin = slack_actoin }", "there is no plugin 'slack_actoin'; did you mean 'slack_action'?")]
    [InlineData("{ plugin = slack_action }", "the action 'a' (slack_action) needs slack_webhook_url")]
    [InlineData("{ plugin = syslog_action, server_address = x, prot = 5 }", "the action 'a' (syslog_action) has no parameter prot; did you mean 'port'?")]
    [InlineData("{ plugin = syslog_action, server_address = x, port = 0 }", "port = 0 is not possible: it must be a whole number from 1 to 65535")]
    [InlineData("{ plugin = syslog_action, server_address = x, port = 5.5 }", "port = 5.5 is not possible: it must be a whole number from 1 to 65535")]
    [InlineData("{ plugin = syslog_action, server_address = [x, y] }", "server_address = [..] is not possible: it must be a text")]
    public void A_wrong_action_says_what_is_wrong_and_what_was_meant(string action, string expected)
    {
        var file = _directory.Write("sshlog.conf", $"sshlog.actions.a {action}");
        Assert.Equal($"{file}:1: {expected}", Assert.Single(_directory.Refused()));
    }

    [Theory]
    [InlineData("events: [", "this is no YAML: ")]
    [InlineData("events:\n  - event: x\n    event: y", "this is no YAML: 'event' stands here twice")]
    [InlineData("evnets: []", "a sshlog YAML file has no field 'evnets'; did you mean 'events'?")]
    [InlineData("- event: x", "a sshlog YAML file has a list 'events:' and perhaps a list 'actions:'")]
    [InlineData("events: {event: x}", "'events:' must be a list, each entry beginning with '- '")]
    [InlineData("events:\n  - triggers: [command_start]", "this entry needs 'event: NAME'")]
    [InlineData("events: []\n---\nevents: []", "only one YAML document may stand in a file")]
    public void A_wrong_yaml_file_says_where(string text, string expected)
    {
        var file = _directory.Write("sshlog.yaml", text);
        var problem = Assert.Single(_directory.Refused());
        Assert.StartsWith(file + ":", problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    filters:\n      username:", "4: the filter 'username' has no value")]
    [InlineData("    filters:\n      username: ~", "4: the filter 'username' has no value")]
    [InlineData("    filters:\n      all:\n        -", "5: in the rule 'r' a place for filters has no value")]
    [InlineData("    filters:", "3: in the rule 'r' a place for filters has no value")]
    public void In_yaml_a_filter_without_a_value_is_no_rule_that_lets_everything_pass(string filters, string expected)
    {
        var file = _directory.Write(
            "sshlog.yaml",
            "events:\n  - event: r\n" + filters + """

                triggers: [command_start]
                actions: [{action: log, plugin: eventlogfile_action, log_file_path: /l}]

            """);
        Assert.StartsWith($"{file}:{expected}", Assert.Single(_directory.Refused()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_of_an_action_without_a_value_has_its_default()
    {
        _directory.Write(
            "sshlog.yaml", "actions:\n  - action: a\n    plugin: run_command_action\n    command: logger\n    args: [one, ~]\n    timeout:\n");
        _directory.Write("conf.d/b.conf", "sshlog.actions.b { plugin = run_command_action, command = logger, args = [one, null], timeout = null }");
        Assert.All(_directory.Load().Rules.Actions, action =>
        {
            Assert.DoesNotContain(action.Parameters.Values, value => value is NoValue);
            Assert.Single(((SettingValue.List)action.Parameters["args"]).Items);
        });
    }

    [Fact]
    public void An_empty_yaml_file_is_no_mistake()
    {
        foreach (var text in (string[])["# nothing yet\n", "---\n", "events:\nactions:\n"])
        {
            _directory.Write("sshlog.yaml", text);
            Assert.Same(RuleSet.Empty, _directory.Load().Rules);
        }
    }

    [Fact]
    public void Aliases_that_grow_without_end_are_refused()
    {
        var bomb = string.Join('\n', Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]").Prepend("a0: &a0 [x]"));
        _directory.Write("sshlog.yaml", bomb);
        Assert.Contains("more than 100000 values", Assert.Single(_directory.Refused()), StringComparison.Ordinal);
    }

    private static RuleSet Load(string file) => SettingsLoader.Load(file, [], SshlogVocabulary.Instance).Rules;
}
