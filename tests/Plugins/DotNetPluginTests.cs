using SshLog.Core.Rules;
using SshLog.PluginHost;

namespace SshLog.Plugins.Tests;

/// <summary>.NET assemblies, each in a process of its own.</summary>
public sealed class DotNetPluginTests : IDisposable
{
    private readonly PluginPlace _place = new();

    public DotNetPluginTests()
    {
        _place.Settings = _place.Settings with { MemoryBytes = 512L << 20, User = IsOpen(AppContext.BaseDirectory) ? "nobody" : string.Empty };
        _place.Write("sample/sample.dll", string.Empty);
        File.Copy(typeof(DotNetPluginTests).Assembly.Location, Path.Combine(_place.Path, "sample", "sample.dll"), overwrite: true);
        File.SetUnixFileMode(Path.Combine(_place.Path, "sample", "sample.dll"), (UnixFileMode)0b110_100_100);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Its_filters_and_actions_are_described_as_they_describe_themselves()
    {
        var found = Assert.Single(_place.Find());
        Assert.Null(found.Problem);
        Assert.Equal(PluginKind.DotNet, found.Kind);
        var filter = Assert.Single(found.Filters).Description;
        Assert.Equal(("sample", ValueKind.List, ValueKind.Text), (filter.Name, filter.Argument.Kind, filter.Argument.Items!.Kind));
        Assert.Equal(["command_start"], filter.Triggers);
        var parameters = Assert.Single(found.Actions).Description.Parameters.ToDictionary(p => p.Name);
        Assert.True(parameters["file"].Required);
        Assert.Equal((ValueKind.Size, 1m, new SettingValue.Text("1 KiB")), (parameters["size"].Shape.Kind, parameters["size"].Shape.Minimum, parameters["size"].Default));
        Assert.Equal("inner", Assert.Single(parameters["more"].Shape.Fields!).Name);
        Assert.Contains("timeout", parameters.Keys);
    }

    [Fact]
    public void Its_own_checks_are_asked_when_a_configuration_is_read()
    {
        var argument = _place.Load().Filter("sample").Description.Argument;
        Assert.Null(argument.Check!(Word("yes")));
        Assert.Equal("must be something else", argument.Check(Word("wrong")));
        Assert.Contains("not with me", argument.Check(Word("refuse")), StringComparison.Ordinal);
        Assert.Empty(_place.Processes);
    }

    [Fact]
    public void A_filter_sees_the_event_as_it_is()
    {
        var filter = _place.Load().Filter("sample").Create(Word("yes"));
        Assert.True(filter.Matches(Some.Event(argv: ["id", "-u"])));
        Assert.False(filter.Matches(Some.Event(argv: ["id", "-g"])));
    }

    [Fact]
    public async Task An_action_has_its_parameters_and_its_end()
    {
        var file = Path.Combine(_place.Path, "out");
        File.WriteAllText(file, string.Empty);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        await using (var action = _place.Action("sample_action", ("file", new SettingValue.Text(file)), ("timeout", new SettingValue.Number(5))))
        {
            Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(Some.Event(), default));
            Assert.Equal(ActionOutcome.GiveUp("never"), await action.ExecuteAsync(Some.Event(user: "never"), default));
            Assert.Equal(ActionOutcomeKind.TryAgain, (await action.ExecuteAsync(Some.Event(user: "wait"), default)).Kind);
        }

        Assert.Equal("mine 1 KiB billy\nmine 1 KiB never\n", (await File.ReadAllTextAsync(file)).Replace("end\n", string.Empty, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("throw", "thrown by the plug-in")]
    [InlineData("block", "took too long")]
    [InlineData("exit", "ended with 3")]
    [InlineData("leak", "OutOfMemory")]
    [InlineData("crash", "ended with 134")]
    public void One_that_misbehaves_harms_nobody_but_itself(string word, string expected)
    {
        _place.Settings = _place.Settings with { FilterTimeout = TimeSpan.FromSeconds(word == "block" ? 1 : 20) };
        var filter = _place.Load().Filter("sample").Create(Word(word));
        var thrown = Assert.ThrowsAny<Exception>(() => filter.Matches(Some.Event()));
        Assert.Contains(expected, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_assembly_says_so()
    {
        _place.Write("text/text.dll", "no assembly");
        var problem = _place.Find().Single(p => p.Name == "text").Problem;
        Assert.Contains("cannot be loaded", problem, StringComparison.Ordinal);
    }

    private static SettingValue.List Word(string word) => new([new SettingValue.Text(word)]);

    private static bool IsOpen(string path)
    {
        for (var place = new DirectoryInfo(path); place is not null; place = place.Parent)
        {
            if (!place.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }
}
