using System.Globalization;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>
/// An ordinary user with a shell and a home directory, deleted again by Dispose. The name holds our pid, so that two
/// test runs do not delete each other's.
/// </summary>
internal sealed class TestAccount : IDisposable
{
    private static int count;

    public TestAccount(string home)
    {
        Name = $"sshlog-test-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
        Directory.CreateDirectory(home);
        // "*" is no password; "!" would be a locked account, which sshd refuses without PAM.
        SshServer.Run("useradd", "-M", "-d", home, "-s", "/bin/bash", "-p", "*", Name);
        SshServer.Run("chown", Name, home);
        Id = uint.Parse(
            File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Single(field => field[0] == Name)[2],
            CultureInfo.InvariantCulture);
    }

    public string Name { get; }

    public uint Id { get; }

    public void Dispose() => SshServer.Run("userdel", "-f", Name);
}
