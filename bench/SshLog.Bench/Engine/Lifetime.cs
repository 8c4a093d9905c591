using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using SshLog.Bench.Harness;
using SshLog.Remoting;

namespace SshLog.Bench.Engine;

/// <summary>Start and rest of an actor system with persistence and remoting, in a process of its own.</summary>
internal static class Lifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Resting = TimeSpan.FromSeconds(10);

    public static IEnumerable<Benchmark> All =>
    [
        new("start", "process start to a recovered persistent actor", "ms", Reference.Akka(883, lessIsBetter: true), () => ChildAsync("start"))
        {
            WarmUps = 2,
            Runs = 7,
        },
        new("idle-memory", "resident memory at rest", "MiB", Reference.Akka(99, lessIsBetter: true), () => ChildAsync("memory")) { WarmUps = 0, Runs = 3 },
        new("idle-switches", "context switches at rest", "1/s", Reference.Budget(20, lessIsBetter: true), () => ChildAsync("switches")) { WarmUps = 0, Runs = 3 },
        new("idle-cpu", "processor time at rest, one core = 100", "%", Reference.Budget(0.2, lessIsBetter: true), () => ChildAsync("cpu")) { WarmUps = 0, Runs = 3 },
    ];

    /// <summary>What the child process does: one figure on standard output.</summary>
    public static async Task RunChildAsync(string figure, string directory)
    {
        var config = new JournalSetup("WAL", Batching: true).For(Path.Combine(directory, "journal.db"))
            .WithFallback(SshLogRemoting.DaemonConfig(Path.Combine(directory, "sshlog.sock"), group: ""));
        using var system = ActorSystem.Create(GatewayAddress.DaemonSystem, config);
        var recovered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Writer.Props("kept", recovered));
        await recovered.Task.WaitAsync(Patience);
        var value = figure == "start"
            ? (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds
            : await RestAsync(figure);
        Console.WriteLine(value.ToString(CultureInfo.InvariantCulture));
        await system.Terminate();
    }

    private static async Task<double> RestAsync(string figure)
    {
        await Task.Delay(Settling);
        var before = ProcessFigures.OfSelf();
        await Task.Delay(Resting);
        var after = ProcessFigures.OfSelf();
        return figure switch
        {
            "memory" => after.ResidentKiB / 1024.0,
            "switches" => after.SwitchesSince(before) / Resting.TotalSeconds,
            "cpu" => (after.Cpu - before.Cpu) / Resting * 100,
            _ => throw new ArgumentException($"No figure {figure}", nameof(figure)),
        };
    }

    private static async Task<double> ChildAsync(string figure)
    {
        using var scratch = new Scratch();
        using var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, ["child", figure, Path.GetDirectoryName(scratch.File("x"))!]) { RedirectStandardOutput = true })!;
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? double.Parse(answer, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The child ended with {process.ExitCode}");
    }
}
