using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace SshLog.Native;

/// <summary>Groups of a user.</summary>
public static partial class UserDatabase
{
    private const int MostGroups = 65536;

    /// <summary>
    /// Names of the groups that a user is in, the user's own first (getgrouplist(3)); none for a user who does not exist.
    /// A group without a name is left out.
    /// </summary>
    /// <exception cref="Win32Exception">The user or group database could not be read.</exception>
    public static IReadOnlyCollection<string> FindGroups(string user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (FindPrimaryGroup(user) is not { } primary)
            return [];
        return [.. FindGroupIds(user, primary).Select(FindGroupName).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private static unsafe uint? FindPrimaryGroup(string user)
    {
        if (user.Contains('\0', StringComparison.Ordinal))
            return null;
        var terminated = Encoding.UTF8.GetBytes(user + "\0");
        for (var size = 4096; ; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* memory = buffer, text = terminated)
            {
                Passwd entry;
                Passwd* found;
                var error = GetUserByName(text, &entry, memory, (nuint)size, &found);
                if (error == 0)
                    return found is null ? null : entry.Gid;
                if (error != ErrnoRange || size > 16 << 20)
                    throw new Win32Exception(error);
            }
        }
    }

    private static unsafe uint[] FindGroupIds(string user, uint primary)
    {
        var terminated = Encoding.UTF8.GetBytes(user + "\0");
        for (var room = 64; room <= MostGroups; room *= 4)
        {
            var ids = new uint[room];
            var count = room;
            fixed (byte* text = terminated)
            fixed (uint* memory = ids)
            {
                if (GetGroupList(text, primary, memory, &count) >= 0)
                    return ids[..count];
            }
        }

        throw new Win32Exception(ErrnoRange);
    }

    private static unsafe string? FindGroupName(uint gid)
    {
        for (var size = 4096; ; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* memory = buffer)
            {
                Group entry;
                Group* found;
                var error = GetGroupById(gid, &entry, memory, (nuint)size, &found);
                if (error == 0)
                    return found is null ? null : Marshal.PtrToStringUTF8((nint)entry.Name);
                if (error != ErrnoRange || size > 16 << 20)
                    throw new Win32Exception(error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "getgrouplist")]
    private static unsafe partial int GetGroupList(byte* user, uint primary, uint* groups, int* count);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    private static unsafe partial int GetGroupById(uint gid, Group* group, byte* buffer, nuint size, Group** result);

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
