using SshLog.Core.Events;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// Debian's own sudo and su, typed at a terminal with their passwords: who signed in and as whom each command ran. Defect 8 of
/// sshlog.
/// </summary>
[Collection("probe")]
public sealed class SudoTests : IDisposable
{
    private const string Password = "sudo-Prompt-5521";
    private const string OtherPassword = "su-Prompt-6642";

    private readonly SshServer _sshd = new(usePam: true);
    private readonly DaemonProcess _daemon = new();
    private readonly TestAccount _other;
    private readonly SudoRule _rule;

    public SudoTests()
    {
        _sshd.SetPassword(Password);
        _other = new TestAccount(_sshd.InDirectory("other-home"));
        _other.SetPassword(OtherPassword);
        _rule = new SudoRule(_sshd.User);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _rule.Dispose();
        _other.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task Defect_8_sudo_to_root_and_to_another_user_shows_who_signed_in_and_who_acts()
    {
        await _daemon.StartAsync();
        await TypeAsync(
            ("sudo stat -c %u /proc/self/", Password, "\n0\r"),
            ($"sudo -u {_other.Name} stat -c %u /proc/self/", Password, $"\n{_other.Id}\r"));
        var events = await EventsAsync();

        var commands = events.OfType<CommandStarted>().ToList();
        var sudos = commands.Where(c => c.Executable == "/usr/bin/sudo").ToList();
        Assert.Equal(2, sudos.Count);
        Assert.All(sudos, sudo => Assert.Equal((_sshd.UserId, 0u, "root", true), (sudo.Uid, sudo.EffectiveUid, sudo.EffectiveUser, sudo.Typed)));
        var acting = commands.Where(c => c.Executable == "/usr/bin/stat").Select(c => (c.Uid, c.EffectiveUid, c.EffectiveUser));
        Assert.Equal([(0u, 0u, "root"), (_other.Id, _other.Id, _other.Name)], acting);

        // Up by the program's set-user-ID bit, then to the user asked for by setresuid(2).
        var changes = events.OfType<PrivilegeChanged>().ToList();
        foreach (var sudo in sudos)
            Assert.Contains(changes, c => c.Pid == sudo.Pid && c.ByExec && c.UidBefore == _sshd.UserId && c.EffectiveUid == 0);
        Assert.Contains(changes, c => !c.ByExec && (c.EffectiveUid, c.EffectiveUser) == (_other.Id, _other.Name));
        AssertSignedInUser(events);
    }

    [Fact]
    public async Task Defect_8_su_up_and_down_and_back_again_shows_each_change()
    {
        await _daemon.StartAsync();
        await TypeAsync(
            ($"su {_other.Name} -c 'stat -c %u /proc/self/'", OtherPassword, $"\n{_other.Id}\r"),
            ($"sudo su - {_other.Name} -c 'stat -c %U /proc/self/'", Password, $"\n{_other.Name}\r"));
        var events = await EventsAsync();

        var acting = events.OfType<CommandStarted>().Where(c => c.Executable == "/usr/bin/stat").ToList();
        Assert.Equal(2, acting.Count);
        Assert.All(acting, c => Assert.Equal((_other.Id, _other.Id, _other.Name), (c.Uid, c.EffectiveUid, c.EffectiveUser)));
        var changes = events.OfType<PrivilegeChanged>().ToList();
        // su by itself: up by its bit, down by setuid(2). Through sudo it is root already, and only goes down.
        Assert.Contains(changes, c => c is { ByExec: true, EffectiveUid: 0 } && c.UidBefore == _sshd.UserId);
        Assert.Contains(changes, c => !c.ByExec && c.UidBefore == _sshd.UserId && c.Uid == _other.Id);
        Assert.Contains(changes, c => !c.ByExec && c.UidBefore == 0 && c.Uid == _other.Id);
        // Back at its own prompt the session's user acts again.
        var last = events.OfType<CommandStarted>().Last(c => c.Executable == "/usr/bin/true");
        Assert.Equal((_sshd.UserId, _sshd.UserId, string.Empty), (last.Uid, last.EffectiveUid, last.EffectiveUser));
        AssertSignedInUser(events);
    }

    /// <summary>Each line is typed, its password at the prompt, then its output is waited for.</summary>
    private async Task TypeAsync(params (string Line, string Password, string Prints)[] lines)
    {
        using var client = _sshd.Connect(_sshd.User);
        for (var i = 0; i < lines.Length; i++)
        {
            client.Type(lines[i].Line + "; echo do''ne-" + i + "\n");
            await client.WaitForAsync("assword", i + 1);
            client.Type(lines[i].Password + "\n");
            await client.WaitForAsync($"done-{i}");
            Assert.Contains(lines[i].Prints, System.Text.Encoding.UTF8.GetString(client.Printed), StringComparison.Ordinal);
        }

        client.Type("/usr/bin/true; exit\n");
        await client.WaitForExitAsync();
    }

    private void AssertSignedInUser(List<SessionEvent> events)
    {
        Assert.Equal(_sshd.UserId, Assert.Single(events.OfType<SignedIn>()).Uid);
        Assert.All(
            events.OfType<CommandStarted>().Where(c => c.LoginUid is not null),
            command => Assert.Equal(_sshd.UserId, command.LoginUid));
    }

    private async Task<List<SessionEvent>> EventsAsync()
    {
        await _daemon.WaitForEndAsync(_sshd.Port);
        return _daemon.ReadJournal(_sshd.Port);
    }
}
