using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Asks the kernel who is at the other end of a connected unix stream socket.</summary>
public static partial class PeerSocket
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int SoPeerGroups = 59;
    private const int ErrnoRange = 34;
    private const int MaximumGroups = 65536;

    /// <summary>Process, user and group of the peer when it connected (SO_PEERCRED, see unix(7)).</summary>
    /// <exception cref="Win32Exception">getsockopt(2) failed: not a unix socket, or already closed.</exception>
    public static unsafe PeerCredentials GetCredentials(SafeSocketHandle socket)
    {
        Ucred credentials;
        var length = (uint)sizeof(Ucred);
        Check(GetSocketOption(socket, SolSocket, SoPeerCred, &credentials, &length));
        return new PeerCredentials(credentials.Pid, credentials.Uid, credentials.Gid);
    }

    /// <summary>
    /// Supplementary groups of the peer when it connected (SO_PEERGROUPS, Linux 4.13, see unix(7)); its primary
    /// group is listed only if it is also a supplementary one.
    /// </summary>
    /// <exception cref="Win32Exception">getsockopt(2) failed: not a unix socket, or already closed.</exception>
    public static unsafe IReadOnlyList<uint> GetGroups(SafeSocketHandle socket)
    {
        var groups = new uint[32];
        while (true)
        {
            var length = (uint)(groups.Length * sizeof(uint));
            int result;
            fixed (uint* first = groups)
                result = GetSocketOption(socket, SolSocket, SoPeerGroups, first, &length);
            if (result == 0)
                return groups[..(int)(length / sizeof(uint))];
            if (Marshal.GetLastPInvokeError() != ErrnoRange || groups.Length >= MaximumGroups)
                Check(result);
            // ERANGE: the kernel has put the size that it needs into length.
            groups = new uint[Math.Clamp((int)(length / sizeof(uint)), groups.Length * 2, MaximumGroups)];
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static unsafe partial int GetSocketOption(
        SafeSocketHandle socket, int level, int option, void* value, uint* length);

    /// <summary>struct ucred of socket.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Ucred
    {
        public int Pid;
        public uint Uid;
        public uint Gid;
    }
}
