using System.Globalization;
using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A real sshd, the real daemon, the real command line: what a user of the first version relies on.</summary>
[Collection("probe")]
public sealed class FirstLightTests : DaemonTest
{
    [Theory]
    [InlineData(false, "127.0.0.1")]
    [InlineData(false, "::1")]
    [InlineData(true, "127.0.0.1")]
    [InlineData(true, "::1")]
    public async Task Defect_6_a_login_of_root_or_another_over_either_protocol_is_recorded_with_who_where_and_every_command(bool asRoot, string host)
    {
        await _daemon.StartAsync();
        var user = asRoot ? "root" : _sshd.User;
        var forty = string.Join(' ', Enumerable.Range(1, 40));
        var nineThousand = new string('x', 9000);
        using var client = _sshd.Connect(user, host: host);
        client.Type($"/bin/echo {forty}\n");
        client.Type($"/bin/true {nineThousand}\n");
        client.Type("sh -c 'exit 42'\n");
        client.Type("sh -c 'kill -KILL $$'\n");
        client.Type("exit 7\n");
        var (_, output, _) = await client.WaitForExitAsync();

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.Equal(user, session.GetProperty("username").GetString());
        Assert.Equal(asRoot ? 0 : _sshd.UserId, session.GetProperty("user_id").GetUInt32());
        Assert.Equal(host, session.GetProperty("tcp_info").GetProperty("client_ip").GetString());
        Assert.Equal(host, session.GetProperty("tcp_info").GetProperty("server_ip").GetString());
        Assert.NotEqual(0, session.GetProperty("tcp_info").GetProperty("client_port").GetInt32());
        Assert.Single(session.GetProperty("ttys").EnumerateArray());
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
        await AssertReplayEquals(session, output);

        var commands = await _daemon.QueryAsync("history", Id(session));
        Assert.Equal(["/bin/echo", .. forty.Split(' ')], Argv(Command(commands, "/bin/echo")));
        Assert.Equal(["/bin/true", nineThousand], Argv(Command(commands, "/bin/true")));
        Assert.Equal(42, Command(commands, "sh", "exit 42").GetProperty("exit_code").GetInt32());
        var killed = Command(commands, "sh", "kill -KILL $$");
        Assert.Equal(9, killed.GetProperty("signal").GetInt32());
        Assert.Equal(JsonValueKind.Null, killed.GetProperty("exit_code").ValueKind);
        var shell = commands.First(c => c.GetProperty("filename").GetString()!.EndsWith("bash", StringComparison.Ordinal));
        Assert.Equal(7, shell.GetProperty("exit_code").GetInt32());
        Assert.All(commands, c => Assert.NotEqual(JsonValueKind.Null, c.GetProperty("finished_at").ValueKind));
    }

    [Theory]
    [InlineData("seq 1 200000")]
    [InlineData("head -c 15728640 /dev/urandom | base64")]
    [InlineData("head -c 3000000 /dev/urandom")]
    [InlineData("head -c 16384 /dev/zero; sleep 0.2; head -c 16384 /dev/zero")]
    [InlineData("stty raw; for i in $(seq 0 255); do printf \"\\\\x$(printf %x $i)\"; done; printf 'a\\0b\\0\\0c'")]
    public async Task Defect_2_the_recorded_bytes_are_the_clients_bytes_at_any_speed(string command)
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, command);
        var (_, output, _) = await client.WaitForExitAsync();
        Assert.NotEmpty(output);
        await AssertReplayEquals(await _daemon.WaitForEndAsync(_sshd.Port), output);
    }

    [Fact]
    public async Task Defect_3_a_reused_pid_has_a_recording_of_its_own()
    {
        await _daemon.StartAsync();
        await ConnectAsync("echo first");
        var first = (await _daemon.WaitForSessionsAsync(_sshd.Port, AllEnded))[0];
        var pid = first.GetProperty("ptm_pid").GetInt32();
        // The next process gets the number after this (proc_sys_kernel(5)); others are in between, so it takes a few tries.
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var number = (pid - 1 - (attempt % 12)).ToString(CultureInfo.InvariantCulture);
            await ConnectAsync("echo second", () => File.WriteAllText("/proc/sys/kernel/ns_last_pid", number));
            var sessions = await _daemon.WaitForSessionsAsync(_sshd.Port, AllEnded);
            if (sessions.Where(s => s.GetProperty("ptm_pid").GetInt32() == pid).Select(Id).ToList() is not [var one, var other])
                continue;
            Assert.NotEqual(one, other);
            foreach (var (id, said) in new[] { (Id(first), "first"), (new[] { one, other }.Single(i => i != Id(first)), "second") })
            {
                var (_, replayed, _) = await _daemon.AskAsync("replay", id, "--no-wait");
                Assert.Equal(said, Encoding.UTF8.GetString(replayed).Trim());
            }

            return;
        }

        Assert.Fail($"No connection got pid {pid} again.");
    }

    [Fact]
    public async Task A_command_without_a_pty_is_a_session_with_its_exit_code()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, "exit 42", terminal: false);
        Assert.Equal(42, (await client.WaitForExitAsync()).ExitCode);

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.Equal(_sshd.User, session.GetProperty("username").GetString());
        Assert.Empty(session.GetProperty("ttys").EnumerateArray());
        var commands = await _daemon.QueryAsync("history", Id(session));
        var shell = Assert.Single(commands, c => Argv(c).Contains("exit 42"));
        Assert.Equal(42, shell.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task A_killed_daemon_goes_on_with_the_same_session_and_marks_the_gap()
    {
        using var unpinned = new DaemonProcess { Pin = false };
        await unpinned.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo before-$((1+1))\n");
        await client.WaitForAsync("before-2");
        var before = (await unpinned.WaitForSessionsAsync(
            _sshd.Port, s => s.Length == 1 && s[0].GetProperty("output_bytes").GetInt64() > 0))[0];
        await WaitForRecordedText(before, "before-2", unpinned);

        await unpinned.KillAsync();
        client.Type("echo unseen-$((1+1))\n");
        await client.WaitForAsync("unseen-2");
        await unpinned.StartAsync();
        await unpinned.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1 && s[0].GetProperty("loss_events").GetInt64() == 1);
        client.Type("echo after-$((1+1))\n");
        await client.WaitForAsync("after-2");
        client.Type("exit\n");
        await client.WaitForExitAsync();

        var after = await unpinned.WaitForEndAsync(_sshd.Port);
        Assert.Equal(Id(before), Id(after));
        Assert.Equal(1, after.GetProperty("loss_events").GetInt32());
        var (exitCode, replayed, errors) = await unpinned.AskAsync("replay", Id(after), "--no-wait");
        Assert.Equal(0, exitCode);
        var text = Encoding.UTF8.GetString(replayed);
        Assert.Contains("before-2", text, StringComparison.Ordinal);
        Assert.Contains("after-2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("unseen-2", text, StringComparison.Ordinal);
        Assert.Contains("missing", errors, StringComparison.Ordinal);

        // What was recorded is all there and signed, and says itself that something is missing.
        await unpinned.StopAsync();
        (exitCode, var verified, errors) = await unpinned.AskAsync(
            "verify", Id(after), "--journal", Path.Combine(unpinned.StateDirectory, "journal.db"));
        Assert.True(exitCode == 1, errors);
        Assert.Matches("gaps: .*missing.* signed\\)", Encoding.UTF8.GetString(verified));
    }

    [Fact]
    public async Task A_session_that_ended_while_the_daemon_was_down_is_closed_as_unobserved()
    {
        using var unpinned = new DaemonProcess { Pin = false };
        await unpinned.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo before-$((1+1))\n");
        await client.WaitForAsync("before-2");
        await unpinned.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        await unpinned.KillAsync();
        client.Type("exit\n");
        await client.WaitForExitAsync();
        await unpinned.StartAsync();
        Assert.Equal(1, (await unpinned.WaitForEndAsync(_sshd.Port)).GetProperty("loss_events").GetInt32());
    }

    [Fact]
    public async Task A_terminated_daemon_stops_in_order_within_five_seconds()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("seq 1 2000; echo done-$((1+1))\n");
        await client.WaitForAsync("done-2");
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var (exitCode, log) = await _daemon.StopAsync();
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
        Assert.True(exitCode == 0, $"{exitCode}: {log}");
        await _daemon.StartAsync();
        var session = (await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1))[0];
        await WaitForRecordedText(session, "done-2");
    }

    [Fact]
    public async Task Fifty_sessions_at_once_lose_no_line()
    {
        await _daemon.StartAsync();
        var user = _sshd.User;
        var clients = Enumerable.Range(0, 50)
            .Select(i => _sshd.Connect(user, $"for n in $(seq 1 1000); do echo session-{i}-line-$n-end; done"))
            .ToArray();
        await Task.WhenAll(clients.Select(c => c.WaitForExitAsync()));
        var sessions = await _daemon.WaitForSessionsAsync(
            _sshd.Port, s => s.Length == 50 && s.All(x => !x.GetProperty("open").GetBoolean()));

        var lines = new HashSet<string>();
        foreach (var session in sessions)
        {
            Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
            var (_, output, _) = await _daemon.AskAsync("replay", Id(session), "--no-wait");
            lines.UnionWith(Encoding.UTF8.GetString(output).Split("\r\n").Where(l => l.EndsWith("-end", StringComparison.Ordinal)));
        }

        Assert.Equal(50_000, lines.Count);
    }

    [Fact]
    public async Task Programs_called_sshd_are_no_sessions()
    {
        await _daemon.StartAsync();
        var fake = _sshd.InDirectory("sshd");
        File.Copy("/bin/sleep", fake);
        SshServer.Run("chmod", "755", fake);
        SshServer.Run(fake, "0");
        SshServer.Run("setpriv", "--reuid", _sshd.User, "--clear-groups", fake, "0");
        using var client = _sshd.Connect(_sshd.User, "true");
        await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        var ports = (await _daemon.QueryAsync("history")).Select(
            s => s.GetProperty("tcp_info").GetProperty("server_port").GetInt32());
        Assert.Equal([_sshd.Port], ports.Where(p => p != 22));
    }

    private static bool AllEnded(JsonElement[] sessions) =>
        sessions.Length > 0 && sessions.All(s => !s.GetProperty("open").GetBoolean());

    private async Task ConnectAsync(string command, Action? before = null)
    {
        before?.Invoke();
        using var client = _sshd.Connect("root", command);
        await client.WaitForExitAsync();
    }

    private static string Id(JsonElement session) => session.GetProperty("session").GetString()!;

    private static string[] Argv(JsonElement command) =>
        [.. command.GetProperty("argv").EnumerateArray().Select(a => a.GetString()!)];

    private static JsonElement Command(JsonElement[] commands, string program, string? argument = null) =>
        Assert.Single(commands, c => Argv(c) is [var first, ..] argv && first == program
            && (argument is null || argv.Contains(argument)));

    private async Task AssertReplayEquals(JsonElement session, byte[] expected)
    {
        var (exitCode, replayed, errors) = await _daemon.AskAsync("replay", Id(session), "--no-wait");
        Assert.True(exitCode == 0, errors);
        var common = expected.AsSpan().CommonPrefixLength(replayed);
        Assert.True(
            common == expected.Length && common == replayed.Length,
            string.Create(CultureInfo.InvariantCulture, $"client {expected.Length}, replay {replayed.Length}, equal {common} bytes"));
    }

    private async Task WaitForRecordedText(JsonElement session, string text, DaemonProcess? daemon = null)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            var (_, replayed, _) = await (daemon ?? _daemon).AskAsync("replay", Id(session), "--no-wait");
            if (Encoding.UTF8.GetString(replayed).Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"'{text}' was not recorded.");
    }
}
