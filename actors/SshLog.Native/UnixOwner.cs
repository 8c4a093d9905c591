using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace SshLog.Native;

/// <summary>Owner, group and mode of files and sockets, where .NET has no call of its own.</summary>
public static partial class UnixOwner
{
    private const int ErrnoRange = 34;
    private const uint Unchanged = uint.MaxValue;

    // struct statx of linux/stat.h: the same on every architecture.
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;
    private const int StatxUidOffset = 20;
    private const uint StatxType = 1;
    private const uint StatxUid = 8;
    private const int AtWorkingDirectory = -100;
    private const int AtNoFollow = 0x100;
    private const int FileTypeMask = 0xF000;
    private const int FileTypeSocket = 0xC000;

    /// <summary>
    /// The id of a group by its name (getgrnam_r(3), so LDAP and sssd groups count), or null if there is none.
    /// </summary>
    /// <exception cref="Win32Exception">The group database could not be read (EIO, EMFILE, ...).</exception>
    public static unsafe uint? FindGroup(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var size = 4096;
        while (true)
        {
            var buffer = new byte[size];
            Group group;
            Group* found;
            int error;
            fixed (byte* memory = buffer)
            fixed (byte* text = Encoding.UTF8.GetBytes(name + "\0"))
                error = GetGroupByName(text, &group, memory, (nuint)size, &found);
            if (error == 0)
                return found is null ? null : group.Gid;
            if (error != ErrnoRange || size > 16 << 20)
                throw new Win32Exception(error);
            size *= 4;
        }
    }

    /// <summary>Gives a file to a group and leaves its owner as it is (chown(2)).</summary>
    /// <exception cref="Win32Exception">EPERM (not a member, not root), ENOENT, EROFS, ...</exception>
    public static unsafe void SetGroup(string path, uint groupId)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        fixed (byte* text = Encoding.UTF8.GetBytes(path + "\0"))
            Check(ChangeOwner(text, Unchanged, groupId));
    }

    /// <summary>
    /// Sets the mode that bind(2) will give to the socket's file (fchmod(2) before bind; Linux masks it with the
    /// umask). Unlike umask(2) it leaves the other threads of the process alone.
    /// </summary>
    /// <param name="socket">A unix socket, not bound yet.</param>
    /// <param name="mode">Permission bits.</param>
    /// <exception cref="Win32Exception">fchmod(2) failed.</exception>
    public static void SetModeBeforeBind(SafeSocketHandle socket, UnixFileMode mode) =>
        Check(ChangeMode(socket, (uint)mode));

    /// <summary>Whether the path itself, no link followed, is a socket (statx(2), Linux 4.11).</summary>
    /// <exception cref="Win32Exception">ENOENT, EACCES, ...</exception>
    public static unsafe bool IsSocket(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var status = stackalloc byte[StatxSize];
        fixed (byte* text = Encoding.UTF8.GetBytes(path + "\0"))
            Check(Statx(AtWorkingDirectory, text, AtNoFollow, StatxType, status));
        return (*(ushort*)(status + StatxModeOffset) & FileTypeMask) == FileTypeSocket;
    }

    /// <summary>User id of a file's owner, links followed (statx(2)).</summary>
    /// <exception cref="Win32Exception">ENOENT, EACCES, ...</exception>
    public static unsafe uint FindOwner(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var status = stackalloc byte[StatxSize];
        fixed (byte* text = Encoding.UTF8.GetBytes(path + "\0"))
            Check(Statx(AtWorkingDirectory, text, 0, StatxUid, status));
        return *(uint*)(status + StatxUidOffset);
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "getgrnam_r")]
    private static unsafe partial int GetGroupByName(
        byte* name, Group* group, byte* buffer, nuint size, Group** result);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static unsafe partial int ChangeOwner(byte* path, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int ChangeMode(SafeSocketHandle socket, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int Statx(int directory, byte* path, int flags, uint mask, byte* status);

    /// <summary>struct group of grp.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Group
    {
        public byte* Name;
        public byte* Password;
        public uint Gid;
        public byte** Members;
    }
}
