using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Core.Rules;
using SshLog.PluginHost;

namespace SshLog.Plugins.Tests;

/// <summary>A directory of plug-ins of its own, and what is loaded from it.</summary>
internal sealed class PluginPlace : IDisposable
{
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-plugins-");
    private readonly PluginDirectory _plugins;

    public PluginPlace()
    {
        // The user that plug-ins run as must get at them.
        _directory.UnixFileMode = ForAll;
        _plugins = new PluginDirectory { Time = Time, HostProgram = [Dotnet(), typeof(PluginPlace).Assembly.Location] };
    }

    public string Path => _directory.FullName;

    /// <summary>Moved on by hand, so that no test waits for a back-off.</summary>
    public ManualTime Time { get; } = new();

    public PluginSettings Settings { get; set; } = new()
    {
        Directory = string.Empty, User = "nobody", MemoryBytes = 128 << 20, CpuTime = TimeSpan.FromSeconds(20), Processes = 4000,
        FilterTimeout = TimeSpan.FromSeconds(10), StartTimeout = TimeSpan.FromSeconds(30), Failures = 3,
    };

    private PluginSettings Here => Settings.Directory.Length > 0 ? Settings : Settings with { Directory = Path };

    public IReadOnlyList<int> Processes => _plugins.Processes;

    public void Dispose()
    {
        _plugins.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Writes a file that all may read; they may run it too.</summary>
    public string Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (name.Contains('/', StringComparison.Ordinal))
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!).UnixFileMode = ForAll;
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, ForAll);
        return file;
    }

    /// <summary>A plug-in with one filter of its name, a program in Python.</summary>
    public void WriteProgram(string name, string body, string more = "")
    {
        Write($"{name}/run", "#!/usr/bin/python3\n" + body);
        Write($"{name}/plugin.json", $$"""
            { "version": 1, "command": ["./run"], {{more}}
              "filters": [{ "name": "{{name}}", "argument": "text" }],
              "actions": [{ "name": "{{name}}_action", "parameters": [{ "name": "what", "type": "text", "default": "x" }] }] }
            """);
    }

    // DIRECTORY/shared/Microsoft.NETCore.App/VERSION is the runtime's.
    private static string Dotnet() => System.IO.Path.Combine(
        new FileInfo(typeof(object).Assembly.Location).Directory!.Parent!.Parent!.Parent!.FullName, "dotnet");

    public IReadOnlyList<FoundPlugin> Find() => _plugins.Find(Here);

    public PluginCatalogue Load() => _plugins.Load(Here, Some.Plugins);

    public IFilter Filter(string name, string argument = "x") => Load().Filter(name).Create(new SettingValue.Text(argument));

    public IAction Action(string name, params (string Name, SettingValue Value)[] parameters)
    {
        var factory = Load().Action(name);
        return factory.Create(new ActionContext(
            "mine", new Parameters(factory.Description, parameters.ToDictionary(p => p.Name, p => p.Value)), NullLogger.Instance, Time));
    }
}

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan by) => _ticks += by.Ticks;
}
