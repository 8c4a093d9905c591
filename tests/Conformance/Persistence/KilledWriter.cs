using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>A process that writes events as fast as it can and prints the number of each that it was told is written.</summary>
internal sealed class KilledWriter : ReceivePersistentActor
{
    public const string Argument = "write-until-killed";
    private const int InFlight = 64;
    private readonly byte[] _event = new byte[512];

    public KilledWriter()
    {
        RecoverAny(_ => { });
        Command<Next>(_ => PersistAsync(_event, _ =>
        {
            Console.WriteLine(LastSequenceNr.ToString(CultureInfo.InvariantCulture));
            Self.Tell(Next.Instance);
        }));
    }

    public override string PersistenceId => "killed-writer";

    public static async Task<int> RunAsync(string database)
    {
        using var system = ActorSystem.Create("writer", ConfigurationFactory.ParseString(SqliteFolder.SettingsOf(database)));
        var writer = system.ActorOf(Props.Create(() => new KilledWriter()));
        for (var i = 0; i < InFlight; i++)
            writer.Tell(Next.Instance);
        await system.WhenTerminated;
        return 0;
    }

    private sealed record Next
    {
        public static readonly Next Instance = new();
    }
}
