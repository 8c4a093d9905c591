using System.Runtime.CompilerServices;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>The C programs of tests/workloads.</summary>
internal static class Workload
{
    /// <summary>Compiles one into the server's directory; returns its path.</summary>
    public static string Build(SshServer server, string name) => Compile(server, name, []);

    /// <summary>Compiles one for LD_PRELOAD.</summary>
    public static string BuildLibrary(SshServer server, string name) => Compile(server, name, ["-shared", "-fPIC"]);

    private static string Compile(SshServer server, string name, string[] options, [CallerFilePath] string here = "")
    {
        var source = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "workloads", name + ".c");
        var program = server.InDirectory(name);
        SshServer.Run("cc", ["-O1", "-Wall", "-Werror", "-pthread", .. options, "-o", program, source]);
        SshServer.Run("chmod", "755", program);
        return program;
    }
}
