using System.Globalization;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What the daemon says of itself agrees with what really happened.</summary>
[Collection("probe")]
public sealed class MetricsTests : DaemonTest
{
    [Fact]
    public async Task Metrics_and_status_agree_with_the_output_of_a_session_under_load()
    {
        const int printed = 8_000_000;
        var port = 20000 + Random.Shared.Next(10000);
        _daemon.Settings = $"sshlog.metrics.listen = \"127.0.0.1:{port}\"";
        await _daemon.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal("recording\n", await http.GetStringAsync("/healthz"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);
        var before = await ReadAsync(http);

        using (var client = _sshd.Connect(_sshd.User, $"head -c {printed} /dev/zero | tr '\\0' x"))
            Assert.Equal(printed, (await client.WaitForExitAsync()).Output.Length);
        await _daemon.WaitForEndAsync(_sshd.Port);

        var after = await ReadAsync(http);
        var captured = after["sshlog_output_bytes_total"] - before["sshlog_output_bytes_total"];
        var lost = Lost(after) - Lost(before);
        Assert.Equal(printed, captured + lost);
        Assert.Equal(0, after["sshlog_open_sessions"]);
        Assert.Equal(1, after["sshlog_probe_attached"]);
        var (exitCode, output, _) = await _daemon.AskAsync("status", "--json");
        Assert.Equal(0, exitCode);
        using var status = JsonDocument.Parse(output);
        Assert.Equal(after["sshlog_output_bytes_total"], status.RootElement.GetProperty("output_bytes").GetInt64());
    }

    private static double Lost(Dictionary<string, double> metrics) =>
        metrics.Where(m => m.Key.StartsWith("sshlog_lost_bytes_total", StringComparison.Ordinal)).Sum(m => m.Value);

    private static async Task<Dictionary<string, double>> ReadAsync(HttpClient http) =>
        (await http.GetStringAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
