using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Akka.Actor;
using SshLog.Actors.Gateway;
using SshLog.Actors.Live;
using SshLog.Bench.Harness;
using SshLog.Bench.Search;
using SshLog.Cli.Gateway;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting.ReadModels;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Screens;
using SshLog.Schema;
using Recording = SshLog.Cli.Replay.Recording;

namespace SshLog.Bench.Recordings;

/// <summary>
/// One session of MIB (variable, default 1024) MiB of coloured log lines with its key frames, replayed by the command's own code, which
/// asks the journal and the frames here instead of the daemon over its socket.
/// </summary>
internal sealed class LongRecording : IGateway
{
    private const int ChunkBytes = 32 * 1024;
    private const int DifferentChunks = 128;
    private static readonly DateTimeOffset _start = new(2026, 11, 22, 7, 45, 17, TimeSpan.Zero);

    private readonly Lazy<ActorSystem> _system = new(() => ActorSystem.Create("bench"));
    private readonly Scratch _scratch = new();
    private readonly JournalReader _reader;
    private readonly SqliteFrameStore _frames;
    private readonly SessionSummary _session;

    public LongRecording()
    {
        var id = SessionId.TryParse("20261122T074517-970236-4f2a", out var session) ? session : throw new InvalidOperationException();
        var (file, chunks) = (_scratch.File("journal.db"), Mebibytes * ((1 << 20) / ChunkBytes));
        JournalDatabase.Ensure(file);
        JournalRow.Append(file, id.PersistenceId, Facts(chunks));
        _reader = new JournalReader(file, ProtobufEventCodec.Instance);
        _frames = new SqliteFrameStore(_scratch.File("key-frames.db"));
        while (!new KeyFrameBuilder(_reader, _frames, 1 << 20).Build(id, 64))
        {
        }

        _session = new SessionSummary(
            id, "someone", 1000, "bench", 1, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 22), _start,
            At(chunks), 0, At(chunks), string.Empty, [1], 0, 0, 0);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => _scratch.Dispose();
    }

    public static int Mebibytes => int.Parse(Environment.GetEnvironmentVariable("MIB") ?? "1024", CultureInfo.InvariantCulture);

    /// <summary>As the command opens it.</summary>
    public Recording Open() => new(this, _session, null, TimeProvider.System);

    /// <summary>Begins to watch it as the daemon does for a client.</summary>
    /// <returns>Milliseconds to the screen.</returns>
    public async Task<double> WatchAsync()
    {
        var daemon = new GatewayProtocol.DaemonStatus("bench", 0, DateTimeOffset.UnixEpoch, string.Empty, 0, 0, 0, string.Empty);
        var services = new GatewayServices(
            ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody, null!, _reader, _reader, null!, null!, daemon) { Screens = _frames };
        var live = _system.Value.ActorOf(LiveScreens.Props(services));
        var seen = new TaskCompletionSource<IReadOnlyList<LiveUpdate>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = Stopwatch.GetTimestamp();
        _system.Value.ActorOf(Props.Create(() => new LateViewer(live, _session.Id, seen)));
        var updates = await seen.Task;
        var elapsed = Stopwatch.GetElapsedTime(started);
        _system.Value.Stop(live);
        return updates.Any(u => u is LiveUpdate.ScreenPart) ? elapsed.TotalMilliseconds : throw new InvalidDataException("There is no screen.");
    }

    // Limits as the daemon's.
    public Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation) =>
        Task.FromResult<GatewayProtocol.IReply>(request switch
        {
            GatewayProtocol.ReadJournal read => Page(read.AfterSequenceNr),
            GatewayProtocol.GetFrame get => new GatewayProtocol.Frame(get.UpTo is { } time
                ? _frames.LatestAt(get.Session, get.Channel, time)
                : _frames.Latest(get.Session, get.Channel, get.UpToSequenceNr)),
            _ => throw new NotSupportedException(request.GetType().Name),
        });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private GatewayProtocol.EventPage Page(long after)
    {
        var events = _reader.Read(_session.Id, after, 400, 64 * 1024);
        return new GatewayProtocol.EventPage(events, events is [.., var last] ? last.SequenceNr : after, events.Count == 0);
    }

    private static DateTimeOffset At(int chunk) => _start.AddSeconds(chunk);

    private static IEnumerable<SessionEvent> Facts(int chunks)
    {
        var (random, different) = (new Random(1), new byte[DifferentChunks][]);
        for (var i = 0; i < different.Length; i++)
            different[i] = Chunk(random);
        yield return new ChannelOpened(_start, 0, ChannelKind.Pty, 1, BootTime.Zero, 24, 80, false);
        for (var i = 0; i < chunks; i++)
            yield return new OutputRecorded(At(i), 0, ChannelStream.Output, (long)i * ChunkBytes, different[random.Next(DifferentChunks)]);
        yield return new SessionClosed(At(chunks), SessionEnd.Exited, 0, null, (long)chunks * ChunkBytes, 0, 0);
    }

    private static byte[] Chunk(Random random)
    {
        var text = new StringBuilder();
        while (text.Length < ChunkBytes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\e[32m2026-11-22T07:{random.Next(60):00}:{random.Next(60):00}\e[0m host[{random.Next(99999)}]: ")
                .Append("a line that is written ").Append(random.Next()).Append(" times\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, ChunkBytes));
    }
}
