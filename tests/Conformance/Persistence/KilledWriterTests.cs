using System.Diagnostics;
using System.Globalization;

namespace SshLog.Conformance.Tests.Persistence;

public sealed class KilledWriterTests : IDisposable
{
    private const int Kills = 50;
    private readonly SqliteFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_committed_event_survives_kill_9_at_any_moment()
    {
        // The seed is fixed so that a failure can be looked at again; the moments differ from run to run all the same.
        var random = new Random(9);
        for (var kill = 0; kill < Kills; kill++)
        {
            var told = await WriteAndKillAsync(random.Next(1, 1500));
            var (count, highest) = _folder.Read(
                "SELECT count(*), max(sequence_nr) FROM event_journal", row => (row.GetInt64(0), row.GetInt64(1))).Single();
            Assert.True(highest >= told, $"kill {kill}: {told} was said to be written, {highest} is the last one there");
            Assert.Equal(highest, count);
        }

        Assert.Equal("ok", _folder.Read("PRAGMA integrity_check", row => row.GetString(0)).Single());
    }

    /// <returns>The highest sequence number that the process was told is written.</returns>
    private async Task<long> WriteAndKillAsync(int events)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(KilledWriterTests).Assembly.Location, KilledWriter.Argument, _folder.Database])
        {
            RedirectStandardOutput = true,
        })!;
        var told = 0L;
        var lines = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A line that the kill cut in two is a smaller number than the one meant.
            if (long.TryParse(line, CultureInfo.InvariantCulture, out var number))
                told = Math.Max(told, number);
            if (++lines == events)
                process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(lines >= events, $"the writer ended by itself after {lines} events, exit code {process.ExitCode}");
        return told;
    }
}
