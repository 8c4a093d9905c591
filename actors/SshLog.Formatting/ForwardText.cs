using System.Text.Json;
using SshLog.Core.Events;
using SshLog.Core.Probe;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>Line and JSON of what sshd forwards.</summary>
internal static class ForwardText
{
    /// <summary>What happened, safe to print.</summary>
    public static string Line(ForwardOpened e)
    {
        var socket = End(e.Address, e.Port);
        var result = e.Error switch
        {
            null => " (result unknown)",
            0 => string.Empty,
            { } error => $" (failed, errno {error})",
        };
        return e.Kind switch
        {
            ForwardKind.Listen => $"listens at {socket}",
            ForwardKind.Accept when e.PeerAddress.Length > 0 => $"connection from {End(e.PeerAddress, e.PeerPort)} to {socket}",
            ForwardKind.Accept => $"connection to {socket}",
            _ => $"connects to {socket}",
        } + result;
    }

    /// <summary>The event's own members.</summary>
    public static void Write(Utf8JsonWriter json, ForwardOpened e)
    {
        json.WriteString("kind", e.Kind switch
        {
            ForwardKind.Listen => "listen",
            ForwardKind.Accept => "accept",
            _ => "connect",
        });
        json.WriteString("address", e.Address);
        json.WriteNumber("port", e.Port);
        json.WriteString("peer_address", e.PeerAddress);
        json.WriteNumber("peer_port", e.PeerPort);
        json.WriteString("result", e.Error switch
        {
            null => "unknown",
            0 => "open",
            _ => "failed",
        });
        json.WriteNumber("error", e.Error ?? 0);
        json.WriteNumber("pid", e.Pid);
    }

    private static string End(string address, int port) => port == 0
        ? SafeText.Escape(address)
        : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
}
