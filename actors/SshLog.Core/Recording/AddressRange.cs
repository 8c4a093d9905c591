using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace SshLog.Core.Recording;

/// <summary>A network of IPv4 or IPv6 addresses, or a single one. An IPv4 address mapped into IPv6 counts as IPv4.</summary>
public sealed record AddressRange
{
    private readonly byte[] _network;

    private AddressRange(byte[] network, int prefix) => (_network, Prefix) = (network, prefix);

    /// <summary>Bits that count.</summary>
    public int Prefix { get; }

    /// <summary>Reads <c>192.0.2.7</c>, <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>. Bits behind the prefix may be set.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out AddressRange? range)
    {
        range = null;
        var parts = (text ?? string.Empty).Trim().Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var parsed) || !IsWhole(parts[0], parsed))
            return false;
        var bytes = parsed.GetAddressBytes();
        var prefix = bytes.Length * 8;
        if (parts.Length == 2
            && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bytes.Length * 8))
        {
            return false;
        }

        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        range = new AddressRange(bytes, prefix);
        return true;
    }

    /// <summary>True if the address is in it.</summary>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 && _network.Length == 4 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        if (bytes.Length != _network.Length)
            return false;
        var whole = Prefix / 8;
        if (!bytes.AsSpan(0, whole).SequenceEqual(_network.AsSpan(0, whole)))
            return false;
        var rest = Prefix % 8;
        return rest == 0 || (bytes[whole] ^ _network[whole]) >> (8 - rest) == 0;
    }

    /// <inheritdoc/>
    public bool Equals(AddressRange? other) =>
        other is not null && Prefix == other.Prefix && _network.AsSpan().SequenceEqual(other._network);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prefix, new IPAddress(_network));

    /// <summary>As written, without bits behind the prefix.</summary>
    public override string ToString() => Prefix == _network.Length * 8
        ? new IPAddress(_network).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(_network)}/{Prefix}");

    // IPAddress reads "10" and "10.1" as addresses too; nobody means that here.
    private static bool IsWhole(string text, IPAddress parsed) =>
        parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 || text.Count(c => c == '.') == 3;
}
