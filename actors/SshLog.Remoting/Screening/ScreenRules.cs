using System.Text;
using SshLog.Core.Protocol;

namespace SshLog.Remoting.Screening;

/// <summary>Which daemon path an inbound message is for.</summary>
internal enum Recipient
{
    /// <summary>None that a client may write to.</summary>
    Forbidden,

    /// <summary>The root, the anchor of every selection.</summary>
    Root,

    /// <summary><c>/user/gateway</c>.</summary>
    Gateway,

    /// <summary>The actor that serves this connection, <c>/user/gateway/s-TICKET</c>.</summary>
    Connection,

    /// <summary><c>/system/remote-watcher</c>.</summary>
    RemoteWatcher,
}

/// <summary>
/// What one connection may name. Paths are compared byte by byte, in the one form in which Akka writes them.
/// </summary>
internal sealed class ScreenRules
{
    private const int LongestName = 1024;

    private readonly byte[] _connectionName;
    private readonly byte[] _peerPrefix;

    /// <summary>Rules for one connection.</summary>
    /// <param name="host">The host name assigned to it.</param>
    /// <param name="ticket">Its ticket.</param>
    /// <param name="gatewaySerializerId">Identifier of the only serializer of the product's messages.</param>
    public ScreenRules(string host, string ticket, int gatewaySerializerId)
    {
        GatewaySerializerId = gatewaySerializerId;
        Host = Encoding.ASCII.GetBytes(host);
        _connectionName = Encoding.ASCII.GetBytes(GatewayProtocol.ConnectionName(ticket));
        _peerPrefix = Encoding.ASCII.GetBytes($"akka.{GatewayAddress.Client(host)}/");
    }

    /// <summary>The host name that the peer must give as its own.</summary>
    public byte[] Host { get; }

    /// <summary>Identifier of the only serializer of the product's messages.</summary>
    public int GatewaySerializerId { get; }

    private static ReadOnlySpan<byte> DaemonPrefix => "akka.unix://sshlog@daemon:1"u8;

    /// <summary>Whether the path belongs to an actor of the peer.</summary>
    public bool IsPeerPath(ReadOnlySpan<byte> path) =>
        path.Length <= LongestName && path.StartsWith(_peerPrefix) && IsPlain(path[_peerPrefix.Length..]);

    /// <summary>Which of the daemon's actors the path names.</summary>
    public Recipient Classify(ReadOnlySpan<byte> path)
    {
        if (!path.StartsWith(DaemonPrefix))
            return Recipient.Forbidden;
        var local = path[DaemonPrefix.Length..];
        var mark = local.IndexOf((byte)'#');
        if (mark >= 0)
        {
            var uid = local[(mark + 1)..].TrimStart((byte)'-');
            if (uid.IsEmpty || uid.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return Recipient.Forbidden;
            local = local[..mark];
        }
        if (local.SequenceEqual("/"u8))
            return Recipient.Root;
        if (local.SequenceEqual("/system/remote-watcher"u8))
            return Recipient.RemoteWatcher;
        if (!local.StartsWith("/user/gateway"u8))
            return Recipient.Forbidden;
        var below = local["/user/gateway"u8.Length..];
        if (below.IsEmpty)
            return Recipient.Gateway;
        return below[0] == '/' && below[1..].SequenceEqual(_connectionName)
            ? Recipient.Connection
            : Recipient.Forbidden;
    }

    /// <summary>One step of the way that a selection goes down from the root.</summary>
    /// <param name="reached">Where the steps before have led; null at the root.</param>
    /// <param name="name">The child's name.</param>
    public SelectionRoute Follow(SelectionRoute? reached, ReadOnlySpan<byte> name) => reached switch
    {
        null when name.SequenceEqual("user"u8) => SelectionRoute.User,
        null when name.SequenceEqual("system"u8) => SelectionRoute.System,
        SelectionRoute.User when name.SequenceEqual("gateway"u8) => SelectionRoute.Gateway,
        SelectionRoute.System when name.SequenceEqual("remote-watcher"u8) => SelectionRoute.RemoteWatcher,
        SelectionRoute.Gateway when name.SequenceEqual(_connectionName) => SelectionRoute.Connection,
        _ => SelectionRoute.Astray,
    };

    /// <summary>Whom a selection that ends there is for.</summary>
    public static Recipient Destination(SelectionRoute? reached) => reached switch
    {
        SelectionRoute.Gateway => Recipient.Gateway,
        SelectionRoute.RemoteWatcher => Recipient.RemoteWatcher,
        SelectionRoute.Connection => Recipient.Connection,
        _ => Recipient.Forbidden,
    };

    // What paths are made of, less percent signs, which a parser might decode.
    private static bool IsPlain(ReadOnlySpan<byte> path)
    {
        foreach (var letter in path)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && !"/#-_$+~.@!&'*,:="u8.Contains(letter))
                return false;
        }
        return !path.IsEmpty;
    }
}

/// <summary>How far a selection has come.</summary>
internal enum SelectionRoute
{
    /// <summary>Off every allowed way.</summary>
    Astray,

    /// <summary>/user.</summary>
    User,

    /// <summary>/system.</summary>
    System,

    /// <summary>/user/gateway.</summary>
    Gateway,

    /// <summary>/system/remote-watcher.</summary>
    RemoteWatcher,

    /// <summary>/user/gateway/s-TICKET.</summary>
    Connection,
}
