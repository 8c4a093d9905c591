using System.Diagnostics;
using Akka.Actor;
using Akka.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using SshLog.Actors.Feed;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Bench.Engine;
using SshLog.Bench.Harness;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;
using SshLog.Persistence;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Bench.Pipeline;

/// <summary>What a run came to.</summary>
/// <param name="Elapsed">From the first batch until everything was recorded.</param>
/// <param name="Cpu">Of the whole process, the synthetic probe included.</param>
/// <param name="OutputBytes">Found in the journal.</param>
/// <param name="Commands">Starts and ends found in the journal.</param>
/// <param name="Losses">Found in the journal.</param>
internal sealed record Recording(TimeSpan Elapsed, TimeSpan Cpu, long OutputBytes, int Commands, int Losses)
{
    /// <summary>From the first batch until everything was delivered to a <see cref="SyslogSink"/>; zero without one.</summary>
    public TimeSpan Delivered { get; init; }

    /// <summary>Size of the journal when everything of the write-ahead log is in it.</summary>
    public long StoredBytes { get; init; }
}

/// <summary>The daemon's own actors, codec, hash chain, journal and catalogue behind a synthetic probe.</summary>
internal static class Recorder
{
    private const long Credit = 64 << 20;
    private static readonly Guid _boot = Guid.NewGuid();
    private static readonly DateTimeOffset _booted = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<Recording> RecordAsync(
        IEnumerable<ProbeBatch> traffic, int viewers = 0, SyslogSink? sink = null, bool compress = true)
    {
        using var scratch = new Scratch();
        return await RecordAsync(scratch, traffic, viewers, sink, compress);
    }

    /// <summary>The same into what a run before has left.</summary>
    public static async Task<Recording> RecordAsync(
        Scratch scratch, IEnumerable<ProbeBatch> traffic, int viewers = 0, SyslogSink? sink = null, bool compress = true)
    {
        var file = scratch.File("journal.db");
        var keeper = new JournalKeeper(file, scratch.File("catalogue.db"), scratch.File("actions.db"), TimeProvider.System);
        keeper.Open();
        using var reader = new JournalReader(file, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(scratch.File("catalogue.db"));
        using var source = new SyntheticSource(traffic, Credit);
        using var system = ActorSystem.Create("bench", SshLogPersistence.JournalConfig(file, waitForDisk: true, compress)
            .WithFallback(Quiet.Config).WithFallback(SqlitePersistence.DefaultConfiguration()));
        var clock = new BootClock(_boot, _booted);
        var settings = new SessionRouterSettings(
            new SessionContext(clock, "bench", new NoAccounts()), ProtobufEventCodec.Instance, TimeProvider.System);
        var feed = system.ActorOf(FeedActor.Props(reader, catalogue, keeper), "feed");
        var router = system.ActorOf(SessionRouter.Props(settings, feed, ActorRefs.Nobody), "sessions");

        if (sink is not null)
            ActionBenchmarks.Start(system, scratch, clock, reader, catalogue, feed, sink.Port);
        PullingViewer.Start(system, viewers, SessionId.Derive(clock, Traffic.FirstSession), router, feed, reader);

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        system.ActorOf(ProbeActor.Props(() => source, router), "probe");
        await source.Settled.WaitAsync(Patience);
        await router.Ask<SessionProtocol.Drained>(SessionProtocol.Drain.Instance, Patience);
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (sink is not null)
            await sink.All.WaitAsync(Patience);
        var delivered = sink is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        await system.Terminate();
        return Count(reader, elapsed, cpu) with { Delivered = delivered, StoredBytes = Settled(file) };
    }

    private static long Settled(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
        return new FileInfo(file).Length;
    }

    private static Recording Count(JournalReader reader, TimeSpan elapsed, TimeSpan cpu)
    {
        var (bytes, commands, losses, cursor) = (0L, 0, 0, 0L);
        while (reader.Read(cursor, 5000, 8 << 20, withOutput: true) is var page && page.Cursor > cursor)
        {
            cursor = page.Cursor;
            foreach (var journalled in page.Events)
            {
                switch (journalled.Event)
                {
                    case OutputRecorded output: bytes += output.Bytes.Length; break;
                    case CommandStarted or CommandFinished: commands++; break;
                    case LossRecorded: losses++; break;
                }
            }
        }

        return new Recording(elapsed, cpu, bytes, commands, losses);
    }

    private sealed class NoAccounts : IAccounts
    {
        public string UserName(uint uid) => "someone";

        public uint? UserId(string name) => null;

        public uint? OwnerOfPty(int tty) => 1000;
    }
}
