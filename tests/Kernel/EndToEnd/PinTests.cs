using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What happens while a pinned daemon is dead is recorded by the one that is started next.</summary>
[Collection("probe")]
public sealed class PinTests : DaemonTest
{
    private const int Ticks = 300;

    [Fact]
    public async Task Daemon_killed_in_the_middle_of_output_misses_no_byte_and_no_command()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(
            _sshd.User, $"for i in $(seq {Ticks}); do seq 100; echo tick-$i; /bin/true $i; sleep 0.01; done");
        await client.WaitForAsync("tick-50\r");
        await _daemon.KillAsync();
        await client.WaitForAsync("tick-150\r");
        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync("Going on where a daemon was killed");
        var (_, printed, _) = await client.WaitForExitAsync();

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
        Assert.Equal(printed, await ReplayAsync(session));
        var commands = (await _daemon.QueryAsync("history", Id(session)))
            .Where(c => c.GetProperty("argv")[0].GetString() == "/bin/true").ToArray();
        Assert.Equal(
            Enumerable.Range(1, Ticks).Select(i => i.ToString(CultureInfo.InvariantCulture)),
            commands.Select(c => c.GetProperty("argv")[1].GetString()));
        Assert.All(commands, c => Assert.Equal(0, c.GetProperty("exit_code").GetInt32()));
    }

    [Fact]
    public async Task Session_that_comes_and_goes_while_the_daemon_is_dead_is_whole()
    {
        await _daemon.StartAsync();
        await _daemon.KillAsync();
        using var client = _sshd.Connect(_sshd.User, "seq 5000; exit 3");
        var (_, printed, _) = await client.WaitForExitAsync();
        await _daemon.StartAsync();

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
        Assert.Equal(_sshd.User, session.GetProperty("username").GetString());
        Assert.Equal(printed, await ReplayAsync(session));
    }

    [Fact]
    public async Task Session_that_ends_while_the_daemon_is_dead_ends_as_it_did()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo before-$((1+1))\n");
        await client.WaitForAsync("before-2");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        await _daemon.KillAsync();
        client.Type("exit 5\n");
        var (_, printed, _) = await client.WaitForExitAsync();
        await _daemon.StartAsync();

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
        Assert.Equal(printed, await ReplayAsync(session));
    }

    [Fact]
    public async Task Sign_in_in_the_middle_of_which_the_daemon_is_killed_is_a_session_of_its_user()
    {
        var user = _sshd.User;
        _sshd.SetPassword("of-the-test");
        var (asked, answer, program) = (_sshd.InDirectory("asked"), _sshd.InDirectory("answer"), _sshd.InDirectory("askpass"));
        SshServer.Run("mkfifo", answer);
        File.WriteAllText(program, $"#!/bin/sh\ntouch {asked}\ncat {answer}\n");
        SshServer.Run("chmod", "755", program);
        await _daemon.StartAsync();
        string[] password = ["-N", "-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1"];
        var start = new ProcessStartInfo("ssh", [.. password, .. _sshd.Arguments(user)]) { Environment = { ["SSH_ASKPASS"] = program, ["SSH_ASKPASS_REQUIRE"] = "force" } };
        using var client = Process.Start(start)!;
        while (!File.Exists(asked))
            await Task.Delay(10);
        // What it has said so far is read, and not kept, when a session that came after it is over.
        using (var other = _sshd.Connect("root", "true"))
            await other.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        await _daemon.KillAsync();
        await _daemon.StartAsync();
        await File.WriteAllTextAsync(answer, "of-the-test\n");

        var session = (await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 2)).Single(s => s.GetProperty("open").GetBoolean());
        client.Kill();
        await client.WaitForExitAsync();
        Assert.Equal(user, session.GetProperty("username").GetString());
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
    }

    [Fact]
    public async Task Stopped_daemon_leaves_no_pins()
    {
        await _daemon.StartAsync();
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Assert.Single(Directory.GetDirectories(_daemon.Pins))));
        await _daemon.StopAsync();
        Assert.False(Directory.Exists(_daemon.Pins));
    }

    [Fact]
    public async Task Pins_of_another_version_are_replaced()
    {
        await _daemon.StartAsync();
        await _daemon.KillAsync();
        var own = Assert.Single(Directory.GetDirectories(_daemon.Pins));
        Directory.Move(own, Path.Combine(_daemon.Pins, "0123456789abcdef"));
        await _daemon.StartAsync();
        Assert.Equal(own, Assert.Single(Directory.GetDirectories(_daemon.Pins)));
        var (_, log) = await _daemon.StopAsync();
        Assert.DoesNotContain("Going on", log, StringComparison.Ordinal);
    }

    private static string Id(JsonElement session) => session.GetProperty("session").GetString()!;

    private async Task<byte[]> ReplayAsync(JsonElement session)
    {
        var (exitCode, replayed, errors) = await _daemon.AskAsync("replay", Id(session), "--no-wait");
        Assert.True(exitCode == 0, errors);
        return replayed;
    }
}
