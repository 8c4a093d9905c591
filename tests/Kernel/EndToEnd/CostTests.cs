using System.Globalization;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// What a MiB of output costs, in figures that do not depend on how busy the machine is: memory allocated, calls that write and
/// bytes written. A change that makes the hot path dearer fails here before a benchmark is run.
/// </summary>
[Collection("probe")]
public sealed class CostTests : IDisposable
{
    private const int Mebibytes = 32;
    private readonly SshServer _sshd = new();

    // What is printed here would shrink to nothing.
    private readonly DaemonProcess _daemon = new() { StoresPlain = true };

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task A_mebibyte_of_output_costs_no_more_memory_calls_and_writing_than_it_did()
    {
        var port = 20000 + Random.Shared.Next(10000);
        // What is read behind the recording has benchmarks of its own.
        _daemon.Settings = $$"""
            sshlog.metrics.listen = "127.0.0.1:{{port}}"
            sshlog.search-index.enabled = off
            """;
        await _daemon.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var client = _sshd.Connect(
            _sshd.User, $"read go; head -c {4 << 20} /dev/zero | tr '\\0' x; echo warm; read go; head -c {Mebibytes << 20} /dev/zero | tr '\\0' x", terminal: false);
        client.Type("go\n");
        await client.WaitForAsync("warm");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Single().GetProperty("output_bytes").GetInt64() > 4 << 20);
        var before = await ReadAsync(http);
        client.Type("go\n");
        await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        var after = await ReadAsync(http);

        Assert.InRange((after.Allocated - before.Allocated) / Mebibytes, 0, MostAllocated);
        Assert.InRange((after.Calls - before.Calls) / Mebibytes, 0, MostCalls);
        Assert.InRange((after.Written - before.Written) / Mebibytes, 0, MostWritten);
    }

    private const double MostAllocated = 12 * (1 << 20);
    private const double MostCalls = 2000;
    private const double MostWritten = 4 * (1 << 20);

    private async Task<Figures> ReadAsync(HttpClient http)
    {
        var metrics = await http.GetStringAsync("/metrics");
        var io = await File.ReadAllTextAsync($"/proc/{_daemon.Pid}/io");
        return new Figures(Value(metrics, "dotnet_gc_allocated_bytes_total "), Value(io, "syscw: "), Value(io, "wchar: "));
    }

    private static double Value(string text, string name) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], CultureInfo.InvariantCulture);

    private sealed record Figures(double Allocated, double Calls, double Written);
}
