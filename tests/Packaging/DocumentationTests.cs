using System.CommandLine;
using System.Text.RegularExpressions;
using SshLog.Cli;
using SshLog.Daemon;
using SshLog.Schema;

namespace SshLog.Packaging.Tests;

/// <summary>The documentation speaks of what is there, and of all of it.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void The_event_catalogue_knows_every_event_and_no_other()
    {
        var catalogue = Read("docs/event-catalogue.md");
        var named = Manifest().Matches(catalogue).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Empty(EventManifests.All.Except(named));
        Assert.Empty(named.Except(EventManifests.All));
    }

    [Fact]
    public void Every_metric_is_documented_and_every_documented_one_is_there()
    {
        var documented = Metric().Matches(Read("docs/monitoring.md")).Select(m => m.Groups[1].Value).ToHashSet();
        var served = Metric().Matches(Read("actors/SshLog.Formatting/StatusMetrics.cs").Replace('"', '`'))
            .Select(m => m.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(served);
        Assert.Equal(served.Order(), documented.Order());
    }

    [Fact]
    public void Every_command_line_in_the_documentation_and_in_the_help_is_understood()
    {
        var (client, examples) = CommandLine.Describe();
        var daemon = DaemonCommandLine.Describe();
        var pages = Pages().SelectMany(file => Lines(File.ReadAllText(file)), (file, line) => (Place: Path.GetFileName(file), line.Text, line.IsWhole));
        var helps = examples.SelectMany(e => e.Value.Split('\n'), (e, line) => (Place: $"sshlog {e.Key.Name} --help", Text: line, IsWhole: true));

        var commands = pages.Concat(helps)
            .SelectMany(line => ShellLine.Commands(line.Text), (line, words) => (line.Place, Words: words, line.IsWhole))
            // "sshlog {" begins a configuration.
            .Where(c => c.Words is ["sshlog" or "sshlogd", not "{", ..]).ToList();

        Assert.True(commands.Count > 150);
        var wrong = string.Join('\n', commands
            .Select(c => (c.Place, c.Words, c.IsWhole, Parsed: (c.Words[0] == "sshlog" ? client : daemon).Parse(c.Words[1..])))
            .Where(c => c.IsWhole ? c.Parsed.Errors.Count > 0 : c.Parsed.UnmatchedTokens.Count > 0)
            .Select(c => $"{c.Place}: {string.Join(' ', c.Words)}: {c.Parsed.Errors[0].Message}"));
        Assert.True(wrong.Length == 0, wrong);
    }

    [Fact]
    public void Every_page_is_linked_from_the_readme_and_no_link_leads_nowhere()
    {
        var readme = Read("README.md");
        var pages = Directory.EnumerateFiles(Manuals.InRepository("docs"), "*.md").ToList();
        Assert.All(pages, page => Assert.Contains($"docs/{Path.GetFileName(page)}", readme, StringComparison.Ordinal));
        var dead = Pages()
            .SelectMany(page => Link().Matches(File.ReadAllText(page))
                .Select(m => Path.Combine(Path.GetDirectoryName(page)!, m.Groups[1].Value))
                .Where(target => !Path.Exists(target))
                .Select(target => $"{Path.GetFileName(page)}: {target}"));
        Assert.Empty(dead);
    }

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(Manuals.InRepository("docs"), "*.md")
        .Append(Manuals.InRepository("README.md")).Append(Manuals.InRepository("CONTRIBUTING.md"));

    /// <summary>Code blocks line by line, and what a sentence says of a command, which need not be whole.</summary>
    private static IEnumerable<(string Text, bool IsWhole)> Lines(string page) =>
        Fenced().Matches(page).SelectMany(m => m.Value.Split('\n')).Select(line => (line, true))
            .Concat(Inline().Matches(Fenced().Replace(page, "")).Select(m => (m.Groups[1].Value.ReplaceLineEndings(" "), false)));

    private static string Read(string path) => File.ReadAllText(Manuals.InRepository(path));

    [GeneratedRegex(@"`([a-z][a-z-]+/v[0-9]+)`")]
    private static partial Regex Manifest();

    [GeneratedRegex(@"`(sshlog_[a-z_]+)")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"`(sshlogd? [^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
