using SshLog.Configuration.Rules;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Tests;

/// <summary>Fields in what a shell reads as a program: parameters in YAML, refused in HOCON.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly ConfigurationDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("bash|-c|echo {{username}}", "-c|echo \"$1\"|bash|{{username}}")]
    [InlineData("/bin/sh|-c|echo '{{username}}'|me|one {{args}}", "-c|echo ''\"$2\"''|me|one {{args}}|{{username}}")]
    [InlineData("sudo|-u|nobody|bash|-lc|echo \"{{username}} {{args}}\"", "-u|nobody|bash|-lc|echo \"$1 $2\"|bash|{{username}}|{{args}}")]
    [InlineData("logger|{{username}} $(touch x)", "{{username}} $(touch x)")]
    [InlineData("bash|/opt/script|{{username}}", "/opt/script|{{username}}")]
    public void In_yaml_a_field_in_a_shells_text_becomes_its_parameter(string words, string expected)
    {
        WriteYaml(words);
        var arguments = (SettingValue.List)Assert.Single(_directory.Load().Rules.Actions).Parameters["args"];
        Assert.Equal(expected, string.Join('|', arguments.Items.Cast<SettingValue.Text>().Select(t => t.Value)));
    }

    [Theory]
    [InlineData("bash|-c|eval {{username}}", "'eval'", "args = [\"-c\", \"eval $1\", \"bash\", \"{{username}}\"]")]
    [InlineData("bash|-c|cat <<E\n{{username}}\nE", "here-document", "$1")]
    [InlineData("python3|-c|print('{{username}}')", "python reads as a program", "SSHLOG_*")]
    [InlineData("ssh|host|echo {{args}}", "ssh reads as a program", "SSHLOG_*")]
    [InlineData("bash|{{username}}|-c|ls", "bash reads as a program", "only in the text behind -c")]
    [InlineData("{{username}}|x", "lets an event choose the program", "must be fixed")]
    public void What_cannot_be_made_safe_is_refused_with_the_safe_form(string words, string why, string instead)
    {
        WriteYaml(words);
        var problem = Assert.Single(_directory.Refused());
        Assert.Contains(why, problem, StringComparison.Ordinal);
        Assert.Contains(instead, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void In_hocon_it_is_refused_and_what_is_proposed_is_accepted()
    {
        const string Before = "sshlog.actions.a { plugin = run_command_action, command = bash, ";
        var file = _directory.Write("sshlog.conf", Before + "\nargs = [\"-c\", \"echo 'Hello {{username}}'\"] }");
        var problem = Assert.Single(_directory.Refused());
        Assert.StartsWith($"{file}:2: ", problem, StringComparison.Ordinal);
        _directory.Write("sshlog.conf", Before + problem[problem.IndexOf("args = [", StringComparison.Ordinal)..] + " }");
        var arguments = (SettingValue.List)Assert.Single(_directory.Load().Rules.Actions).Parameters["args"];
        Assert.Equal("echo 'Hello '\"$1\"''", ((SettingValue.Text)arguments.Items[1]).Value);
    }

    private void WriteYaml(string words)
    {
        var all = words.Split('|');
        var arguments = string.Join(", ", all.Skip(1).Select(w => System.Text.Json.JsonSerializer.Serialize(w)));
        _directory.Write(
            "sshlog.yaml",
            $"actions:\n  - action: a\n    plugin: run_command_action\n    command: {System.Text.Json.JsonSerializer.Serialize(all[0])}\n    args: [{arguments}]\n");
    }
}
