using System.Diagnostics;
using System.Globalization;
using SshLog.Native;

namespace SshLog.Daemon.Tests;

/// <summary>This process and this machine; needs root, as a nice value is lowered again.</summary>
public sealed class ProcessPriorityTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_thread_has_it_and_a_program_may_start_without_it()
    {
        using var other = new Timer(_ => { }, null, 0, 10);
        try
        {
            Assert.True(ProcessPriority.TrySetNice(4));
            Assert.Equal([4], Directory.GetDirectories("/proc/self/task").Select(NiceOf).OfType<int>().Distinct());
            Assert.Equal("0", await NiceOfProgramAsync(ProcessPriority.Usual()));
        }
        finally
        {
            Assert.True(ProcessPriority.TrySetNice(0));
        }

        Assert.Empty(ProcessPriority.Usual());
    }

    [Fact]
    public async Task A_machine_is_busy_while_all_its_processors_are_wanted()
    {
        using var end = new CancellationTokenSource();
        var wanted = 2 * Environment.ProcessorCount;
        for (var i = 0; i < wanted; i++)
            new Thread(() => { while (!end.IsCancellationRequested) { } }) { IsBackground = true }.Start();
        var since = Stopwatch.StartNew();
        while (!MachineLoad.IsBusy() || MachineLoad.Runnable() < wanted)
        {
            Assert.True(since.Elapsed < _patience, $"{MachineLoad.Runnable()} threads want to run, of {wanted}");
            await Task.Delay(10);
        }

        await end.CancelAsync();
    }

    // Field 19 of proc_pid_stat(5); the name before it is in parentheses. Null for one that has ended.
    private static int? NiceOf(string thread)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(thread, "stat"));
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<string> NiceOfProgramAsync(string[] prefix)
    {
        using var program = Process.Start(new ProcessStartInfo(prefix[0], [.. prefix[1..], "nice"]) { RedirectStandardOutput = true })!;
        return (await program.StandardOutput.ReadToEndAsync()).Trim();
    }
}
