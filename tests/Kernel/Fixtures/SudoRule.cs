namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>Lets one account become anybody with sudo(8), against its own password each time; deleted again by Dispose.</summary>
internal sealed class SudoRule : IDisposable
{
    private readonly string file;

    public SudoRule(string user)
    {
        // sudo leaves out files whose name holds a dot.
        file = "/etc/sudoers.d/" + user;
        File.WriteAllText(file, $"Defaults:{user} timestamp_timeout=0, passwd_tries=2\n{user} ALL=(ALL) ALL\n");
        SshServer.Run("chmod", "440", file);
        SshServer.Run("visudo", "-cqf", file);
    }

    public void Dispose() => File.Delete(file);
}
