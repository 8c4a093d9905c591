using SshLog.Core.Rules;
using SshLog.PluginHost;

namespace SshLog.Plugins.Tests;

/// <summary>Files with the original's two classes, as they are.</summary>
public sealed class PythonPluginTests : IDisposable
{
    private readonly PluginPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_filter_knows_its_triggers_its_argument_and_the_event()
    {
        _place.Write("address.py", """
            from plugins.common.plugin import FilterPlugin
            from comms.event_types import *
            import ipaddress

            class from_network_filter(FilterPlugin):
                '''Peers in a network.'''
                def triggers(self):
                    return [SSHTRACE_EVENT_ESTABLISHED_CONNECTION, SSHTRACE_EVENT_CLOSE_CONNECTION]

                def filter(self, event_data):
                    return ipaddress.ip_address(event_data['tcp_info']['client_ip']) in ipaddress.ip_network(self.filter_arg)
            """);
        var description = Assert.Single(Assert.Single(_place.Find()).Filters).Description;
        Assert.Equal(("from_network", "Peers in a network."), (description.Name, description.Summary));
        Assert.Equal(["connection_established", "connection_close"], description.Triggers);
        var filter = _place.Filter("from_network", "192.0.2.0/24");
        Assert.True(filter.Matches(Some.Event("connection_established")));
        Assert.False(filter.Matches(Some.Event("connection_established", client: "198.51.100.1")));
        Assert.Single(_place.Processes);
        ((IDisposable)filter).Dispose();
    }

    [Fact]
    public async Task An_action_has_the_parameters_of_its_init_action()
    {
        var file = Path.Combine(_place.Path, "out.csv");
        _place.Write("csv_action.py", """
            from plugins.common.plugin import ActionPlugin
            class to_csv_action(ActionPlugin):
                def init_action(self, csv_file, names=True, times=2, separator=';', timeout=None, more=None):
                    print('a word on standard output')
                    self.values = (csv_file, names, times, separator, timeout, more)
                    self.logger.info('initialized')
                def execute(self, event_data):
                    with open(self.values[0], 'a') as out:
                        out.write(repr(self.values[1:]) + event_data['username'] + '\n')
                def shutdown_action(self):
                    with open(self.values[0], 'a') as out:
                        out.write('end\n')
            """);
        var parameters = Assert.Single(Assert.Single(_place.Find()).Actions).Description.Parameters.ToDictionary(p => p.Name);
        Assert.True(parameters["csv_file"].Required);
        Assert.Equal([ValueKind.Any, ValueKind.Flag, ValueKind.Integer, ValueKind.Text, ValueKind.Number, ValueKind.Any],
            new[] { "csv_file", "names", "times", "separator", "timeout", "more" }.Select(n => parameters[n].Shape.Kind));
        File.WriteAllText(file, string.Empty);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);

        await using (var action = _place.Action("to_csv_action", ("csv_file", new SettingValue.Text(file)), ("more", new SettingValue.Text("17"))))
        {
            Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(Some.Event(), default));
            Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(Some.Event(user: "ü\n"), default));
        }

        Assert.Equal("(True, 2, ';', 10, 17)billy\n(True, 2, ';', 10, 17)ü\n\nend\n", await File.ReadAllTextAsync(file));
        Assert.Empty(_place.Processes);
    }

    [Theory]
    [InlineData("def f(:\n", "SyntaxError", "(line 1)")]
    [InlineData("import os\n\nimport nonexistent_module\n", "nonexistent_module", "(line 3)")]
    [InlineData("x = 1\n", "neither filters nor actions", "")]
    [InlineData("import time\nwhile True: time.sleep(1)\n", "took too long", "")]
    [InlineData("import os\nos._exit(3)\n", "ended with 3", "")]
    public void A_file_that_cannot_be_used_says_why_and_harms_nothing(string text, string expected, string place)
    {
        _place.Settings = _place.Settings with { StartTimeout = TimeSpan.FromSeconds(4) };
        _place.Write("bad.py", text);
        var problem = Assert.Single(_place.Find()).Problem;
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Contains(place, problem, StringComparison.Ordinal);
        Assert.Contains("bad.py", Assert.Single(_place.Load().NotLoaded), StringComparison.Ordinal);
        Assert.Empty(_place.Processes);
    }

    [Fact]
    public void A_filter_of_a_name_that_there_is_already_is_refused()
    {
        _place.Write("mine.py", "from plugins.common.plugin import FilterPlugin\nclass username_filter(FilterPlugin):\n    pass\n");
        var loaded = _place.Load();
        Assert.Contains("there is a filter username already", Assert.Single(loaded.NotLoaded), StringComparison.Ordinal);
        Assert.True(loaded.Filter("username").Create(new SettingValue.Text("billy")).Matches(Some.Event()));
    }

    [Fact]
    public void It_runs_as_another_user_without_a_way_back()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        _place.Write("who.py", """
            from plugins.common.plugin import FilterPlugin
            import os
            class who_filter(FilterPlugin):
                def filter(self, event_data):
                    with open('/proc/self/status') as status:
                        text = status.read()
                    assert os.getuid() == os.geteuid() != 0 and os.getgroups() == [], text
                    assert 'NoNewPrivs:\t1' in text and 'CapEff:\t0000000000000000' in text, text
                    return not os.access('/etc/shadow', os.R_OK)
            """);
        Assert.True(_place.Filter("who").Matches(Some.Event()));
    }
}
