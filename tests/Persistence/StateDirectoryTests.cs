using System.Globalization;
using SshLog.Persistence.State;

namespace SshLog.Persistence.Tests;

public sealed class StateDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_is_made_for_its_owner_alone()
    {
        using var state = StateDirectory.Open(_directory.File("state"));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(state.Path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(state.Path, "lock")));
    }

    [Fact]
    public void A_second_daemon_is_told_the_pid_of_the_first()
    {
        using var first = StateDirectory.Open(_directory.File("state"));
        var e = Assert.Throws<StateDirectoryException>(() => StateDirectory.Open(_directory.File("state")));
        Assert.True(e.InUse);
        Assert.Contains($"pid {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_free_again_afterwards()
    {
        StateDirectory.Open(_directory.File("state")).Dispose();
        StateDirectory.Open(_directory.File("state")).Dispose();
    }

    [Fact]
    public void One_that_others_may_enter_is_refused_with_the_remedy()
    {
        Directory.CreateDirectory(_directory.File("open"), OwnerOnly | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(_directory.File("open"), OwnerOnly | UnixFileMode.OtherExecute);
        var e = Assert.Throws<StateDirectoryException>(() => StateDirectory.Open(_directory.File("open")));
        Assert.Contains("chmod 0700", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_its_place_is_said_to_be_in_the_way()
    {
        File.WriteAllText(_directory.File("file"), string.Empty);
        Assert.False(Assert.Throws<StateDirectoryException>(() => StateDirectory.Open(_directory.File("file"))).InUse);
    }

    [Fact]
    public void The_boot_clock_is_stored_once_and_a_stepped_clock_changes_nothing()
    {
        var boot = Guid.NewGuid();
        var now = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
        var first = BootClockStore.LoadOrStore(_directory.File("clocks"), boot, now, TimeSpan.FromHours(1));
        var second = BootClockStore.LoadOrStore(_directory.File("clocks"), boot, now.AddDays(1), TimeSpan.FromHours(2));
        Assert.Equal(now.AddHours(-1), first.BootedAt);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Each_boot_has_its_own_clock_and_a_damaged_line_hurts_nobody()
    {
        File.WriteAllText(_directory.File("clocks"), "garbage\n\n");
        var now = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
        Guid[] boots = [Guid.NewGuid(), Guid.NewGuid()];
        var clocks = boots.Select(b => BootClockStore.LoadOrStore(_directory.File("clocks"), b, now, TimeSpan.Zero)).ToArray();
        Assert.Equal(boots, clocks.Select(c => c.BootId));
        Assert.Equal(
            clocks[0], BootClockStore.LoadOrStore(_directory.File("clocks"), boots[0], now.AddDays(1), TimeSpan.Zero));
    }
}
