using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;
using SshLog.Tests.Support;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// The samples of sshlog's own format, all at once, with a real sshd and real receivers. Of each only what says where to is
/// another.
/// </summary>
[Collection("probe")]
public sealed class SampleTests : IDisposable
{
    private const string Utmp = "/run/utmp";
    private static readonly string _samples = Path.Combine(DaemonProcess.Clone, "hocon", "samples");
    private readonly SshServer _sshd;
    private readonly DaemonProcess _daemon = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-samples-");
    private readonly bool _madeUtmp;

    public SampleTests()
    {
        // write(1) looks there for who is signed in, and sshd writes there what is; a container may have none.
        if (!File.Exists(Utmp))
        {
            File.Create(Utmp).Dispose();
            _madeUtmp = true;
        }

        _sshd = new SshServer();
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        _directory.Delete(recursive: true);
        if (_madeUtmp)
            File.Delete(Utmp);
    }

    [Fact]
    public async Task Every_sample_does_its_job()
    {
        var said = Write("espeak", "#!/bin/sh\nprintf '%s\\n' \"$@\" >> \"$(dirname \"$0\")/said\"\n");
        File.SetUnixFileMode(said, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var slack = new HttpReceiver();
        using var syslog = new Rsyslog(new TestCertificate());
        using var statsd = new Statsd();
        Use("slack-on-login.yaml", "https://hooks.slack.example/services/T000/B000/XXXX", slack.Url);
        Use("session-logs.yaml", "/var/log/sshlog/sessions", InDirectory("sessions"));
        Use("event-log.yaml", "/var/log/sshlog/event.log", InDirectory("event.log"));
        Use("message-of-the-day.yaml", "username: alice", $"username: {_sshd.User}");
        Use("say-sudo.yaml", "command: espeak", $"command: {said}");
        Use("statistics.yaml", "port: 8125", $"port: {statsd.Port}");
        Use("syslog.yaml", "port: 514", $"port: {syslog.Udp}");
        Assert.Equal(Directory.EnumerateFiles(_samples, "*.yaml").Select(f => Path.GetFileName(f)).Order(), _daemon.RuleFiles.Keys.Order());
        await _daemon.StartAsync();

        using (var user = _sshd.Connect(_sshd.User))
        {
            await user.WaitForAsync($"Good day {_sshd.User}, you come from 127.0.0.1.");
            user.Type("exit\n");
            await user.WaitForExitAsync();
        }

        using (var root = _sshd.Connect("root"))
        {
            root.Type($"cp /bin/true {InDirectory("sudo")}; {InDirectory("sudo")}; echo to-be-\"\"logged; exit\n");
            await root.WaitForExitAsync();
        }

        var sessions = await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 2 && s.All(one => !one.GetProperty("open").GetBoolean()));
        var rootSession = sessions.Single(s => s.GetProperty("username").GetString() == "root");

        // Others may use this machine's sshd at the same time.
        var pids = sessions.Select(s => s.GetProperty("ptm_pid").GetInt32()).ToList();
        var pid = rootSession.GetProperty("ptm_pid").GetInt32();

        var messages = await slack.WaitAsync(seen => seen.Any(s => s.Body.Contains($"({pid})", StringComparison.Ordinal)));
        Assert.DoesNotContain(messages, m => m.Body.Contains(_sshd.User, StringComparison.Ordinal));
        Assert.Contains($"({pid}) root from ip 127.0.0.1", string.Concat(messages.Select(m => m.Body)), StringComparison.Ordinal);

        var log = await LinesAsync("event.log", lines => pids.TrueForAll(p => lines.Any(l => l.Contains($"connection_close       ({p})", StringComparison.Ordinal))));
        foreach (var type in new[] { "connection_established", "command_start", "command_finish" })
            Assert.Contains(log, l => l.Contains($"({pid}) root ", StringComparison.Ordinal) && l.Contains(type, StringComparison.Ordinal));

        var text = await LinesAsync(
            Path.Combine("sessions", rootSession.GetProperty("session").GetString() + ".log"), lines => lines.Any(l => l.Contains("connection_close", StringComparison.Ordinal)));
        Assert.Contains("to-be-logged", text);
        Assert.Contains(text, l => l.StartsWith("-- ", StringComparison.Ordinal) && l.EndsWith(" UTC", StringComparison.Ordinal));

        Assert.Contains("root has used sudo", await LinesAsync("said", lines => lines.Length > 0));

        var counters = statsd.Wait(c => Sum(c, "connection_close") >= 2);
        Assert.InRange(Sum(counters, "connection_established"), 2, int.MaxValue);
        Assert.Contains(counters.Keys, k => k.Contains("user=root", StringComparison.Ordinal) && k.Contains("client_ip=127.0.0.1", StringComparison.Ordinal));

        var received = syslog.Wait(lines => pids.TrueForAll(p => lines.Any(l => l.Contains($"|{p}|connection_close|", StringComparison.Ordinal))));
        var opened = received.First(l => l.Contains($"|{pid}|connection_established|", StringComparison.Ordinal));
        Assert.StartsWith("imudp|daemon|info|", opened, StringComparison.Ordinal);
        var json = JsonDocument.Parse(opened[opened.IndexOf('{', StringComparison.Ordinal)..]).RootElement;
        Assert.Equal("127.0.0.1", json.GetProperty("tcp_info").GetProperty("client_ip").GetString());

        // The same rules asked about the same journal, while the daemon writes it.
        var (status, tried, _) = await _daemon.AskAsync(
            "config", "test", "--config", _daemon.WriteSettings(), "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"), "--since", "1h", "--json");
        Assert.Equal(0, status);
        var matches = Encoding.UTF8.GetString(tried).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var login = matches.Single(m => m.GetProperty("rules").EnumerateArray().Any(r => r.GetString() == "root_login") && m.GetProperty("session").GetString() == rootSession.GetProperty("session").GetString());
        Assert.Contains("tell_slack", login.GetProperty("actions").EnumerateArray().Select(a => a.GetProperty("name").GetString()));
        Assert.Contains(matches, m => m.GetProperty("rules").EnumerateArray().Any(r => r.GetString() == "greet_alice"));

        var (_, actions, _) = await _daemon.AskAsync("actions", "--json");
        Assert.All(JsonDocument.Parse(actions).RootElement.EnumerateArray(), a => Assert.Equal(("ok", 0), (a.GetProperty("state").GetString(), a.GetProperty("dead_letters").GetInt32())));
    }

    private static int Sum(IReadOnlyDictionary<string, int> counters, string type) =>
        counters.Where(c => c.Key.StartsWith("sshlog." + type, StringComparison.Ordinal)).Sum(c => c.Value);

    private void Use(string sample, string what, string by)
    {
        var text = File.ReadAllText(Path.Combine(_samples, sample));
        Assert.Contains(what, text, StringComparison.Ordinal);
        _daemon.RuleFiles[sample] = text.Replace(what, by, StringComparison.Ordinal);
    }

    private string InDirectory(string name) => Path.Combine(_directory.FullName, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(InDirectory(name), text);
        return InDirectory(name);
    }

    private async Task<string[]> LinesAsync(string name, Func<string[], bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var lines = File.Exists(InDirectory(name)) ? (await File.ReadAllTextAsync(InDirectory(name), Encoding.UTF8, limit.Token)).Split('\n')[..^1] : [];
            if (condition(lines))
                return lines;
            await Task.Delay(50, limit.Token);
        }
    }
}
