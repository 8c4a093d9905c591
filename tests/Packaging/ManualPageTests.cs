using System.Globalization;
using System.Text.RegularExpressions;
using SshLog.Cli;
using SshLog.Daemon;
using SshLog.Manuals;

namespace SshLog.Packaging.Tests;

public sealed partial class ManualPageTests(Manuals manuals) : IClassFixture<Manuals>
{
    [Theory]
    [InlineData("sshlog.1")]
    [InlineData("sshlogd.8")]
    [InlineData("sshlog.conf.5")]
    [InlineData("sshlog-plugins.7")]
    public void Page_is_formatted_without_a_warning(string page)
    {
        var (status, output) = Tool.Run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", manuals.FileOf(page));

        Assert.Equal(0, status);
        Assert.DoesNotContain("warning", output.Split("x T")[0], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_command_and_option_of_the_client_is_in_its_page()
    {
        var page = manuals.TextOf("sshlog.1");
        var (root, _) = CommandLine.Describe();

        foreach (var (path, command) in CommandTree.Walk(root).Where(c => c.Command.Subcommands.Count == 0))
        {
            Assert.Contains($".SS sshlog {Roff.Escape(path)}\n", page, StringComparison.Ordinal);
            Assert.All(
                CommandTree.Options(command).SelectMany(CommandTree.Names),
                name => Assert.Contains(Roff.Escape(name), page, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_option_of_the_daemon_is_in_its_page()
    {
        var page = manuals.TextOf("sshlogd.8");

        Assert.All(
            CommandTree.Options(DaemonCommandLine.Describe()).SelectMany(CommandTree.Names),
            name => Assert.Contains(Roff.Escape(name), page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_exit_status_is_in_its_page_and_no_other()
    {
        Assert.Equal(StatusesOf(typeof(Cli.ExitCodes)), StatusesIn("sshlog.1"));
        Assert.Equal(StatusesOf(typeof(Daemon.ExitCodes)), StatusesIn("sshlogd.8"));
        Assert.Equal(
            StatusesOf(typeof(Daemon.ExitCodes)),
            ExitCodeRow().Matches(File.ReadAllText(Manuals.InRepository("docs/operating.md"))).Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void Every_setting_is_described_in_its_page()
    {
        var page = manuals.TextOf("sshlog.conf.5");
        var entries = ReferenceFile.Read(File.ReadAllLines(Manuals.InRepository("hocon/reference.conf")));
        var settings = entries.Where(e => e.Value is not null).ToList();

        Assert.True(settings.Count > 10);
        Assert.All(settings, s => Assert.Contains($"\\fB{Roff.Escape(s.Path)} = ", page, StringComparison.Ordinal));
        Assert.All(settings, s => Assert.True(
            s.Description.Length > 0 || entries.Any(group => group.Value is null && group.Description.Length > 0 && s.Path.StartsWith(group.Path + ".", StringComparison.Ordinal)),
            $"{s.Path} has no comment in reference.conf"));
    }

    [Fact]
    public void Reference_with_nested_groups_lists_and_comments_is_read()
    {
        string[] lines =
        [
            "a {", "  # One.", "  # Two.", "  b = 1 # three", "", "  c {", "    d = [", "      \"#x\"", "    ]", "  }", "}",
        ];

        Assert.Equal(
            [
                new ReferenceFile.Entry("a", null, ""), new("a.b", "1", "One. Two. three"), new("a.c", null, ""),
                new("a.c.d", "[ \"#x\" ]", ""),
            ],
            ReferenceFile.Read(lines));
        Assert.Throws<FormatException>(() => ReferenceFile.Read(["a {"]));
        Assert.Throws<FormatException>(() => ReferenceFile.Read(["}"]));
    }

    private static IEnumerable<string> StatusesOf(Type codes) => codes.GetFields().Select(f => (int)f.GetRawConstantValue()!).Order()
        .Select(code => code.ToString(CultureInfo.InvariantCulture));

    private IEnumerable<string> StatusesIn(string page)
    {
        var text = manuals.TextOf(page);
        text = text[text.IndexOf(".SH EXIT STATUS", StringComparison.Ordinal)..text.IndexOf(".SH ENVIRONMENT", StringComparison.Ordinal)];
        return ExitStatus().Matches(text).Select(m => m.Groups[1].Value);
    }

    [GeneratedRegex(@"^\.TP\n([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex ExitStatus();

    [GeneratedRegex(@"^\| ([0-9]+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();
}
