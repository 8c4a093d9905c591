using System.Diagnostics;

namespace SshLog.Tests.Support;

/// <summary>Installs what a package-lock.json names, once.</summary>
internal static class NodePackages
{
    public static void Install(string folder)
    {
        using var only = File.Open(Path.Combine(folder, ".npm-lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
            return;
        using var npm = Process.Start(new ProcessStartInfo("npm", "ci --ignore-scripts --no-audit --no-fund")
        {
            WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("npm does not start");
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm ci in {folder} failed: {errors}{output.Result}");
        File.SetLastWriteTimeUtc(installed, DateTime.UtcNow);
    }
}
