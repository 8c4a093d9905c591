using System.Net;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Core.Recording;

namespace SshLog.Core.Tests;

public sealed class RecordingPolicyTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.77/25", "192.0.2.127", true)]
    [InlineData("192.0.2.77/25", "192.0.2.128", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    [InlineData("2001:db8::1", "2001:db8::1", true)]
    [InlineData("2001:db8::1", "2001:db8::2", false)]
    public void A_network_holds_its_addresses_and_no_others(string range, string address, bool expected)
    {
        Assert.True(AddressRange.TryParse(range, out var network));
        Assert.Equal(expected, network.Contains(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("host.example")]
    [InlineData("::/129")]
    public void What_is_no_network_is_refused(string text) => Assert.False(AddressRange.TryParse(text, out _));

    [Fact]
    public void A_network_is_its_prefix_bit_by_bit() => Prop.ForAll(
        Gen.Choose(0, 32).ToArbitrary(),
        ArbMap.Default.ArbFor<uint>(),
        ArbMap.Default.ArbFor<uint>(),
        (prefix, network, address) =>
        {
            var mask = prefix == 0 ? 0 : uint.MaxValue << (32 - prefix);
            Assert.True(AddressRange.TryParse($"{Address(network)}/{prefix}", out var range));
            var near = (network & mask) | (address & ~mask);
            return range.Contains(Address(address)) == ((network & mask) == (address & mask)) && range.Contains(Address(near));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_entry_that_fits_counts_and_without_one_everything_is_recorded()
    {
        var policy = new RecordingPolicy(
        [
            Rule("keep", RecordingLevel.All, users: ["alice"]),
            Rule("backup", RecordingLevel.None, users: ["backup"], peers: ["192.0.2.0/24"]),
            Rule("robots", RecordingLevel.Metadata, groups: ["robots"]),
        ]);
        Assert.Null(Decide(policy, "alice", "192.0.2.1", "robots"));
        Assert.Equal("backup", Decide(policy, "backup", "192.0.2.1"));
        Assert.Null(Decide(policy, "backup", "198.51.100.1"));
        Assert.Equal("robots", Decide(policy, "bob", "192.0.2.1", "staff", "robots"));
        Assert.Null(Decide(policy, "bob", "192.0.2.1", "staff"));
    }

    [Fact]
    public void Groups_are_asked_for_once_and_only_when_an_entry_needs_them()
    {
        var asked = 0;
        var policy = new RecordingPolicy(
        [
            Rule("a", RecordingLevel.None, users: ["backup"], groups: ["x"]),
            Rule("b", RecordingLevel.None, groups: ["y"]),
        ]);
        policy.Decide("bob", Groups, IPAddress.Loopback);
        Assert.Equal(1, asked);
        new RecordingPolicy([Rule("a", RecordingLevel.None, users: ["backup"])]).Decide("bob", Groups, IPAddress.Loopback);
        Assert.Equal(1, asked);

        IReadOnlyCollection<string> Groups()
        {
            asked++;
            return [];
        }
    }

    private static string? Decide(RecordingPolicy policy, string user, string client, params string[] groups) =>
        policy.Decide(user, () => groups, IPAddress.Parse(client))?.Name;

    private static RecordingRule Rule(
        string name, RecordingLevel level, string[]? users = null, string[]? groups = null, string[]? peers = null) => new(
        name, level, users ?? [], groups ?? [],
        [.. (peers ?? []).Select(p => AddressRange.TryParse(p, out var range) ? range : throw new FormatException(p))]);

    private static IPAddress Address(uint bits) => new([(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits]);
}
