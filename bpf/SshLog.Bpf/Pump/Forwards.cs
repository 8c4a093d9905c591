using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// Turns a session's records of forwarding sockets into events. One that connects is told when it is connected or
/// refused, as sshd learns it.
/// </summary>
/// <param name="add">Takes the events.</param>
internal sealed class Forwards(Action<ProbeEvent> add)
{
    private const int InProgress = 115;

    /// <summary>sshd waits for so many at a time at most, of which each has a descriptor.</summary>
    private const int MostPending = 4096;

    private readonly OrderedDictionary<(uint Pid, int Fd), ForwardSeen> pending = [];

    /// <summary>Takes a record.</summary>
    public void Accept(WireRecord record)
    {
        var forward = record.As<ForwardRecord>();
        var socket = (forward.Pid, forward.Fd);
        if (forward.Kind == WireForwardKind.Result)
        {
            // Of one that was not in progress it was said at once.
            if (pending.Remove(socket, out var connecting))
                add(connecting with { Error = (int)forward.Error });
            return;
        }

        var path = WireText.ToText(record.Data<ForwardRecord>());
        var seen = Describe(forward, path);
        if (seen.Error != InProgress)
        {
            add(seen);
            return;
        }

        // The descriptor is another socket's now: sshd gave the one before up.
        TellUnknown(socket);
        if (pending.Count >= MostPending)
            TellUnknown(pending.GetAt(0).Key);
        pending[socket] = seen;
    }

    /// <summary>The connection is over: what was still in progress then, nobody knows.</summary>
    public void End()
    {
        while (pending.Count > 0)
            TellUnknown(pending.GetAt(0).Key);
    }

    private static ForwardSeen Describe(in ForwardRecord forward, string path)
    {
        var (kind, ends) = ((ForwardKind)forward.Kind, forward.Ends);
        var at = new BootTime(forward.Header.TimeNs);
        if (ends.Family is not (WireText.AfInet or WireText.AfInet6))
            return new ForwardSeen(at, (int)forward.Pid, kind, path, 0, string.Empty, 0, (int)forward.Error);
        var socket = kind == ForwardKind.Connect ? ends.ToClient() : ends.ToServer();
        var peer = kind == ForwardKind.Accept ? ends.ToClient() : null;
        return new ForwardSeen(
            at, (int)forward.Pid, kind, socket.Address.ToString(), socket.Port, peer?.Address.ToString() ?? string.Empty,
            peer?.Port ?? 0, (int)forward.Error);
    }

    private void TellUnknown((uint Pid, int Fd) socket)
    {
        if (pending.Remove(socket, out var connecting))
            add(connecting with { Error = null });
    }
}
