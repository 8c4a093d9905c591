using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Serialization;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>fixtures/akka-1.5.30-sqlite.db was written by Akka.NET 1.5.30: a counter, serialized as JSON.</summary>
public sealed class JournalOfAkkaNetTests : PersistenceFixture
{
    private readonly SqliteFolder _folder = new();

    protected override string Settings => _folder.Settings + """

        akka.actor.serializers.json =
          "SshLog.Conformance.Tests.Persistence.CounterJsonReader, SshLog.Conformance.Tests"
        """;

    public override Task InitializeAsync()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "fixtures", "akka-1.5.30-sqlite.db"), _folder.Database);
        return base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Snapshot_and_events_are_read_and_the_sequence_goes_on()
    {
        var counter = Sys.ActorOf(Props.Create(() => new Counter(Notes)));
        await Notes.ExpectAsync("offered 645 at 21", "22: +100", "23: +100", "24: +100", "recovered 945 at 24");
        counter.Tell(new Written("5"));
        await Notes.ExpectAsync("wrote 25");
        Assert.Equal([(4L, 25L)], _folder.Read(
            "SELECT ordering, sequence_nr FROM event_journal ORDER BY ordering DESC LIMIT 1",
            row => (row.GetInt64(0), row.GetInt64(1))));
    }

    [Fact]
    public async Task Highest_sequence_number_comes_from_the_metadata_when_no_event_is_left()
    {
        _folder.Run("DELETE FROM event_journal");
        Sys.ActorOf(Props.Create(() => new Counter(Notes)));
        await Notes.ExpectAsync("offered 645 at 21", "recovered 645 at 21");
    }

    private sealed class Counter : ReceivePersistentActor
    {
        private int _total;

        public Counter(Notebook notes)
        {
            Recover<SnapshotOffer>(offer =>
            {
                _total = ((CounterTotal)offer.Snapshot).Total;
                notes.Add($"offered {_total} at {offer.Metadata.SequenceNr}");
            });
            Recover<CounterAdded>(added =>
            {
                _total += added.Amount;
                notes.Add($"{LastSequenceNr}: +{added.Amount}");
            });
            Recover<RecoveryCompleted>(_ => notes.Add($"recovered {_total} at {LastSequenceNr}"));
            Command<Written>(e => Persist(e, _ => notes.Add($"wrote {LastSequenceNr}")));
        }

        public override string PersistenceId => "counter-1";
    }
}

public sealed record CounterAdded(int Amount);

public sealed record CounterTotal(int Total);

/// <summary>Reads the fixture's two types under the identifier of the JSON serializer.</summary>
public sealed class CounterJsonReader : Serializer
{
    /// <summary>Akka gives the serializer of the name json its settings.</summary>
    public CounterJsonReader(ExtendedActorSystem system, Config settings)
        : base(system)
    {
    }

    public override int Identifier => 1;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => throw new NotSupportedException($"{obj} is only read.");

    public override object FromBinary(byte[] bytes, Type type)
    {
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(bytes));
        var root = json.RootElement;
        return root.GetProperty("$type").GetString() switch
        {
            "Smoke.Added, Smoke" => new CounterAdded(Number(root.GetProperty("Amount"))),
            "Smoke.CounterState, Smoke" => new CounterTotal(Number(root.GetProperty("Total"))),
            var other => throw new NotSupportedException($"Unknown type '{other}'."),
        };
    }

    /// <summary>Akka.NET writes whole numbers as {"$":"I100"}.</summary>
    private static int Number(JsonElement element) =>
        int.Parse(element.GetProperty("$").GetString()![1..], System.Globalization.CultureInfo.InvariantCulture);
}
