using System.ComponentModel;
using System.Net.Sockets;
using System.Text;
using SshLog.Native;

namespace SshLog.Remoting.Sockets;

/// <summary>The daemon cannot listen on its socket, or a client cannot reach it. The message is for a person.</summary>
public sealed class SocketUnavailableException : Exception
{
    /// <summary>With the reason and its cause, if there is one.</summary>
    public SocketUnavailableException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>The socket's place in the file system: stale files, owner and mode.</summary>
public static class SocketFile
{
    private const int LongestPath = 107; // sun_path of sockaddr_un, less the final NUL
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode WithGroup = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode Enterable = UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// Binds and listens. The file never has more rights than in the end: it comes into being with mode 0600, then it
    /// gets its group, then 0660.
    /// </summary>
    /// <param name="path">The socket's file; its directory is made if missing.</param>
    /// <param name="group">Group that may connect; empty for nobody but root.</param>
    /// <param name="warn">Takes what a person should know although it is no error.</param>
    /// <exception cref="SocketUnavailableException">
    /// Somebody listens there, the path is unusable, no permission.
    /// </exception>
    public static Socket Listen(string path, string group, Action<string> warn)
    {
        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
            throw new SocketUnavailableException($"The socket path {path} is longer than {LongestPath} bytes");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            MakeDirectory(path);
            RemoveStale(path);
            UnixOwner.SetModeBeforeBind(socket.SafeHandle, OwnerOnly);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            GiveToGroup(path, group, warn);
            socket.Listen(128);
            return socket;
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is SocketException or Win32Exception or IOException or UnauthorizedAccessException)
                throw new SocketUnavailableException($"Cannot listen on {path}: {error.Message}", error);
            throw;
        }
    }

    private static void MakeDirectory(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is null || Directory.Exists(directory))
            return;
        Directory.CreateDirectory(directory);
        // Whatever the umask: who may connect is the socket's matter.
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | Enterable);
    }

    private static void RemoveStale(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists && file.LinkTarget is null)
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused)
            when (refused.SocketErrorCode == SocketError.ConnectionRefused && UnixOwner.IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException other)
        {
            throw new SocketUnavailableException($"{path} is in the way and is not a socket of ours", other);
        }
        var owner = PeerSocket.GetCredentials(probe.SafeHandle);
        throw new SocketUnavailableException($"Another daemon (process {owner.ProcessId}) listens on {path}");
    }

    private static void GiveToGroup(string path, string group, Action<string> warn)
    {
        if (group.Length == 0)
            return;
        if (UnixOwner.FindGroup(group) is not { } id)
        {
            warn($"There is no group {group}: only root can connect to {path}");
            return;
        }
        try
        {
            UnixOwner.SetGroup(path, id);
            File.SetUnixFileMode(path, WithGroup);
        }
        catch (Win32Exception denied)
        {
            warn($"Cannot give {path} to group {group} ({denied.Message}): only its owner can connect");
        }
    }
}
