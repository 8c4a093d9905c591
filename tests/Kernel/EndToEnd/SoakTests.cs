using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// Mixed sessions for a while: memory, descriptors and threads of the daemon stay, and nothing is missing at the end. A minute
/// unless SSHLOG_SOAK_MINUTES says how many (./test soak MINUTES).
/// </summary>
[Collection("probe")]
public sealed class SoakTests : IDisposable
{
    private const long MiB = 1 << 20;
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(1);

    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new();
    private readonly TimeSpan _length = TimeSpan.FromMinutes(double.Parse(
        Environment.GetEnvironmentVariable("SSHLOG_SOAK_MINUTES") ?? "1", CultureInfo.InvariantCulture));

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task Mixed_sessions_leave_memory_descriptors_and_threads_as_they_were_and_nothing_is_missing()
    {
        await _daemon.StartAsync();
        _ = _sshd.User;
        using var enough = new CancellationTokenSource(_length);
        var samples = SampleAsync(enough.Token);
        var work = new[]
        {
            VisitAsync("seq 3000; /bin/false", terminal: true, enough.Token),
            VisitAsync("head -c 300000 /dev/zero | base64; /bin/true one", terminal: false, enough.Token),
            VisitAsync("for i in 1 2 3 4 5; do /bin/true $i; done; printf '\\033[2J\\033[Hscreen'", terminal: true, enough.Token),
        };
        await Task.WhenAll([FailToSignInAsync(enough.Token), LookAsync(enough.Token), .. work]);
        var printed = work.SelectMany(w => w.Result).ToList();

        // Those that could not sign in have printed nothing and run nothing.
        var sessions = (await _daemon.WaitForSessionsAsync(_sshd.Port, all => all.All(s => !s.GetProperty("open").GetBoolean())
                && all.Count(Printed) >= printed.Count))
            .Where(Printed).ToList();
        Assert.True(printed.Count > 3, "nothing was tried");
        Assert.Equal(printed.Count, sessions.Count);
        Assert.All(sessions, s => Assert.Equal(0, s.GetProperty("loss_events").GetInt32()));
        Assert.Equal(printed.Sum(), sessions.Sum(s => s.GetProperty("output_bytes").GetInt64()));
        var (exitCode, said, errors) = await DaemonProcess.RunCliAsync("verify", "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"));
        Assert.True(exitCode == 0, said + errors);
        AssertFlat(await samples);
    }

    private static bool Printed(JsonElement session) => session.GetProperty("output_bytes").GetInt64() > 0;

    private async Task<List<long>> VisitAsync(string command, bool terminal, CancellationToken enough)
    {
        var printed = new List<long>();
        while (!enough.IsCancellationRequested)
        {
            using var client = _sshd.Connect(_sshd.User, command, terminal);
            printed.Add((await client.WaitForExitAsync()).Output.Length);
        }

        return printed;
    }

    private async Task FailToSignInAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            using var client = _sshd.Connect("nobody-of-that-name", "true", terminal: false);
            await client.WaitForExitAsync();
            await Task.WhenAny(Task.Delay(_between, enough));
        }
    }

    // What administrators do meanwhile.
    private async Task LookAsync(CancellationToken enough)
    {
        using var watch = _daemon.Watch();
        while (!enough.IsCancellationRequested)
        {
            foreach (var question in (string[][])[["sessions"], ["status"], ["search", "2999", "--limit", "5"], ["history", "--limit", "20"]])
            {
                var (exitCode, _, errors) = await _daemon.AskAsync(question);
                Assert.True(exitCode == 0, errors);
            }

            await Task.WhenAny(Task.Delay(_between, enough));
        }
    }

    private async Task<List<Sample>> SampleAsync(CancellationToken enough)
    {
        var samples = new List<Sample>();
        while (!enough.IsCancellationRequested)
        {
            samples.Add(new Sample(
                _daemon.ResidentBytes(),
                Directory.GetFileSystemEntries($"/proc/{_daemon.Pid}/fd").Length,
                Directory.GetDirectories($"/proc/{_daemon.Pid}/task").Length));
            await Task.WhenAny(Task.Delay(_between, enough));
        }

        return samples;
    }

    // The first third is warm-up; of each third the middle value counts.
    private static void AssertFlat(List<Sample> samples)
    {
        var third = samples.Count / 3;
        Assert.True(third > 3, $"only {samples.Count} samples");
        var (before, after) = (Middle(samples[third..(2 * third)]), Middle(samples[(2 * third)..]));
        Assert.True(
            after.Bytes < (before.Bytes * 1.2) + (16 * MiB) && after.Descriptors <= before.Descriptors + 20 && after.Threads <= before.Threads + 10,
            $"from {before} to {after}");
    }

    private static Sample Middle(List<Sample> samples) => new(
        samples.Select(s => s.Bytes).Order().ElementAt(samples.Count / 2),
        samples.Select(s => s.Descriptors).Order().ElementAt(samples.Count / 2),
        samples.Select(s => s.Threads).Order().ElementAt(samples.Count / 2));

    private sealed record Sample(long Bytes, int Descriptors, int Threads);
}
