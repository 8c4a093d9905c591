using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A recording is found, handed out, redacted and deleted, and what is gone is gone.</summary>
[Collection("probe")]
public sealed class EvidenceTests : IDisposable
{
    private const string Body = "MIIEpAIBAAKCAQEAsecretsecretsecret";
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new() { StoresPlain = true, Settings = "sshlog.record.redact-output.private-keys = on" };
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-evidence-");

    private string Journal => Path.Combine(_daemon.StateDirectory, "journal.db");

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task What_was_printed_is_found_proved_and_taken_out()
    {
        var (key, text) = (Path.Combine(_directory.FullName, "id"), Path.Combine(_directory.FullName, "text"));
        File.WriteAllText(key, $"-----BEGIN RSA PRIVATE KEY-----\n{Body}\n-----END RSA PRIVATE KEY-----\n");
        File.WriteAllText(text, string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n")) + "the \e[31mnee\e[0mdle in it\n");
        _directory.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, $"cat {key}; cat {text}"))
            await client.WaitForExitAsync();
        var id = (await _daemon.WaitForEndAsync(_sshd.Port)).GetProperty("session").GetString()!;

        // Found, also once the index has it; the key never was there.
        Assert.Contains("the needle in it", await TextAsync(0, "search", "needle in"), StringComparison.Ordinal);
        await UntilAsync(async () => !(await _daemon.AskAsync("search", "no such text anywhere")).Errors.Contains("read through", StringComparison.Ordinal));
        var hit = JsonDocument.Parse(await TextAsync(0, "search", "--json", "needle in")).RootElement;
        Assert.Equal("output", hit.GetProperty("kind").GetString());
        Assert.Contains("[redacted]**", await TextAsync(0, "export", id, "--format", "raw"), StringComparison.Ordinal);
        AssertGone(Body);

        // Handed out, under the old key and a new one.
        var publicKey = Path.Combine(_directory.FullName, "host.pub");
        File.WriteAllText(publicKey, await TextAsync(0, "keys", "list", "--pem"));
        var old = await BundleAsync(id, "old");
        await TextAsync(0, "keys", "rotate");
        Assert.Equal(0, (await DaemonProcess.RunCliAsync("verify", "--bundle", old, "--key", publicKey)).ExitCode);
        Assert.Equal(0, (await DaemonProcess.RunCliAsync("verify", "--bundle", await BundleAsync(id, "new"), "--key", publicKey)).ExitCode);
        Assert.Equal(0, (await DaemonProcess.RunCliAsync("verify", "--journal", Journal, "--key", publicKey)).ExitCode);

        // Taken out: no search finds it, verify says why.
        await TextAsync(0, "redact", id, "--events", $"{hit.GetProperty("sequence").GetInt64()}", "--reason", "a test");
        Assert.Empty(await TextAsync(0, "search", "needle in"));
        var verified = await DaemonProcess.RunCliAsync("verify", "--journal", Journal, "--key", publicKey);
        Assert.Equal(0, verified.ExitCode);
        Assert.Contains("the content of 1 event taken out", verified.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await DaemonProcess.RunCliAsync("verify", "--bundle", await BundleAsync(id, "redacted"), "--key", publicKey)).ExitCode);
        File.WriteAllText(publicKey, await TextAsync(0, "keys", "list", "--pem"));
        Assert.Equal(0, (await DaemonProcess.RunCliAsync("verify", "--bundle", await BundleAsync(id, "redacted"), "--key", publicKey)).ExitCode);
        AssertGone("dle in it");
        await TextAsync(0, "delete", id, "--yes", "--reason", "a test");
        await _daemon.StopAsync();
        AssertGone("line 19999");
        var rebuilt = await DaemonProcess.RunCliAsync("journal", "rebuild-catalogue", "--state-dir", _daemon.StateDirectory);
        // Other sessions of this machine are in it too.
        Assert.Equal(0, rebuilt.ExitCode);
        Assert.StartsWith("Made again from the journal: ", rebuilt.Output, StringComparison.Ordinal);
    }

    private async Task<string> BundleAsync(string id, string name)
    {
        var file = Path.Combine(_directory.FullName, name);
        var (exitCode, output, errors) = await _daemon.AskAsync("export", id, "--format", "bundle");
        Assert.True(exitCode == 0, errors);
        File.WriteAllBytes(file, output);
        return file;
    }

    private async Task<string> TextAsync(int expected, params string[] arguments)
    {
        var (exitCode, output, errors) = await _daemon.AskAsync(arguments);
        Assert.True(exitCode == expected, $"{string.Join(' ', arguments)}: {exitCode} {errors}");
        return Encoding.UTF8.GetString(output);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
            Assert.True(tries < 100, "it did not come to be");
    }

    private void AssertGone(string text) => Assert.All(
        // The lock holds nothing, and lets nobody read that.
        Directory.EnumerateFiles(_daemon.StateDirectory).Where(f => Path.GetFileName(f) != "lock"),
        file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) < 0, file));
}
