namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>A web page of a daemon with two users: olga, an operator, and otto, an observer.</summary>
internal static class WebAccess
{
    /// <summary>Of both.</summary>
    public const string Password = "correct horse battery";

    /// <summary>Settings that serve it on a port of 127.0.0.1, with typing.</summary>
    public static string Settings(int port) => $$"""
        sshlog.typing = on
        sshlog.web { enabled = on, port = {{port}}, user = olga, password = "{{Password}}"
          users = [{ name = otto, password = "{{Password}}", role = observer }] }
        """;
}
