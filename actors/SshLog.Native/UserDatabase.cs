using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace SshLog.Native;

/// <summary>Users by number, through NSS (so LDAP and sssd users count).</summary>
public static partial class UserDatabase
{
    private const int ErrnoRange = 34;

    /// <summary>The name of a user (getpwuid_r(3)), or null if the number has none.</summary>
    /// <exception cref="Win32Exception">The user database could not be read (EIO, EMFILE, ...).</exception>
    public static unsafe string? FindName(uint uid)
    {
        var size = 4096;
        while (true)
        {
            var buffer = new byte[size];
            fixed (byte* memory = buffer)
            {
                Passwd user;
                Passwd* found;
                var error = GetUserById(uid, &user, memory, (nuint)size, &found);
                if (error == 0)
                    return found is null ? null : Marshal.PtrToStringUTF8((nint)user.Name);
                if (error != ErrnoRange || size > 16 << 20)
                    throw new Win32Exception(error);
            }

            size *= 4;
        }
    }

    /// <summary>The number of a user (getpwnam_r(3)), or null if there is none of this name.</summary>
    /// <exception cref="Win32Exception">The user database could not be read (EIO, EMFILE, ...).</exception>
    public static unsafe uint? FindId(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // Beyond a NUL it would be another name.
        if (name.Contains('\0', StringComparison.Ordinal))
            return null;
        var terminated = Encoding.UTF8.GetBytes(name + "\0");
        for (var size = 4096; ; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* memory = buffer, text = terminated)
            {
                Passwd user;
                Passwd* found;
                var error = GetUserByName(text, &user, memory, (nuint)size, &found);
                if (error == 0)
                    return found is null ? null : user.Uid;
                if (error != ErrnoRange || size > 16 << 20)
                    throw new Win32Exception(error);
            }
        }
    }

    /// <summary>The owner of a file (stat(2) st_uid), or null if it cannot be asked for.</summary>
    public static unsafe uint? FindOwner(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        const int statxUid = 0x8;
        const int currentDirectory = -100;
        Statx status;
        fixed (byte* text = Encoding.UTF8.GetBytes(path + "\0"))
            return GetStatus(currentDirectory, text, 0, statxUid, &status) == 0 ? status.Uid : null;
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static unsafe partial int GetUserById(uint uid, Passwd* user, byte* buffer, nuint size, Passwd** result);

    [LibraryImport("libc", EntryPoint = "getpwnam_r")]
    private static unsafe partial int GetUserByName(
        byte* name, Passwd* user, byte* buffer, nuint size, Passwd** result);

    [LibraryImport("libc", EntryPoint = "statx")]
    private static unsafe partial int GetStatus(int directory, byte* path, int flags, uint mask, Statx* status);

    /// <summary>struct passwd of pwd.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Passwd
    {
        public byte* Name;
        public byte* Password;
        public uint Uid;
        public uint Gid;
        public byte* Comment;
        public byte* Home;
        public byte* Shell;
    }

    /// <summary>The beginning of struct statx of linux/stat.h, the same on every architecture; 256 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint Uid;
    }
}
