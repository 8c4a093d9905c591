using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;
using SshLog.PluginHost.Discovery;

namespace SshLog.PluginHost.DotNet;

/// <summary>
/// A .NET assembly: <c>NAME/NAME.dll</c> with what it depends on. It is loaded in a process of its own, never into the
/// daemon, so that it can neither crash nor fill it.
/// </summary>
internal static class DotNetPlugin
{
    private static readonly ConcurrentDictionary<string, (string Stamp, Description Description)> _known = new();

    /// <summary>The assembly of a directory.</summary>
    public static string FileOf(DirectoryInfo directory) => Path.Combine(directory.FullName, directory.Name + ".dll");

    /// <summary>Asks the assembly what it brings.</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="host">The program that loads it, with its arguments.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="registry">For its process.</param>
    /// <param name="log">What it says.</param>
    /// <exception cref="PluginException">It cannot be loaded, or does not answer.</exception>
    public static (Launch Launch, Description Description) Read(
        DirectoryInfo directory, IReadOnlyList<string> host, PluginSettings settings, ChildRegistry registry, ILogger log)
    {
        var file = FileOf(directory);
        var launch = new Launch(directory.Name, [.. host, PluginHostProgram.Verb, file], "/", settings.MemoryBytes)
        {
            Variables = Variables(settings.MemoryBytes),
        };
        foreach (var needed in (string[])[host[0], typeof(object).Assembly.Location, file])
            launch.MustReach(needed, settings);
        var stamp = Stamp(directory);
        if (_known.TryGetValue(file, out var known) && known.Stamp == stamp)
            return (launch, known.Description);
        var description = Describing.Ask(launch, settings, registry, log, (question, value) => Check(launch, settings, registry, log, question, value));
        _known[file] = (stamp, description);
        return (launch, description);
    }

    // Asked when a configuration is read, so that a mistake in it has its place.
    private static string? Check(
        Launch launch, PluginSettings settings, ChildRegistry registry, ILogger log, Action<Utf8JsonWriter> question, SettingValue value)
    {
        try
        {
            var answer = Describing.Ask(launch, settings, registry, log, "checked", json =>
            {
                json.WriteString("type", "check");
                question(json);
                json.WritePropertyName("value");
                PluginProtocol.Write(json, value);
            });
            return PluginProtocol.TextOf(answer, "complaint") is { } complaint ? Terminal.SafeText.Escape(PluginProtocol.Cut(complaint)) : null;
        }
        catch (PluginException e)
        {
            return $"cannot be checked: the plug-in {launch.Plugin} {e.Message}";
        }
    }

    // What the runtime would take more of than a plug-in needs.
    private static Dictionary<string, string> Variables(long memory)
    {
        var variables = new Dictionary<string, string>
        {
            ["DOTNET_GCHeapHardLimit"] = (memory / 4 * 3).ToString("X", CultureInfo.InvariantCulture),
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_DefaultStackSize"] = "180000",
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        };
        // Of a runtime that is not the program's own: DIRECTORY/shared/Microsoft.NETCore.App/VERSION/System.Private.CoreLib.dll.
        var runtime = new FileInfo(typeof(object).Assembly.Location).Directory;
        if (runtime is { Parent: { Name: "Microsoft.NETCore.App", Parent: { Name: "shared", Parent: { } root } } })
            variables["DOTNET_ROOT"] = root.FullName;
        return variables;
    }

    private static string Stamp(DirectoryInfo directory)
    {
        var text = new StringBuilder();
        foreach (var file in directory.EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.FullName, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{file.FullName}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}\0");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
