using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>Who really did it. Defect 8 of sshlog, and attribution of what leaves its terminal.</summary>
[Collection("probe")]
public sealed class PrivilegeTests
{
    [Fact]
    public async Task Defect_8_a_set_user_id_program_shows_both_users()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var program = server.InDirectory("suid-id");
        File.Copy("/usr/bin/id", program);
        SshServer.Run("chmod", "4755", program);
        var client = server.Connect(server.User, $"{program}; true", terminal: false);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Executable == program);
        Assert.Equal((server.UserId, 0u), (command.Uid, command.EffectiveUid));
        var change = Assert.Single(events.OfType<PrivilegeSwitched>());
        Assert.Equal(
            (command.Pid, true, server.UserId, server.UserId, 0u),
            (change.Pid, change.ByExec, change.Uid, change.EffectiveUidBefore, change.EffectiveUid));
    }

    [Fact]
    public async Task Root_that_becomes_somebody_is_seen_at_the_system_call()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var user = server.UserId;
        var client = server.Connect(
            "root", $"setpriv --reuid {user} --clear-groups /bin/true after; true", terminal: false);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var change = Assert.Single(events.OfType<PrivilegeSwitched>());
        Assert.Equal((false, 0u, 0u, user, user), (change.ByExec, change.UidBefore, change.EffectiveUidBefore, change.Uid, change.EffectiveUid));
        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv()[0] == "/bin/true");
        Assert.Equal((change.Pid, user), (command.Pid, command.EffectiveUid));
    }

    [Theory]
    [InlineData("nohup /bin/sh -c 'sleep 1; /bin/true marked' > /dev/null 2>&1 &")]
    [InlineData("setsid /bin/sh -c 'sleep 1; /bin/true marked' > /dev/null 2>&1 &")]
    [InlineData("trap '' HUP; ( ( sleep 1; /bin/true marked ) > /dev/null 2>&1 & )")]
    [InlineData("tmux -L $$ -f /dev/null new-session -d 'sleep 1; /bin/true marked'")]
    public async Task What_leaves_its_terminal_belongs_to_the_session_that_started_it(string start)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(server.User, start + "\nsleep 0.5; exit 0", options: ["-o", "SetEnv=TERM=xterm"]);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForAsync(server.Port, all => Marked(all).Any());
        Assert.Equal(server.UserId, Assert.Single(Marked(events)).Uid);
    }

    private static IEnumerable<ProgramExecuted> Marked(IReadOnlyList<ProbeEvent> events) =>
        events.OfType<ProgramExecuted>().Where(c => c.Argv() is ["/bin/true", "marked"]);
}
