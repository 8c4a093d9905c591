using SshLog.Configuration;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Formatting;
using SshLog.Persistence.Tests;
using SshLog.Rules;

namespace SshLog.Plugins.Tests;

public sealed class TriggerTests : ISessionArchive
{
    public static TheoryData<string> Names => [.. EventNames.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_name_that_watch_shows_is_a_trigger_and_its_event_fires_it(string name)
    {
        using var rule = Rule(name);
        var fired = Happened().Where(rule.Matches).ToList();
        Assert.NotEmpty(fired);
        Assert.All(fired, happened => Assert.Equal(name, happened.EventType));
    }

    [Theory]
    [InlineData("terminal_resize", "terminal_resized")]
    [InlineData("privilege_change", "privilege_changed")]
    [InlineData("forward_open", "forward_opened")]
    [InlineData("sign_in", "connection_established")]
    public void An_older_name_fires_for_the_same_events(string older, string name)
    {
        using var rule = Rule(older);
        using var same = Rule(name);
        var fired = Happened().Where(rule.Matches).Select(e => (e.EventType, e.Ordering)).ToList();
        Assert.NotEmpty(fired);
        Assert.Equal(Happened().Where(same.Matches).Select(e => (e.EventType, e.Ordering)), fired);
    }

    [Fact]
    public void Nothing_has_a_name_twice()
    {
        Assert.Equal(Some.Plugins.Triggers.Distinct(), Some.Plugins.Triggers);
        Assert.All(Happened(), happened => Assert.Equal(happened.Triggers.Distinct(), happened.Triggers));
    }

    IReadOnlyList<JournalledEvent> ISessionArchive.Read(SessionId session, long afterSequenceNr, int limit, int limitBytes) => [];

    private static RuleMatcher Rule(string trigger)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $$"""
                sshlog {
                  rules.one { triggers = [{{trigger}}], actions = [log] }
                  actions.log { plugin = eventlogfile_action, log_file_path = /tmp/x }
                }
                """);
            return RuleMatcher.Create(Assert.Single(SettingsLoader.Load(file, [], Some.Plugins).Rules.Rules), Some.Plugins, Assert.Fail);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private IEnumerable<PluginEvent> Happened()
    {
        var transfer = Events.OfEachKind.OfType<FileTransferred>().First();
        SessionEvent[] facts =
        [
            .. Events.OfEachKind, transfer with { Direction = TransferDirection.Download }, transfer with { Direction = TransferDirection.Rename },
        ];
        Assert.True(SessionId.TryParse("20261122T074517-970236-4f2a", out var session));
        return facts.Select((fact, i) =>
        {
            var builder = new EventBuilder(new JournalLookup(this), this, clock: null);
            builder.Build(new JournalledEvent(1, session, 1, Events.OfEachKind[0]));
            return builder.Build(new JournalledEvent(i + 2, session, i + 2, fact))!;
        });
    }
}
