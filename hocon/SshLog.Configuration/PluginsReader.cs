using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>Reads <c>sshlog.plugins</c>.</summary>
internal static class PluginsReader
{
    public static PluginSettings Read(SettingsReader reader) => new()
    {
        Directory = reader.AbsolutePath("sshlog.plugins.directory", mayBeEmpty: true),
        User = reader.Text("sshlog.plugins.user"),
        MemoryBytes = reader.Bytes("sshlog.plugins.memory", 16 << 20, 1L << 40),
        CpuTime = reader.Duration("sshlog.plugins.cpu-time", TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)),
        Processes = reader.Number("sshlog.plugins.processes", 1, 100_000),
        FilterTimeout = reader.Duration("sshlog.plugins.filter-timeout", TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
        StartTimeout = reader.Duration("sshlog.plugins.start-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
        Failures = reader.Number("sshlog.plugins.failures", 1, 1000),
    };
}
