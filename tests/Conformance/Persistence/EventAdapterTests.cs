using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>Adapters between events and what the journal stores.</summary>
public sealed class EventAdapterTests : PersistenceFixture
{
    private readonly SqliteFolder _folder = new();

    protected override string Settings => _folder.Settings + """

        akka.persistence.journal.sqlite {
          event-adapters.shouting = "SshLog.Conformance.Tests.Persistence.ShoutingAdapter, SshLog.Conformance.Tests"
          event-adapter-bindings {
            "SshLog.Conformance.Tests.Persistence.Written, SshLog.Conformance.Tests" = shouting
          }
        }
        """;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Events_pass_the_adapter_both_ways_and_may_become_several()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Write("a,b")));
        await Notes.ExpectAsync("wrote a,b");
        Assert.Equal("A,B", Assert.Single(_folder.Read("SELECT payload FROM event_journal", Text)));
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync("replayed A", "replayed B", "recovered at 1");
    }

    private static string Text(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        System.Text.Encoding.UTF8.GetString((byte[])row[0]);
}

/// <summary>Writes in capitals and tags; reads parts between commas as events of their own.</summary>
public sealed class ShoutingAdapter : IEventAdapter
{
    public string Manifest(object evt) => "";

    public object ToJournal(object evt) =>
        new Tagged(new Written(((Written)evt).Text.ToUpperInvariant()), ImmutableHashSet.Create("loud"));

    public IEventSequence FromJournal(object evt, string manifest) =>
        EventSequence.Create(((Written)evt).Text.Split(',').Select(part => new Written(part)));
}
