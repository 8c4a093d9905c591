using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Schema;

namespace SshLog.Persistence.Tests.PowerCut;

/// <summary>
/// A process that records a session as the daemon does, as fast as it can, and signs it now and then. Prints <c>written N</c>
/// when it was told that N events are, and keeps in <see cref="SignedFile"/> the salt of the write-ahead log and how much of it
/// is on the disk before it signs that.
/// </summary>
internal sealed class CutWriter : ReceivePersistentActor
{
    public const string Argument = "write-until-cut";
    public const string Full = "full";
    public const string SignedFile = "signed";
    private const int SignEvery = 40;

    public static readonly SessionId Session = JournalRows.Parse("20261122T074517-970236-4f2a");

    private readonly Random _random = new(3);
    private readonly string _journal;
    private readonly HeadSigner _signer;
    private ReadOnlyMemory<byte> _link = EventChain.Genesis(Session.PersistenceId);
    private int _batches;

    public CutWriter(string journal, HeadSigner signer)
    {
        (_journal, _signer) = (journal, signer);
        RecoverAny(_ => { });
        Command<Next>(_ => Write());
    }

    public override string PersistenceId => Session.PersistenceId;

    public static async Task<int> RunAsync(string directory, bool waitForDisk)
    {
        var journal = Path.Combine(directory, "journal.db");
        JournalDatabase.Ensure(journal);
        using var key = HostKey.LoadOrCreate(directory);
        using var heads = new HeadStore(Path.Combine(directory, "heads.db"));
        var signer = new HeadSigner(journal, heads, key, TimeProvider.System);
        using var system = ActorSystem.Create("writer", ConfigurationFactory.ParseString("akka.loglevel = OFF")
            .WithFallback(SshLogPersistence.JournalConfig(journal, waitForDisk, compress: true))
            .WithFallback(SqlitePersistence.DefaultConfiguration()));
        var writer = system.ActorOf(Props.Create(() => new CutWriter(journal, signer)));
        writer.Tell(Next.Instance);
        await system.WhenTerminated;
        return 0;
    }

    private void Write()
    {
        var (batch, written) = (new List<JournalEvent>(), 0);
        for (var events = _random.Next(1, 9); events > 0; events--)
        {
            var (manifest, payload) = ProtobufEventCodec.Instance.Encode(new OutputRecorded(Events.At, 0, ChannelStream.Output, 0, Printed()));
            var sealedEvent = EventChain.Seal(_link, new ProbePosition(1, 1), manifest, payload, new byte[EventChain.SaltBytes]);
            _link = EventChain.Link(sealedEvent);
            batch.Add(sealedEvent);
        }

        PersistAll(batch, _ =>
        {
            if (++written < batch.Count)
                return;
            Console.WriteLine($"written {LastSequenceNr.ToString(CultureInfo.InvariantCulture)}");
            if (++_batches % SignEvery == 0)
            {
                var log = WriteAheadLog.Read(_journal + "-wal");
                var file = Path.Combine(Path.GetDirectoryName(_journal)!, SignedFile);
                File.WriteAllText(file + ".new", $"{log.Salt} {(log.Commits is [.., var end] ? end : 0)}");
                File.Move(file + ".new", file, overwrite: true);
                _signer.SignGrown();
            }

            Self.Tell(Next.Instance);
        });
    }

    // A line, or a page that hardly gets smaller.
    private byte[] Printed()
    {
        if (_random.Next(3) > 0)
            return Encoding.ASCII.GetBytes($"line {_random.Next()}\r\n");
        var noise = new byte[_random.Next(60 * 1024)];
        _random.NextBytes(noise);
        return noise;
    }

    private sealed record Next
    {
        public static readonly Next Instance = new();
    }
}
