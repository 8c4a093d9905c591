using SshLog.Core.Rules;

namespace SshLog.Plugins.Tests;

public sealed class FilterTests
{
    [Theory]
    [InlineData("nmap", true)]
    [InlineData("/opt/nmap", true)]
    [InlineData("/usr/bin/nmap", true)]
    [InlineData("map", false)]
    public void Command_name_is_as_typed_or_without_its_directory(string name, bool matches) =>
        Assert.Equal(matches, Some.Matches("command_name", name, Some.Event(argv: ["/opt/nmap", "-sS"])));

    [Theory]
    [InlineData("0", 0, true)]
    [InlineData("= 0", 1, false)]
    [InlineData("!= 0", 1, true)]
    [InlineData("> 1", 2, true)]
    [InlineData("> 1", 1, false)]
    [InlineData(">= 1", 1, true)]
    [InlineData("< 2", 1, true)]
    [InlineData("<= 2", 3, false)]
    public void The_exit_status_stands_on_the_left(string comparison, int code, bool matches) =>
        Assert.Equal(matches, Some.Matches("command_exit_code", comparison, Some.Event("command_finish", argv: ["ls"], exitCode: code)));

    [Theory]
    [InlineData("192.0.2.0/24", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.3.0/24", false)]
    [InlineData("2001:db8::/32", false)]
    public void Peers_are_in_networks(string network, bool matches) =>
        Assert.Equal(matches, Some.Matches("client_ip", network, Some.Event()));

    [Theory]
    [InlineData("22:00-06:00 UTC", true)]
    [InlineData("06:00-22:00 UTC", false)]
    [InlineData("00:00-01:00 Europe/Berlin", true)]
    public void Time_of_day_may_go_over_midnight_and_has_a_zone(string span, bool matches) =>
        Assert.Equal(matches, Some.Matches("time_of_day", span, Some.Event()));

    [Fact]
    public void Weekday_is_of_its_zone()
    {
        Assert.True(Some.Matches("weekday", "fri UTC", Some.Event()));
        Assert.True(Some.Matches("weekday", "sat Europe/Berlin", Some.Event()));
    }

    [Fact]
    public void Rate_passes_the_fifth_within_a_minute_from_one_address_and_counts_anew()
    {
        var filter = Some.Plugins.Filter("rate").Create(new SettingValue.Text("5 in 60 s by client_ip"));
        var passed = Enumerable.Range(0, 12)
            .Where(i => filter.Matches(Some.Event(at: Some.At.AddSeconds(i * 10), client: "192.0.2.7"))).ToList();
        Assert.Equal([4, 9], passed);
        Assert.False(filter.Matches(Some.Event(at: Some.At.AddSeconds(200), client: "192.0.2.8")));
    }

    [Fact]
    public void Output_that_is_split_over_reads_is_found_once()
    {
        var filter = Some.Plugins.Filter("output_contains").Create(new SettingValue.Text("secret word"));
        bool Shown(string text) => filter.Matches(Some.Event("terminal_update", output: text));
        Assert.False(Shown("a sec"));
        Assert.True(Shown("ret word and more"));
        Assert.False(Shown(" nothing new"));
    }

    [Theory]
    [InlineData("command_exit_code", "many")]
    [InlineData("client_ip", "192.0.2.0/99")]
    [InlineData("time_of_day", "late")]
    [InlineData("rate", "often")]
    [InlineData("username_regex", "(")]
    public void What_makes_no_sense_is_refused_with_a_reason(string filter, string argument)
    {
        var shape = Some.Plugins.Filters.Single(f => f.Name == filter).Argument;
        var check = shape.Check ?? shape.Items?.Check;
        Assert.NotNull(check!(new SettingValue.Text(argument)));
    }

    [Fact]
    public void A_hostile_text_cannot_make_a_pattern_slow()
    {
        var text = new string('a', 100_000) + "!";
        Assert.False(Some.Matches("username_regex", "^(a+)+$", Some.Event(user: text)));
    }

    [Fact]
    public void A_filter_that_throws_lets_nothing_pass_not_even_under_not_and_is_reported_once()
    {
        var broken = new Broken();
        var catalogue = new PluginCatalogue(["x"], [broken], []);
        var reports = new List<string>();
        foreach (var filter in new FilterExpression[]
        {
            new FilterExpression.Leaf("broken", new SettingValue.Text("")),
            new FilterExpression.Not(new FilterExpression.Leaf("broken", new SettingValue.Text(""))),
        })
        {
            reports.Clear();
            var rule = new Rule("r", ["command_start"], filter, ["a"], SourcePosition.None);
            var matcher = RuleMatcher.Create(rule, catalogue, reports.Add);
            Assert.False(matcher.Matches(Some.Event()));
            Assert.False(matcher.Matches(Some.Event()));
            Assert.Single(reports);
        }
    }

    [Fact]
    public void Rule_needs_one_of_its_triggers_and_all_of_its_filters()
    {
        var filter = new FilterExpression.All(
        [
            new FilterExpression.Leaf("username", new SettingValue.Text("billy")),
            new FilterExpression.Any(
            [
                new FilterExpression.Leaf("command_name", new SettingValue.Text("nmap")),
                new FilterExpression.Leaf("command_name", new SettingValue.Text("nc")),
            ]),
        ]);
        var matcher = RuleMatcher.Create(new Rule("r", ["command_start"], filter, ["a"], SourcePosition.None), Some.Plugins, _ => { });
        Assert.True(matcher.Matches(Some.Event(argv: ["nc"])));
        Assert.False(matcher.Matches(Some.Event(argv: ["ls"])));
        Assert.False(matcher.Matches(Some.Event(argv: ["nc"], user: "eve")));
        Assert.False(matcher.Matches(Some.Event("command_finish", argv: ["nc"])));
    }

    private sealed class Broken : IFilterFactory, IFilter
    {
        public FilterDescription Description { get; } = new("broken", null, ValueShape.Text);

        public IFilter Create(SettingValue argument) => this;

        public bool Matches(PluginEvent happened) => throw new InvalidOperationException("defect");
    }
}
