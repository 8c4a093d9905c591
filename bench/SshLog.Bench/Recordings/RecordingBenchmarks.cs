using System.Diagnostics;
using SshLog.Bench.Harness;
using SshLog.Bench.Pipeline;
using SshLog.Cli.Replay;

namespace SshLog.Bench.Recordings;

/// <summary>Replaying a long recording, beginning again with one, and the room that one takes.</summary>
internal static class RecordingBenchmarks
{
    private const int RecoveredMebibytes = 100;
    private const int StoredMebibytes = 64;
    private static readonly Lazy<LongRecording> _recording = new(() => new LongRecording());
    private static readonly Random _random = new(5);

    public static IEnumerable<Benchmark> All =>
    [
        new("replay-start", $"to the first step of a replay of {LongRecording.Mebibytes} MiB (MIB)", "ms", Reference.Budget(200, lessIsBetter: true), StartAsync),
        new("replay-seek", "to the screen at a random place of it; max is the worst of all", "ms", Reference.Budget(200, lessIsBetter: true), SeekAsync)
        {
            Runs = 40,
        },
        new("late-viewer", "to the present screen of it for somebody who begins to watch", "ms", Reference.Budget(200, lessIsBetter: true), () => _recording.Value.WatchAsync())
        {
            Runs = 20,
        },
        new("recover", $"a recorder begins again after {RecoveredMebibytes} MiB of output, to its next event on the disk", "ms", Reference.Budget(1000, lessIsBetter: true), RecoverAsync)
        {
            Runs = 3,
        },
        new("stored-text", "bytes in the journal by bytes printed, listings", "ratio", null, () => StoredAsync(Traffic.Listing(StoredMebibytes))) { Runs = 1 },
        new("stored-base64", "the same, base64", "ratio", null, () => StoredAsync(Traffic.Output(1, StoredMebibytes))) { Runs = 1 },
        new("cpu-text", "processor time to record listings", "ms/MiB", Reference.Budget(15, lessIsBetter: true), () => CpuAsync(Traffic.Listing(StoredMebibytes), true)),
        new("cpu-text-plain", "the same, not compressed", "ms/MiB", null, () => CpuAsync(Traffic.Listing(StoredMebibytes), false)),
        new("cpu-base64", "processor time to record base64", "ms/MiB", Reference.Budget(15, lessIsBetter: true), () => CpuAsync(Traffic.Output(1, StoredMebibytes), true)),
        new("cpu-base64-plain", "the same, not compressed", "ms/MiB", null, () => CpuAsync(Traffic.Output(1, StoredMebibytes), false)),
    ];

    private static async Task<double> StartAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await foreach (var step in _recording.Value.Open().StepsAsync(0, follow: false, CancellationToken.None))
        {
            if (step is ReplayStep.Output)
                break;
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> SeekAsync()
    {
        var recording = _recording.Value.Open();
        var started = Stopwatch.GetTimestamp();
        var place = await recording.FindAsync(
            new ReplayTarget.Part(_random.NextDouble()), 0, recording.Start, () => false, CancellationToken.None);
        if (place?.Screen is null)
            throw new InvalidDataException("There is no screen at that place.");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> RecoverAsync()
    {
        using var scratch = new Scratch();
        var all = Traffic.Output(1, RecoveredMebibytes).ToList();
        var before = await Recorder.RecordAsync(scratch, all.SkipLast(1));
        var after = await Recorder.RecordAsync(scratch, all.TakeLast(1));
        return before.OutputBytes < after.OutputBytes
            ? after.Elapsed.TotalMilliseconds
            : throw new InvalidDataException($"It did not go on: {before}, {after}");
    }

    private static async Task<double> StoredAsync(IEnumerable<Core.Probe.ProbeBatch> traffic)
    {
        var recording = await Recorder.RecordAsync(traffic);
        return recording.StoredBytes / (double)recording.OutputBytes;
    }

    private static async Task<double> CpuAsync(IEnumerable<Core.Probe.ProbeBatch> traffic, bool compress)
    {
        var recording = await Recorder.RecordAsync(traffic, compress: compress);
        return recording.Cpu.TotalMilliseconds / (recording.OutputBytes / (double)(1 << 20));
    }
}
