using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;
using SshLog.PluginHost.Discovery;
using SshLog.PluginHost.DotNet;
using SshLog.Plugins;

namespace SshLog.PluginHost;

/// <summary>
/// Finds the plug-ins of a directory and makes their filters and actions known, each of which runs in a process of its own,
/// as another user and with limits. Disposed, it ends them all.
/// </summary>
public sealed class PluginDirectory : IDisposable
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0 };
    private readonly ChildRegistry _registry = new();

    /// <summary>Logs for the plug-ins; may be set when there is one.</summary>
    public ILoggerFactory Loggers { get; set; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;

    /// <summary>
    /// The program that becomes the process of a .NET plug-in when its last arguments ask for it
    /// (<see cref="PluginHostProgram.IsAsked"/>), with the arguments before those.
    /// </summary>
    public IReadOnlyList<string> HostProgram { get; init; } = ThisProgram();

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Numbers of the plug-ins' processes that run now; each leads a process group.</summary>
    public IReadOnlyList<int> Processes => _registry.Pids;

    /// <summary>The catalogue together with what is in the directory.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="builtIn">What there is without.</param>
    public PluginCatalogue Load(PluginSettings settings, PluginCatalogue builtIn)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(builtIn);
        var found = Find(settings);
        return builtIn.With(
            found.SelectMany(p => p.Filters.Select(f => (p.Path, f))),
            found.SelectMany(p => p.Actions.Select(a => (p.Path, a))),
            found.Where(p => p.Problem is not null).Select(p => $"the plug-in {p.Path} is not used: {p.Problem}"));
    }

    /// <summary>The plug-ins of a directory, in the order of their names, those that cannot be used too.</summary>
    /// <param name="settings">Where and how.</param>
    public IReadOnlyList<FoundPlugin> Find(PluginSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Directory.Length == 0 || !Directory.Exists(settings.Directory))
            return [];
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Directory));
        try
        {
            if (Trust.ComplaintAboutPlace(directory) is { } complaint)
                return [Unusable(new DirectoryInfo(directory), PluginKind.Unknown, complaint)];
            // Each is asked in a process, which takes its time.
            return
            [
                .. new DirectoryInfo(directory).EnumerateFileSystemInfos("*", _everything).Where(IsPlugin)
                    .OrderBy(e => e.Name, StringComparer.Ordinal).ToList()
                    .AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(entry => Read(entry, settings)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Unusable(new DirectoryInfo(directory), PluginKind.Unknown, $"cannot be read: {e.Message}")];
        }
    }

    /// <summary>Ends the plug-ins' processes, after a second with everything that they have started.</summary>
    public void Dispose() => _registry.Dispose();

    // Editors' leavings and what belongs to a plug-in rather than being one.
    private static bool IsPlugin(FileSystemInfo entry) =>
        !entry.Name.StartsWith('.') && entry.Name != "__pycache__" && (entry is DirectoryInfo || entry.Extension == ".py");

    private static FoundPlugin Unusable(FileSystemInfo entry, PluginKind kind, string problem) =>
        new(Path.GetFileNameWithoutExtension(entry.Name), kind, entry.FullName, [], [], problem);

    private FoundPlugin Read(FileSystemInfo entry, PluginSettings settings)
    {
        var kind = KindOf(entry);
        try
        {
            if (Trust.ComplaintAbout(entry) is { } complaint)
                return Unusable(entry, kind, complaint);
            var log = Loggers.CreateLogger("SshLog.Plugins." + entry.Name);
            switch (kind)
            {
                case PluginKind.Python:
                    var (python, brings) = PythonPlugin.Read((FileInfo)entry, settings, _registry, log);
                    return Made(entry, kind, python, brings, settings, WriteFields);
                case PluginKind.Program:
                    var (program, says) = ProgramPlugin.Read((DirectoryInfo)entry, settings);
                    return Made(entry, kind, program, says, settings, WriteFields);
                case PluginKind.DotNet:
                    var (assembly, holds) = DotNetPlugin.Read((DirectoryInfo)entry, HostProgram, settings, _registry, log);
                    return Made(entry, kind, assembly, holds, settings, PluginEventJson.Write);
                default:
                    return Unusable(
                        entry, kind, $"is no plug-in: there is neither {entry.Name}/{ProgramPlugin.Manifest} nor {entry.Name}/{entry.Name}.dll");
            }
        }
        catch (PluginException e)
        {
            return Unusable(entry, kind, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unusable(entry, kind, $"cannot be read: {e.Message}");
        }
    }

    private static PluginKind KindOf(FileSystemInfo entry) =>
        entry is FileInfo ? PluginKind.Python
        : File.Exists(Path.Combine(entry.FullName, ProgramPlugin.Manifest)) ? PluginKind.Program
        : File.Exists(DotNetPlugin.FileOf((DirectoryInfo)entry)) ? PluginKind.DotNet
        : PluginKind.Unknown;

    private static string[] ThisProgram()
    {
        var program = Environment.ProcessPath ?? "/proc/self/exe";
        return Path.GetFileName(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }

    private FoundPlugin Made(
        FileSystemInfo entry, PluginKind kind, Launch launch, Description description, PluginSettings settings, EventWriter write)
    {
        ChildSurroundings Around() => new(settings, _registry, Loggers.CreateLogger("SshLog.Plugins." + launch.Plugin), Time);
        return new FoundPlugin(
            launch.Plugin, kind, entry.FullName,
            [.. description.Filters.Select(f => new ChildFilterFactory(f, launch, write, Around))],
            [.. description.Actions.Select(a => new ChildActionFactory(a, launch, write, Around))]);
    }

    private static void WriteFields(Utf8JsonWriter json, PluginEvent happened)
    {
        if (!happened.Rules.IsEmpty)
        {
            json.WriteStartArray("rules");
            foreach (var rule in happened.Rules)
                json.WriteStringValue(rule);
            json.WriteEndArray();
        }

        json.WritePropertyName("event");
        happened.Fields.WriteTo(json);
    }
}
