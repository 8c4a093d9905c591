using SshLog.Cli;
using SshLog.Manuals;

namespace SshLog.Packaging.Tests;

public sealed class CompletionTests(Manuals manuals) : IClassFixture<Manuals>
{
    [Fact]
    public void Bash_completes_every_command()
    {
        var (root, _) = CommandLine.Describe();

        Assert.Superset(root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToHashSet(), Complete("sshlog", ""));
    }

    [Fact]
    public void Bash_completes_the_options_of_a_command_by_their_beginning()
    {
        var options = Complete("sshlog", "history", "--");

        Assert.Contains("--user", options);
        Assert.Contains("--socket", options);
        Assert.DoesNotContain("--speed", options);
    }

    [Fact]
    public void Bash_completes_commands_within_commands() => Assert.Contains("salvage", Complete("sshlog", "journal", "s"));

    [Theory]
    [InlineData("bash", "-n", "sshlog.bash")]
    [InlineData("zsh", "-n", "_sshlog")]
    [InlineData("fish", "-n", "sshlog.fish")]
    public void Script_is_accepted_by_its_shell(string shell, string option, string script)
    {
        var (status, output) = Tool.Run(shell, option, manuals.FileOf(script));

        Assert.Equal("", output);
        Assert.Equal(0, status);
    }

    [Fact]
    public void Fish_completes_a_command_and_its_options()
    {
        var (_, output) = Tool.Run("fish", "-c", $"source {manuals.FileOf("sshlog.fish")}; complete -C'sshlog his'; complete -C'sshlog history --us'");

        Assert.Contains("history", output, StringComparison.Ordinal);
        Assert.Contains("--user", output, StringComparison.Ordinal);
    }

    private HashSet<string> Complete(params string[] words)
    {
        var quoted = string.Join(' ', words.Select(w => $"'{w}'"));
        var (_, output) = Tool.Run(
            "bash", "--norc", "-c",
            $"source {manuals.FileOf("sshlog.bash")}; COMP_WORDS=({quoted}); COMP_CWORD={words.Length - 1}; _sshlog; printf '%s\\n' \"${{COMPREPLY[@]}}\"");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
