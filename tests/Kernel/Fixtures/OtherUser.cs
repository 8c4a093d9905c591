using System.Runtime.InteropServices;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>
/// Runs something on a thread with the credentials of another user. The kernel keeps them for each thread (credentials(7)); a
/// unix socket takes those of the thread that connects it.
/// </summary>
internal static class OtherUser
{
    /// <summary>Runs <paramref name="action"/> as a user who is in one group alone.</summary>
    public static T Run<T>(nint uid, nint gid, Func<T> action)
    {
        T result = default!;
        var failed = false;
        // The thread ends with these credentials; no other ever has them.
        var thread = new Thread(() =>
        {
            var (groups, group, user) = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? (159, 149, 147) : (116, 119, 117);
            failed = Call(groups, 0, 0, 0) != 0 || Call(group, gid, gid, gid) != 0 || Call(user, uid, uid, uid) != 0;
            if (!failed)
                result = action();
        });
        thread.Start();
        thread.Join();
        Assert.False(failed);
        return result;
    }

    // setgroups(2), setresgid(2) and setresuid(2) themselves: libc's functions change every thread.
    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint Call(nint number, nint first, nint second, nint third);
}
