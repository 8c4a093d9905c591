using System.Diagnostics;
using System.Text.Json;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A running <c>sshlog watch</c>.</summary>
public sealed class WatchProcess : IDisposable
{
    private readonly Process _process;

    internal WatchProcess(Process process) => _process = process;

    /// <summary>The next event that is wanted; the machine has others.</summary>
    public async Task<JsonElement> FindAsync(Predicate<JsonElement> isWanted)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            if (isWanted(document.RootElement))
                return document.RootElement.Clone();
        }

        throw new InvalidOperationException($"sshlog watch ended: {await _process.StandardError.ReadToEndAsync()}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
