using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Who is recorded, and the configuration read again, with a real sshd.</summary>
[Collection("probe")]
public sealed class ConfigurationTests : IDisposable
{
    private const string Secret = "what-nobody-shall-keep";
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new() { StoresPlain = true };

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Theory]
    [InlineData("metadata", "127.0.0.1", true)]
    [InlineData("none", "::1", false)]
    public async Task What_the_configuration_leaves_out_of_a_session_is_nowhere_and_that_it_is_left_out_is_recorded(
        string level, string host, bool withCommands)
    {
        Write($"sshlog.record.sessions = [{{ name = less, level = {level}, groups = [\"{_sshd.User}\"], peers = [127.0.0.0/8, \"::1\"] }}]");
        await _daemon.StartAsync();
        await RunAsync(_sshd.User, host);
        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.Equal(_sshd.User, session.GetProperty("username").GetString());
        Assert.Equal(0, session.GetProperty("output_bytes").GetInt64());
        Assert.Equal(0, session.GetProperty("loss_events").GetInt64());
        Assert.Equal(withCommands, (await _daemon.QueryAsync("history", session.GetProperty("session").GetString()!)).Length > 0);
        Assert.Equal(0, (await _daemon.StopAsync()).ExitCode);
        var kept = Encoding.Latin1.GetString(Directory.EnumerateFiles(_daemon.StateDirectory).SelectMany(File.ReadAllBytes).ToArray());
        Assert.DoesNotContain(Secret, kept, StringComparison.Ordinal);
        Assert.Contains("recording-limited/v1", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_are_recorded_whole_and_a_reload_counts_for_sign_ins_to_come()
    {
        Write("sshlog.record.sessions = [{ level = none, users = [nobody-of-this-name] }]");
        await _daemon.StartAsync();
        using var open = _sshd.Connect(_sshd.User);
        open.Type("echo first-of-open\n");
        await open.WaitForAsync("first-of-open\r\n");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1 && s[0].GetProperty("output_bytes").GetInt64() > 0);

        Write($"sshlog.record.sessions = [{{ level = none, users = [\"{_sshd.User}\"] }}]");
        await HangUpAsync();
        await _daemon.WaitForLogAsync("Configuration read again");
        open.Type("echo second-of-open\n");
        open.Type("exit\n");
        await open.WaitForExitAsync();
        var whole = await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.NotEqual(0, whole.GetProperty("output_bytes").GetInt64());
        Assert.Equal(0, whole.GetProperty("loss_events").GetInt64());

        await RunAsync(_sshd.User, "127.0.0.1");
        var sessions = await _daemon.WaitForSessionsAsync(
            _sshd.Port, s => s.Length == 2 && s.All(one => !one.GetProperty("open").GetBoolean()));
        Assert.Equal(0, sessions[0].GetProperty("output_bytes").GetInt64());
    }

    [Fact]
    public async Task A_wrong_configuration_is_refused_with_its_place_and_the_daemon_goes_on()
    {
        Write("sshlog.log.files = 3");
        await _daemon.StartAsync();
        Write("\nsshlog.log.fiels = 3");
        var (exitCode, _, errors) = await _daemon.AskAsync("config", "reload");
        Assert.Equal(78, exitCode);
        Assert.Contains("sshlog.conf:3: there is no setting sshlog.log.fiels", errors, StringComparison.Ordinal);
        await HangUpAsync();
        await _daemon.WaitForLogAsync("is not used; the old one goes on", times: 2);

        Write("sshlog.log.files = 4");
        var (accepted, output, _) = await _daemon.AskAsync("config", "reload");
        Assert.Equal(0, accepted);
        Assert.Contains("sshlog.log.files is now 4", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
        Assert.Contains("needs a restart", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
        Assert.Equal(0, (await _daemon.StopAsync()).ExitCode);
    }

    [Fact]
    public async Task A_reload_names_what_waits_for_a_restart_with_its_place_until_it_is_taken_back()
    {
        var file = Write("sshlog.metrics.listen = \"\"");
        await _daemon.StartAsync();
        Write("sshlog.metrics.listen = \"127.0.0.1:9\"\nsshlog.web { enabled = on, password = \"not to be shown\" }\nsshlog.typing = on");
        await HangUpAsync();
        string[] waiting =
        [
            $"WRN Configuration: sshlog.metrics.listen is now \"127.0.0.1:9\" ({file}:2): this needs a restart",
            $"WRN Configuration: sshlog.web.enabled is now on ({file}:3): this needs a restart",
            $"WRN Configuration: sshlog.web.password is now \"(not shown)\" ({file}:3): this needs a restart",
            $"WRN Configuration: sshlog.typing is now on ({file}:4): this needs a restart",
        ];
        foreach (var line in waiting)
            await _daemon.WaitForLogAsync(line);

        await HangUpAsync();
        await _daemon.WaitForLogAsync(waiting[0], times: 2);

        Write("sshlog.access.operators = wheel");
        var (exitCode, output, _) = await _daemon.AskAsync("config", "reload");
        var answer = Encoding.UTF8.GetString(output);
        Assert.Equal(0, exitCode);
        Assert.Contains($"sshlog.access.operators is now wheel ({file}:2)\n", answer, StringComparison.Ordinal);
        Assert.Contains("sshlog.typing is now off (default)\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("restart", answer, StringComparison.Ordinal);
    }

    private async Task RunAsync(string user, string host)
    {
        using var client = _sshd.Connect(user, host: host);
        client.Type($"printf 'x%sx\\n' {Secret.Replace("-", "\"-\"", StringComparison.Ordinal)}\n");
        client.Type("exit\n");
        var (_, output, _) = await client.WaitForExitAsync();
        Assert.Contains($"x{Secret}x", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
    }

    private async Task HangUpAsync()
    {
        using var kill = Process.Start("kill", ["-HUP", _daemon.Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private string Write(string text)
    {
        _daemon.Settings = text;
        return _daemon.WriteSettings();
    }
}
