using SshLog.Bench.Harness;

namespace SshLog.Bench.Pipeline;

/// <summary>Everything of the daemon but the kernel, synchronous=FULL.</summary>
internal static class PipelineBenchmarks
{
    private const int Mebibytes = 200;
    private const int CommandPairs = 40_000;
    private const int Crowd = 1_000;
    private const int CrowdEvents = 20_000;
    private static readonly TimeSpan CrowdTime = TimeSpan.FromSeconds(10);

    public static IEnumerable<Benchmark> All =>
    [
        new("output-rate", "terminal output of 8 sessions", "MiB/s", null, async () => (await OutputAsync()).Rate),
        new("output-cpu", "processor time for it", "ms/MiB", Reference.Budget(15, lessIsBetter: true), async () => (await OutputAsync()).Cpu),
        new("output-one", "output of one session offered at full speed that is recorded", "%", Reference.Budget(100), OneSessionAsync) { Runs = 3 },
        new("viewers", "rate of 8 sessions while 100 viewers watch one of them, by the rate without", "ratio", Reference.Budget(0.9), ViewersAsync),
        new("viewers-cpu", "processor time for it with those viewers, by that without", "ratio", null, ViewersCpuAsync),
        new("command-rate", "command starts and ends of 16 sessions", "ev/s", null, CommandsAsync),
        new("crowd", "1,000 sessions, 20,000 ev/s offered, no loss", "ev/s", Reference.Budget(0.99 * CrowdEvents), CrowdAsync)
        {
            WarmUps = 0,
            Runs = 3,
        },
    ];

    private static async Task<double> ViewersAsync() => (await OutputAsync(viewers: 100)).Rate / (await OutputAsync()).Rate;

    private static async Task<double> ViewersCpuAsync() => (await OutputAsync(viewers: 100)).Cpu / (await OutputAsync()).Cpu;

    private static async Task<(double Rate, double Cpu)> OutputAsync(int viewers = 0)
    {
        var recording = await Recorder.RecordAsync(Traffic.Output(sessions: 8, Mebibytes), viewers);
        Demand(recording.OutputBytes >= Mebibytes * (1L << 20) && recording.Losses == 0, recording);
        var mebibytes = recording.OutputBytes / (double)(1 << 20);
        return (mebibytes / recording.Elapsed.TotalSeconds, recording.Cpu.TotalMilliseconds / mebibytes);
    }

    // What is missing is accounted for as a loss; the budget is that nothing is.
    private static async Task<double> OneSessionAsync()
    {
        var recording = await Recorder.RecordAsync(Traffic.Output(sessions: 1, Mebibytes));
        return Math.Min(100, recording.OutputBytes * 100.0 / (Mebibytes * (1L << 20)));
    }

    private static async Task<double> CommandsAsync()
    {
        var recording = await Recorder.RecordAsync(Traffic.Commands(sessions: 16, CommandPairs));
        Demand(recording.Commands == 2 * CommandPairs && recording.Losses == 0, recording);
        return recording.Commands / recording.Elapsed.TotalSeconds;
    }

    // Output of a batch may be joined, so events are counted as offered; nothing may be missing.
    private static async Task<double> CrowdAsync()
    {
        var recording = await Recorder.RecordAsync(Traffic.Mixed(Crowd, CrowdEvents, CrowdTime));
        var offered = (int)(CrowdEvents * CrowdTime.TotalSeconds);
        Demand(
            recording.Commands == offered / 2 && recording.OutputBytes == offered / 4L * 112 && recording.Losses == 0,
            recording);
        return offered / recording.Elapsed.TotalSeconds;
    }

    private static void Demand(bool complete, Recording recording)
    {
        if (!complete)
            throw new InvalidDataException($"The recording is not complete: {recording}");
    }
}
