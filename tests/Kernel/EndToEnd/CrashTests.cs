using System.Globalization;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;
using Xunit.Abstractions;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// The daemon is killed at random moments while sessions print, type commands and come and go; after each kill every journal
/// opens and is proved, with no gaps but those that it says of: what comes while it is dead waits in the ring buffer, so there must be
/// room for it. SSHLOG_CRASHES says how often; 100 is the long form.
/// </summary>
[Collection("probe")]
public sealed class CrashTests(ITestOutputHelper told) : DaemonTest
{
    private const int Usual = 5;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task Killed_at_random_moments_it_leaves_journals_that_verify()
    {
        var crashes = int.TryParse(Environment.GetEnvironmentVariable("SSHLOG_CRASHES"), CultureInfo.InvariantCulture, out var asked) ? asked : Usual;
        // The moments differ from run to run whatever the seed.
        var random = new Random(9);
        using var enough = new CancellationTokenSource();
        await _daemon.StartAsync();
        var visitors = new[] { VisitAsync("seq 2000", enough.Token), VisitAsync("for i in 1 2 3 4 5 6 7 8 9; do /bin/true $i; done", enough.Token) };
        for (var crash = 1; crash <= crashes; crash++)
        {
            await Task.Delay(random.Next((int)_longest.TotalMilliseconds));
            await _daemon.KillAsync();
            var (exitCode, lines, errors) = await VerifyAsync();
            Assert.True(exitCode is 0 or 1, $"after crash {crash}: {exitCode} {errors}{lines}");
            told.WriteLine($"crash {crash}: {errors.Trim()}");
            await _daemon.StartAsync();
        }

        await enough.CancelAsync();
        var visits = (await Task.WhenAll(visitors)).Sum();
        told.WriteLine($"{visits} sessions");
        var sessions = await AllOverAsync(visits);
        Assert.Equal(visits, sessions.Length);
        await _daemon.StopAsync();
        told.WriteLine((await VerifyAsync()).Output);
        var reports = JsonDocument.Parse((await VerifyAsync("--json")).Output);
        // When it stops it signs everything; what others do on this machine at that moment may come behind that.
        Assert.All(reports.RootElement.EnumerateArray(), r =>
        {
            Assert.NotEqual("tampered", r.GetProperty("verdict").GetString());
            if (r.GetProperty("closed").GetBoolean())
                Assert.Equal(r.GetProperty("events").GetInt64(), r.GetProperty("signed_up_to").GetInt64());
        });
    }

    private async Task<(int ExitCode, string Output, string Errors)> VerifyAsync(params string[] more) =>
        await DaemonProcess.RunCliAsync(["verify", "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"), .. more]);

    /// <summary>What waits in the ring buffer comes in at the machine's pace: as long as more sessions do, they are waited for.</summary>
    private async Task<JsonElement[]> AllOverAsync(int visits)
    {
        for (var before = -1; ;)
        {
            try
            {
                return await _daemon.WaitForSessionsAsync(_sshd.Port, all => Over(all) >= visits && Over(all) == all.Length);
            }
            catch (TimeoutException)
            {
                var now = Over(await _daemon.WaitForSessionsAsync(_sshd.Port, _ => true));
                if (now <= before)
                    throw;
                before = now;
            }
        }
    }

    private static int Over(JsonElement[] sessions) => sessions.Count(s => !s.GetProperty("open").GetBoolean());

    /// <summary>One session after the other.</summary>
    /// <returns>How many.</returns>
    private async Task<int> VisitAsync(string command, CancellationToken enough)
    {
        var visits = 0;
        for (; !enough.IsCancellationRequested; visits++)
        {
            using var client = _sshd.Connect(_sshd.User, command);
            await client.WaitForExitAsync();
        }

        return visits;
    }
}
