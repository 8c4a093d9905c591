using SshLog.Core.Identity;

namespace SshLog.Core.Tests;

public sealed class SessionIdTests
{
    [Fact]
    public void It_prints_start_pid_and_a_hash() =>
        Assert.Matches("^20261122T074517-970236-[0-9a-f]{4}$", Some.Id.Text);

    [Fact]
    public void The_same_process_has_the_same_id_for_every_daemon() =>
        Assert.Equal(Some.Id, SessionId.Derive(Some.Clock with { }, Some.Key));

    [Fact]
    public void A_reused_pid_has_another_id()
    {
        var reused = Some.Key with { StartedAt = new BootTime(Some.Key.StartedAt.Nanoseconds + 1) };
        Assert.NotEqual(Some.Id, SessionId.Derive(Some.Clock, reused));
    }

    [Fact]
    public void Another_boot_has_another_id() =>
        Assert.NotEqual(Some.Id, SessionId.Derive(Some.Clock with { BootId = Guid.NewGuid() }, Some.Key));

    [Fact]
    public void It_is_read_back_from_its_text_and_its_persistence_id()
    {
        Assert.True(SessionId.TryParse(Some.Id.Text, out var parsed));
        Assert.Equal(Some.Id, parsed);
        Assert.True(SessionId.TryFromPersistenceId(Some.Id.PersistenceId, out var fromJournal));
        Assert.Equal(Some.Id, fromJournal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("20261122T074517-970236")]
    [InlineData("20261322T074517-970236-4f2a")]
    [InlineData("20261122T074517-97023x-4f2a")]
    [InlineData("20261122T074517-970236-4F2A")]
    [InlineData("20261122T074517-970236-4f2a-")]
    [InlineData("../../etc/passwd-1-4f2a")]
    public void What_is_no_id_is_refused(string? text) => Assert.False(SessionId.TryParse(text, out _));
}
