using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace SshLog.Native;

/// <summary>The kernel's table of TCP sockets (/proc/net/tcp and tcp6: proc_net(5)).</summary>
internal static class SocketTable
{
    /// <summary>Inode numbers of the sockets whose local end is this.</summary>
    public static IReadOnlyList<string> InodesOf(IPEndPoint local)
    {
        var found = new List<string>();
        foreach (var file in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(file))
                continue;
            foreach (var line in File.ReadLines(file).Skip(1))
            {
                // sl local rem st tx:rx tr:tm retrnsmt uid timeout inode
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var end, _, _, _, _, _, _, _, var inode, ..]
                    && Parse(end) is { } at && at.Port == local.Port && at.Address.Equals(Plain(local.Address)))
                {
                    found.Add(inode);
                }
            }
        }

        return found;
    }

    private static IPEndPoint? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32))
            return null;
        // Words of 32 bits, each in the machine's order of bytes.
        var address = new byte[colon / 2];
        for (var word = 0; word < colon / 8; word++)
        {
            var value = uint.Parse(text.AsSpan(word * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            BinaryPrimitives.WriteUInt32LittleEndian(address.AsSpan(word * 4), value);
        }

        return new IPEndPoint(
            Plain(new IPAddress(address)), ushort.Parse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
