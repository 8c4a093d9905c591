using System.Xml.Linq;

namespace SshLog.Architecture.Tests;

/// <summary>The one-way arrow: which room may know which, read from the project files.</summary>
public sealed class DependencyTests
{
    /// <summary>Every product project and all that it may name; "akka" stands for the actor API.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["SshLog.Core"] = [],
        ["SshLog.Terminal"] = [],
        ["SshLog.Native"] = [],
        ["SshLog.Formatting"] = ["SshLog.Core", "SshLog.Terminal"],
        ["SshLog.Schema"] = ["SshLog.Core", "SshLog.Native"],
        ["SshLog.Bpf"] = ["SshLog.Core", "SshLog.Native"],
        ["Hocon"] = [],
        ["SshLog.Configuration"] = ["SshLog.Core", "Hocon"],
        ["SshLog.Persistence"] = ["SshLog.Core", "SshLog.Native", "SshLog.Schema", "akka"],
        ["SshLog.Remoting"] = ["SshLog.Core", "SshLog.Native", "SshLog.Schema", "akka"],
        ["SshLog.Plugins"] = ["SshLog.Core"],
        ["SshLog.BuiltIn"] = ["SshLog.Formatting", "SshLog.Native", "SshLog.Plugins", "SshLog.Terminal"],
        ["SshLog.PluginHost"] = ["SshLog.Native", "SshLog.Plugins", "SshLog.Terminal"],
        ["SshLog.Rules"] = ["SshLog.Core", "SshLog.Formatting", "SshLog.Plugins"],
        ["SshLog.Actors"] = ["SshLog.Core", "SshLog.Plugins", "SshLog.Formatting", "SshLog.Rules", "SshLog.Terminal", "akka"],
        ["SshLog.Web"] = ["SshLog.Core", "SshLog.Formatting", "SshLog.Terminal"],
        ["SshLog.Cli"] =
        [
            "SshLog.BuiltIn", "SshLog.Core", "SshLog.Configuration", "SshLog.Formatting", "SshLog.Native", "SshLog.Persistence",
            "SshLog.PluginHost", "SshLog.Remoting", "SshLog.Rules", "SshLog.Terminal", "akka",
        ],
        ["SshLog.Daemon"] =
        [
            "SshLog.Actors", "SshLog.Bpf", "SshLog.BuiltIn", "SshLog.Configuration", "SshLog.Core", "SshLog.Native", "SshLog.Persistence",
            "SshLog.PluginHost", "SshLog.Remoting", "SshLog.Schema", "SshLog.Terminal", "SshLog.Web", "akka",
        ],
    };

    private static readonly string _root = FindRoot();

    public static TheoryData<string> Products => [.. ProductFiles().Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Fact]
    public void Every_product_project_has_its_rule() =>
        Assert.Equal(_allowed.Keys.Order(), ProductFiles().Select(f => Path.GetFileNameWithoutExtension(f)).Order());

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_names_only_what_is_below_it(string project) =>
        Assert.Empty(References(FileOf(project)).Except(_allowed[project]));

    [Fact]
    public void The_engine_knows_nothing_of_the_product() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Path.Combine(_root, "akka"), "*.csproj", SearchOption.AllDirectories).SelectMany(References),
        reference => reference.StartsWith("SshLog.", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Products))]
    public void Only_Bpf_and_Native_may_be_unsafe(string project) => Assert.Equal(
        project is "SshLog.Bpf" or "SshLog.Native",
        XDocument.Load(FileOf(project)).Descendants("AllowUnsafeBlocks").Any(e => e.Value == "true"));

    [Fact]
    public void No_product_code_asks_which_engine_it_runs_on() => Assert.DoesNotContain(
        ProductFiles()
            .SelectMany(f => Directory.EnumerateFiles(Path.GetDirectoryName(f)!, "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines),
        line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal));

    private static IEnumerable<string> References(string file)
    {
        var project = XDocument.Load(file);
        var projects = project.Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value.Replace('\\', '/')));
        return project.Descendants("AkkaReference").Any() ? projects.Append("akka") : projects;
    }

    private static IEnumerable<string> ProductFiles() =>
        new[] { "actors", "bpf", "cli", "hocon", "persistence", "plugins", "web" }
            .Select(room => Path.Combine(_root, room)).Where(Directory.Exists)
            .SelectMany(room => Directory.EnumerateFiles(room, "*.csproj", SearchOption.AllDirectories));

    private static string FileOf(string project) =>
        ProductFiles().Single(f => Path.GetFileNameWithoutExtension(f) == project);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "SshLog.Actors.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("The tests run inside the clone.");
    }
}
