using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What the members of each group may do; the kernel says who is one.</summary>
[Collection("probe")]
public sealed class RoleTests : IDisposable
{
    // Groups that every Debian has. The first opens the socket.
    private const string Observers = "nogroup";
    private const string Operators = "games";
    private const string Administrators = "audio";

    private readonly LiveSession _live = new();

    private DaemonProcess Daemon => _live.Daemon;

    public void Dispose() => _live.Dispose();

    [Fact]
    public async Task Members_of_a_group_may_do_what_its_role_may_and_no_more()
    {
        await _live.StartAsync($"sshlog.access {{ observers = {Observers}, operators = {Operators}, administrators = {Administrators} }}");

        Assert.Equal(0, (await AskAsync([Observers], "sessions")).ExitCode);
        await RefusedAsync([Observers], Operators, "kill", _live.Id, "--yes");
        await RefusedAsync([Observers], Administrators, "config", "reload");
        await RefusedAsync([Observers, Operators], Administrators, "config", "reload");
        Assert.Equal(0, (await AskAsync([Observers, Administrators], "config", "reload")).ExitCode);
        Assert.Equal(77, (await AskAsync(["users", Administrators], "sessions")).ExitCode);

        var (exitCode, _, errors) = await AskAsync([Observers, Operators], "kill", _live.Id, "--yes", "--reason", "the test is over");
        Assert.True(exitCode == 0, errors);
        await Daemon.WaitForEndAsync(_live.Sshd.Port);
        var killed = Assert.Single(await _live.EventsAsync(), e => LiveSession.Name(e) == "kill_requested");
        Assert.Equal((_live.Sshd.User, "the test is over"), (killed.GetProperty("by_user").GetString(), killed.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("sudo {0}")]
    [InlineData("tmux -L inner-$$ -f /dev/null new-session '{0}; sleep 3'")]
    [InlineData("{1} {0}")]
    public async Task A_session_is_refused_inside_itself_by_whatever_way(string way)
    {
        await _live.StartAsync();
        var nested = $"ssh -tt {string.Join(' ', _live.Sshd.Arguments("root"))}";
        var attach = string.Join(' ', Daemon.CommandLine("attach", _live.Id));
        _live.Tmux.Type("user", string.Format(System.Globalization.CultureInfo.InvariantCulture, way, attach, nested), "Enter");
        await _live.Tmux.WaitAsync("user", screen => string.Concat(screen).Contains("the session you are in", StringComparison.Ordinal));
    }

    private async Task RefusedAsync(string[] groups, string needed, params string[] arguments)
    {
        var (exitCode, _, errors) = await AskAsync(groups, arguments);
        Assert.Equal(77, exitCode);
        Assert.Contains($"group {needed}", errors, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> AskAsync(string[] groups, params string[] arguments) =>
        Daemon.AskAsUserAsync(_live.Sshd.User, groups, arguments);
}
