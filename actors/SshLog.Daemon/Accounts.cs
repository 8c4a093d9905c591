using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;
using SshLog.Core.Sessions;
using SshLog.Native;

namespace SshLog.Daemon;

/// <summary>The machine's users, remembered for a while because a directory service may be slow to ask.</summary>
internal sealed class Accounts(TimeProvider time) : IAccounts
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<uint, (string Name, DateTimeOffset Until)> _names = new();

    public string UserName(uint uid)
    {
        var now = time.GetUtcNow();
        if (_names.TryGetValue(uid, out var known) && known.Until > now)
            return known.Name;
        var name = Ask(uid);
        _names[uid] = (name, now + Remembered);
        return name;
    }

    public uint? UserId(string name)
    {
        try
        {
            return UserDatabase.FindId(name);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    public uint? OwnerOfPty(int tty) =>
        UserDatabase.FindOwner(string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{tty}"));

    public IReadOnlyCollection<string> GroupsOf(string user)
    {
        try
        {
            return UserDatabase.FindGroups(user);
        }
        catch (Win32Exception)
        {
            return [];
        }
    }

    private static string Ask(uint uid)
    {
        try
        {
            return UserDatabase.FindName(uid) ?? uid.ToString(CultureInfo.InvariantCulture);
        }
        catch (Win32Exception)
        {
            // The directory does not answer: the number is the truth that is left.
            return uid.ToString(CultureInfo.InvariantCulture);
        }
    }
}
