using System.Globalization;
using System.Text;

namespace Akka.Actor;

/// <summary>Where an actor system is reached: protocol, system name and, unless local, host and port.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>
{
    /// <summary>The address of everything and nobody.</summary>
    public static readonly Address AllSystems = new("akka", "all-systems");

    private readonly string _text;

    /// <summary>Creates an address; without a host it is local.</summary>
    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = string.IsNullOrEmpty(host) ? null! : host;
        Port = port;
        _text = $"{protocol}://{HostPort()}";
    }

    /// <summary>The protocol: <c>akka</c>, or <c>akka.</c> and the transport's scheme.</summary>
    public string Protocol { get; }

    /// <summary>The actor system's name.</summary>
    public string System { get; }

    /// <summary>The host, or null.</summary>
    public string Host { get; }

    /// <summary>The port, or null.</summary>
    public int? Port { get; }

    /// <summary>Whether the address means something inside its own process alone.</summary>
    public bool HasLocalScope => Host is null;

    /// <summary>Whether the address means the same thing everywhere.</summary>
    public bool HasGlobalScope => Host is not null;

    /// <summary>The part after the protocol: <c>system@host:port</c>.</summary>
    public string HostPort()
    {
        if (Host is null) return System;
        var builder = new StringBuilder(System).Append('@').Append(Host);
        if (Port is { } port) builder.Append(':').Append(port.ToString(CultureInfo.InvariantCulture));
        return builder.ToString();
    }

    /// <summary>The same address with another host.</summary>
    public Address WithHost(string? host = null) => new(Protocol, System, host, Port);

    /// <summary>The same address with another port.</summary>
    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    /// <summary>The same address with another system name.</summary>
    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    /// <summary>The same address with another protocol.</summary>
    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    /// <summary>Reads an address.</summary>
    /// <exception cref="UriFormatException">The text is not an address.</exception>
    public static Address Parse(string address) =>
        TryParse(address, out var parsed) ? parsed : throw new UriFormatException($"Not an address: [{address}]");

    /// <summary>Reads an address; a path after it is ignored.</summary>
    public static bool TryParse(string path, out Address address) => TryParse(path, out address, out _);

    internal static bool TryParse(string? path, out Address address, out ReadOnlySpan<char> rest)
    {
        address = null!;
        rest = default;
        if (path is null) return false;
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || !path.StartsWith("akka", StringComparison.OrdinalIgnoreCase)) return false;
        var authority = path.AsSpan(scheme + 3);
        var slash = authority.IndexOf('/');
        if (slash >= 0)
        {
            rest = authority[slash..];
            authority = authority[..slash];
        }

        if (authority.IsEmpty) return false;
        var protocol = path[..scheme];
        var at = authority.IndexOf('@');
        if (at < 0)
        {
            address = new Address(protocol, authority.ToString());
            return authority.IndexOf(':') < 0;
        }

        var host = authority[(at + 1)..];
        var colon = host.LastIndexOf(':');
        if (at == 0 || colon <= 0) return false;
        if (!int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        address = new Address(protocol, authority[..at].ToString(), host[..colon].ToString(), port);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Address? other) => ReferenceEquals(this, other) || (other is not null && _text == other._text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Address);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(Address? other) => string.CompareOrdinal(_text, other?._text);

    /// <summary>Whether both are the same address.</summary>
    public static bool operator ==(Address? left, Address? right) => Equals(left, right);

    /// <summary>Whether they are different addresses.</summary>
    public static bool operator !=(Address? left, Address? right) => !Equals(left, right);

    /// <inheritdoc/>
    public override string ToString() => _text;
}
