using System.Text;

namespace SshLog.Remoting.Sockets;

/// <summary>
/// What the daemon says first on a new connection: magic (8 bytes), ticket (16 bytes), length of the host name
/// (1 byte), host name (ASCII). The client says nothing before it.
/// </summary>
/// <param name="Ticket">Names the connection: 32 lower-case hexadecimal digits.</param>
/// <param name="Host">The host name under which the client appears, unique for the life of the daemon.</param>
internal sealed record Preamble(string Ticket, string Host)
{
    /// <summary>Bytes before the host name.</summary>
    public const int FixedLength = 8 + TicketLength + 1;

    private const int TicketLength = 16;
    private const int HostLimit = 63;

    private static ReadOnlySpan<byte> Magic => "SSHLOG\0\x01"u8;

    /// <summary>As it goes over the socket.</summary>
    public byte[] ToBytes() =>
        [.. Magic, .. Convert.FromHexString(Ticket), (byte)Host.Length, .. Encoding.ASCII.GetBytes(Host)];

    /// <summary>Bytes of the host name that follow the fixed part; null if this is not a daemon of ours.</summary>
    public static int? HostLengthOf(ReadOnlySpan<byte> fixedPart) =>
        fixedPart.Length == FixedLength && fixedPart.StartsWith(Magic) && fixedPart[^1] is > 0 and <= HostLimit
            ? fixedPart[^1]
            : null;

    /// <summary>Reads a whole preamble; null if this is not a daemon of ours.</summary>
    public static Preamble? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedLength || HostLengthOf(bytes[..FixedLength]) != bytes.Length - FixedLength)
            return null;
        var host = bytes[FixedLength..];
        foreach (var letter in host)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter != '-')
                return null;
        }
        var ticket = Convert.ToHexStringLower(bytes.Slice(Magic.Length, TicketLength));
        return new Preamble(ticket, Encoding.ASCII.GetString(host));
    }
}
