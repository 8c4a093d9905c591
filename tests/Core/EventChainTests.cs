using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Core.Tests;

public sealed class EventChainTests
{
    private static readonly byte[] _salt = [.. Enumerable.Range(0, EventChain.SaltBytes).Select(i => (byte)i)];

    private static JournalEvent Seal(string payload = "payload", string manifest = "output-recorded/v1", ulong number = 7) =>
        EventChain.Seal(
            EventChain.Genesis("ssh-x"), new ProbePosition(1, number), manifest,
            System.Text.Encoding.UTF8.GetBytes(payload), _salt);

    [Fact]
    public void A_sealed_payload_is_intact() => Assert.True(EventChain.PayloadIsIntact(Seal()));

    [Fact]
    public void A_changed_payload_is_noticed() =>
        Assert.False(EventChain.PayloadIsIntact(Seal() with { Payload = "pay1oad"u8.ToArray() }));

    [Fact]
    public void A_changed_salt_is_noticed() =>
        Assert.False(EventChain.PayloadIsIntact(Seal() with { Salt = new byte[EventChain.SaltBytes] }));

    [Fact]
    public void The_link_depends_on_everything_but_salt_and_payload()
    {
        var link = EventChain.Link(Seal());
        Assert.NotEqual(link, EventChain.Link(Seal(payload: "other")));
        Assert.NotEqual(link, EventChain.Link(Seal(manifest: "signed-in/v1")));
        Assert.NotEqual(link, EventChain.Link(Seal(number: 8)));
        Assert.NotEqual(link, EventChain.Link(Seal() with { PreviousHash = EventChain.Genesis("ssh-y") }));
        Assert.Equal(link, EventChain.Link(Seal() with { Payload = default, Salt = default }));
    }

    /// <summary>The hashes of journals that exist: these values never change.</summary>
    [Fact]
    public void The_hashes_are_frozen()
    {
        Assert.Equal(
            "78ad19b387509bcf23bd70ca80c520c0b0c3c75b29e99d88a2cbdd8e1e84bfb9", Convert.ToHexStringLower(EventChain.Genesis("ssh-x")));
        Assert.Equal(
            "f581054c8eec0c56e5a0817b1fe8098efb651171c60cf59c22cd927523621389", Convert.ToHexStringLower(EventChain.Link(Seal())));
    }
}
