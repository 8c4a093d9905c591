using System.Diagnostics;
using System.Globalization;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>
/// An ordinary user with a shell and a home directory, deleted again by Dispose. The name holds our pid, so that two
/// test runs do not delete each other's.
/// </summary>
internal sealed class TestAccount : IDisposable
{
    private const string Prefix = "sshlog-test-";
    private static int count;

    public TestAccount(string home)
    {
        if (Interlocked.Increment(ref count) == 1)
            DeleteLeftOver();
        Name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
        Directory.CreateDirectory(home);
        // "*" is no password; "!" would be a locked account, which sshd refuses without PAM.
        SshServer.Run("useradd", "-M", "-d", home, "-s", "/bin/bash", "-p", "*", Name);
        SshServer.Run("chown", Name, home);
        Id = uint.Parse(Accounts().Single(field => field[0] == Name)[2], CultureInfo.InvariantCulture);
    }

    /// <summary>Gives it a password (chpasswd(8)).</summary>
    public void SetPassword(string password)
    {
        using var run = Process.Start(new ProcessStartInfo("chpasswd") { RedirectStandardInput = true })!;
        run.StandardInput.WriteLine($"{Name}:{password}");
        run.StandardInput.Close();
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }

    public string Name { get; }

    public uint Id { get; }

    public void Dispose() => SshServer.Run("userdel", "-f", Name);

    /// <summary>Accounts of test runs that were killed.</summary>
    private static void DeleteLeftOver()
    {
        foreach (var name in Accounts().Select(field => field[0]).Where(IsLeftOver))
            SshServer.Run("userdel", "-f", name);
    }

    private static bool IsLeftOver(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && !Directory.Exists($"/proc/{name[Prefix.Length..].Split('-')[0]}");

    private static string[][] Accounts() => [.. File.ReadLines("/etc/passwd").Select(line => line.Split(':'))];
}
