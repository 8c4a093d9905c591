using System.Diagnostics;
using System.Net;
using System.Text;
using SshLog.Bench.Harness;
using SshLog.BuiltIn;
using SshLog.Core.Rules;
using SshLog.PluginHost;
using SshLog.Plugins;

namespace SshLog.Bench.Pipeline;

/// <summary>Filters of plug-ins, asked one event after the other, each answer waited for.</summary>
internal static class PluginCalls
{
    private const int Calls = 50_000;
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;

    // What docs/plugins.md has, with the adapter.
    private const string Python = """
        from plugins.common.plugin import FilterPlugin
        class measured_filter(FilterPlugin):
            def filter(self, event_data):
                return event_data['username'] == self.filter_arg
        """;

    // The protocol alone.
    private const string Program = """
        #!/usr/bin/python3
        import sys
        read, write, flush = sys.stdin.buffer.readline, sys.stdout.buffer.write, sys.stdout.buffer.flush
        read()
        write(b'{"type":"ready","version":1}\n'); flush()
        while line := read():
            write(b'{"type":"result","pass":true}\n'); flush()
        """;

    private const string Manifest = """{ "version": 1, "command": ["./run"], "filters": [{ "name": "measured" }] }""";

    public static IEnumerable<Benchmark> All =>
    [
        new("plugin-python", "calls of a filter in a Python file", "calls/s", Reference.Budget(10_000),
            () => MeasureAsync(("measured.py", Python))),
        new("plugin-program", "calls of a filter in a program that does not look at them", "calls/s", Reference.Budget(10_000),
            () => MeasureAsync(("measured/run", Program), ("measured/plugin.json", Manifest))),
    ];

    private static Task<double> MeasureAsync(params (string Name, string Text)[] files) => Task.Run(() =>
    {
        using var scratch = new Scratch();
        foreach (var (name, text) in files)
            Write(scratch.File(name), text);
        var directory = Path.GetDirectoryName(scratch.File("x"))!;
        File.SetUnixFileMode(directory, ForAll);
        using var plugins = new PluginDirectory();
        var catalogue = plugins.Load(
            new PluginSettings
            {
                Directory = directory, User = "nobody", MemoryBytes = 256 << 20, CpuTime = TimeSpan.FromMinutes(30), Processes = 4096,
                FilterTimeout = TimeSpan.FromSeconds(10), StartTimeout = TimeSpan.FromSeconds(30), Failures = 5,
            },
            BuiltIns.Catalogue([]));
        var filter = catalogue.Filter("measured").Create(new SettingValue.Text("billy"));
        using var release = (IDisposable)filter;
        var happened = Event();
        if (!filter.Matches(happened))
            throw new InvalidDataException("the filter does not match");
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++)
            filter.Matches(happened);
        return Calls / Stopwatch.GetElapsedTime(started).TotalSeconds;
    });

    private static void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, ForAll);
        if (!file.EndsWith(".py", StringComparison.Ordinal))
            File.SetUnixFileMode(Path.GetDirectoryName(file)!, ForAll);
    }

    // A command's start with the fields that one has.
    private static PluginEvent Event() => new(() => Encoding.UTF8.GetBytes("""
        {"event_type":"command_start","ptm_pid":970236,"username":"billy","pid":970300,"parent_pid":970290,"tty_id":3,"filename":"/usr/bin/ls",
        "args":"ls -la /var/log","argv":["ls","-la","/var/log"],"argv_omitted_bytes":0,"start_time":1795857600000,"end_time":0,"exit_code":-1,
        "cwd":"/home/billy","uid":1000,"euid":1000,"loginuid":1000,"audit_session":17,"effective_user":"billy","typed":true,"redacted":0,
        "stdout_size":0,"stdout":"","hostname":"host.example","tcp_info":{"server_ip":"192.0.2.1","client_ip":"192.0.2.7","server_port":22,
        "client_port":51234},"session":"20261127T233000-970236-4f2a","sequence":17,"ordering":123456,"time":"2026-11-27T23:30:00.123456Z"}
        """.ReplaceLineEndings(string.Empty)))
    {
        EventType = "command_start",
        Triggers = ["command_start", "command-started/v1"],
        At = DateTimeOffset.UnixEpoch,
        Ordering = 123456,
        Session = "20261127T233000-970236-4f2a",
        MonitorPid = 970236,
        SessionStartedAt = DateTimeOffset.UnixEpoch,
        Host = "host.example",
        User = "billy",
        Client = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 51234),
        Line = "23:30:00 command_start",
    };
}
