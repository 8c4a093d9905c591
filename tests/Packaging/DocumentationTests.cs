using System.CommandLine;
using System.Text.RegularExpressions;
using SshLog.Cli;
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
        var served = Metric().Matches(Read("actors/SshLog.Formatting/MetricsText.cs").Replace('"', '`'))
            .Select(m => m.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(served);
        Assert.Equal(served.Order(), documented.Order());
    }

    [Fact]
    public void Every_command_in_the_documentation_is_one()
    {
        var known = CommandLine.Describe().Root.Subcommands.Select(c => c.Name).ToHashSet();
        var documents = Directory.EnumerateFiles(Manuals.InRepository("docs"), "*.md").Append(Manuals.InRepository("README.md"));
        var unknown = documents.SelectMany(file => Fenced().Matches(File.ReadAllText(file))
            .SelectMany(block => Invocation().Matches(block.Value))
            .Select(m => m.Groups[1].Value)
            .Where(name => !known.Contains(name))
            .Select(name => $"{Path.GetFileName(file)}: sshlog {name}"));
        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_page_is_linked_from_the_readme_and_no_link_leads_nowhere()
    {
        var readme = Read("README.md");
        var pages = Directory.EnumerateFiles(Manuals.InRepository("docs"), "*.md").ToList();
        Assert.All(pages, page => Assert.Contains($"docs/{Path.GetFileName(page)}", readme, StringComparison.Ordinal));
        var dead = pages.Append(Manuals.InRepository("README.md")).Append(Manuals.InRepository("CONTRIBUTING.md"))
            .SelectMany(page => Link().Matches(File.ReadAllText(page))
                .Select(m => Path.Combine(Path.GetDirectoryName(page)!, m.Groups[1].Value))
                .Where(target => !Path.Exists(target))
                .Select(target => $"{Path.GetFileName(page)}: {target}"));
        Assert.Empty(dead);
    }

    private static string Read(string path) => File.ReadAllText(Manuals.InRepository(path));

    [GeneratedRegex(@"`([a-z][a-z-]+/v[0-9]+)`")]
    private static partial Regex Manifest();

    [GeneratedRegex(@"`(sshlog_[a-z_]+)")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^(?:[#$] )?(?:artifacts/)?sshlog ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Invocation();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
