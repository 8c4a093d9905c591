using System.Net;
using System.Text;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Wire;

/// <summary>From the kernel's shapes to Core's.</summary>
internal static class WireText
{
    public const ushort AfUnix = 1;
    public const ushort AfInet = 2;
    public const ushort AfInet6 = 10;
    public const ushort AfVsock = 40;

    public static SessionKey ToKey(this WireSessionKey key) => new(new BootTime(key.StartNs), (int)key.Pid);

    public static WireSessionKey ToWire(this SessionKey key) =>
        new() { StartNs = key.StartedAt.Nanoseconds, Pid = (uint)key.Pid };

    public static ChannelRef ToRef(this WireChannelRef channel) =>
        new((ChannelKind)channel.Kind, channel.Index, new BootTime(channel.SeenNs));

    public static ChannelKey ToWire(this ChannelRef channel, SessionKey session) =>
        new() { Session = session.ToWire(), Index = channel.Index, Kind = (uint)channel.Kind };

    /// <summary>True if they are a session's. A unix or vsock socket's have no addresses: both ends are <c>::</c>, port 0.</summary>
    public static bool AreOfSession(this in Endpoints ends) => ends.Family is AfInet or AfInet6 or AfUnix or AfVsock;

    public static IPEndPoint ToClient(this in Endpoints ends) =>
        new(ToAddress(ends.Family, ends.Peer), ends.PeerPort);

    public static IPEndPoint ToServer(this in Endpoints ends) =>
        new(ToAddress(ends.Family, ends.Local), ends.LocalPort);

    /// <summary>What a path begins with of which the kernel copied only the end.</summary>
    public const string CutMark = "[cut]";

    /// <summary>The path, with <see cref="CutMark"/> if its beginning is missing.</summary>
    public static string ToPath(ReadOnlySpan<byte> components, bool isCut) =>
        isCut ? CutMark + ToPath(components) : ToPath(components);

    /// <summary>
    /// A path from its components, last first, each NUL-terminated. "/" of none: the root directory has no component.
    /// </summary>
    public static string ToPath(ReadOnlySpan<byte> components)
    {
        if (components.IsEmpty)
            return "/";
        var path = new byte[components.Length + 1];
        var at = path.Length;
        while (!components.IsEmpty)
        {
            var end = components.IndexOf((byte)0);
            var name = end < 0 ? components : components[..end];
            at -= name.Length;
            name.CopyTo(path.AsSpan(at));
            path[--at] = (byte)'/';
            components = end < 0 ? [] : components[(end + 1)..];
        }

        return Encoding.UTF8.GetString(path.AsSpan(at));
    }

    /// <summary>Text up to its NUL; bytes that are no UTF-8 are replaced.</summary>
    public static string ToText(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    private static IPAddress ToAddress(ushort family, ReadOnlySpan<byte> bytes)
    {
        var address = new IPAddress(family == AfInet ? bytes[..4] : bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
