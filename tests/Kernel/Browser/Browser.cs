using System.Diagnostics;
using System.Text.Json;
using SshLog.Tests.Support;

namespace SshLog.Kernel.Tests.Browser;

/// <summary>
/// A page of the machine's own Chromium, driven by playwright in a process of its own (driver.mjs), whose packages are
/// installed beside it the first time.
/// </summary>
internal sealed class Browser : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly Process _node;

    public Browser()
    {
        var folder = SourceFolder();
        NodePackages.Install(folder);
        _node = Process.Start(new ProcessStartInfo("node", "driver.mjs")
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Calls a function of playwright's Page by its name, such as click or keyboard.type.</summary>
    public async Task<JsonElement> CallAsync(string function, params object[] arguments)
    {
        await _node.StandardInput.WriteLineAsync(JsonSerializer.Serialize<object[]>([function, .. arguments]));
        await _node.StandardInput.FlushAsync();
        var line = await _node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the browser has ended");
        var answer = JsonDocument.Parse(line).RootElement;
        return answer.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"{function} {string.Join(' ', arguments)}: {error.GetString()}")
            : answer.TryGetProperty("value", out var value) ? value : default;
    }

    public Task GoAsync(string address) => CallAsync("goto", address);

    public Task ClickAsync(string selector) => CallAsync("click", selector);

    public Task FillAsync(string selector, string text) => CallAsync("fill", selector, text);

    /// <summary>Waits until it is there.</summary>
    public async Task SeeAsync(string selector)
    {
        try
        {
            await CallAsync("waitForSelector", selector, new { state = "attached" });
        }
        catch (InvalidOperationException e)
        {
            throw new TimeoutException($"{e.Message}\nThe page says: {await CallAsync("innerText", "body")}");
        }
    }

    /// <summary>How many elements there are now.</summary>
    public async Task<int> CountAsync(string selector) =>
        (await CallAsync("evaluate", $"document.querySelectorAll({JsonSerializer.Serialize(selector)}).length")).GetInt32();

    /// <summary>Rows of the terminal on the page, without blanks at their ends.</summary>
    public async Task<string[]> ScreenAsync() =>
        [.. (await CallAsync("screen")).EnumerateArray().Select(row => row.GetString()!)];

    /// <summary>Waits until the terminal shows what is wanted.</summary>
    public async Task<string[]> WaitForScreenAsync(Predicate<string[]> isWanted, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var screen = await ScreenAsync();
            if (isWanted(screen))
                return screen;
            if (Stopwatch.GetElapsedTime(started) > (patience ?? _patience))
                throw new TimeoutException($"The terminal shows:\n{string.Join('\n', screen)}\nThe page says: {await CallAsync("innerText", "body")}");
            await Task.Delay(50);
        }
    }

    /// <summary>What the page does not do for those who use it with a screen reader or by keyboard.</summary>
    public async Task<string[]> ViolationsAsync() =>
        [.. (await CallAsync("violations")).EnumerateArray().Select(violation => violation.GetString()!)];

    /// <summary>Errors, refused scripts, dialogs, requests to other hosts.</summary>
    public async Task<string[]> ProblemsAsync() =>
        [.. (await CallAsync("problems")).EnumerateArray().Select(problem => problem.GetString()!)];

    public void Dispose()
    {
        _node.StandardInput.Close();
        if (!_node.WaitForExit(_patience))
            _node.Kill(entireProcessTree: true);
        _node.Dispose();
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
