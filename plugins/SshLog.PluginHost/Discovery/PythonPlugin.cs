using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;

namespace SshLog.PluginHost.Discovery;

/// <summary>
/// A Python file. What it brings is asked of it once, in a process like the one it will run in; the daemon gives it what it
/// has read, so that nothing else can be in its place later.
/// </summary>
internal static class PythonPlugin
{
    private const long LongestFile = 1 << 20;

    // The rest of the adapter comes on standard input, so that it need not be in a file that every user may read.
    private const string Boot =
        "import sys,json,os;i=os.fdopen(os.dup(0),'rb');b=json.loads(i.readline());b['input']=i;"
        + "exec(compile(b['adapter'],'sshlog adapter','exec'),{'__name__':'adapter','boot':b})";

    private static readonly Lazy<string> _adapter = new(ReadAdapter);
    private static readonly ConcurrentDictionary<(string File, string Source), Description> _known = new();

    /// <summary>Asks the file what it brings.</summary>
    /// <exception cref="PluginException">It cannot be read, or does not answer.</exception>
    public static (Launch Launch, Description Description) Read(FileInfo file, PluginSettings settings, ChildRegistry registry, ILogger log)
    {
        var source = ReadSource(file);
        var name = Path.GetFileNameWithoutExtension(file.Name);
        var launch = new Launch(name, ["python3", "-I", "-B", "-c", Boot, name], "/", settings.MemoryBytes)
        {
            FirstLine = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
            {
                ["adapter"] = _adapter.Value, ["file"] = file.FullName, ["source"] = source,
            }),
        };
        if (_known.TryGetValue((file.FullName, source), out var description))
            return (launch, description);
        description = Describing.Ask(launch, settings, registry, log);
        foreach (var old in _known.Keys.Where(k => k.File == file.FullName))
            _known.TryRemove(old, out _);
        _known[(file.FullName, source)] = description;
        return (launch, description);
    }

    private static string ReadSource(FileInfo file)
    {
        try
        {
            return file.Length <= LongestFile
                ? File.ReadAllText(file.FullName)
                : throw new PluginException($"is longer than {LongestFile >> 10} KiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"cannot be read: {e.Message}", e);
        }
    }

    private static string ReadAdapter()
    {
        using var reader = new StreamReader(typeof(PythonPlugin).Assembly.GetManifestResourceStream("adapter.py")!);
        return reader.ReadToEnd();
    }
}

/// <summary>Asks a plug-in's process for its description.</summary>
internal static class Describing
{
    /// <summary>Starts it, asks it, ends it.</summary>
    /// <exception cref="PluginException">It does not answer as it should.</exception>
    public static Description Ask(Launch launch, PluginSettings settings, ChildRegistry registry, ILogger log)
    {
        using var child = ChildProcess.Start(launch, settings, registry, log);
        child.Write("""{"type":"describe"}"""u8, settings.StartTimeout);
        var end = Stopwatch.GetTimestamp() + (long)(settings.StartTimeout.TotalSeconds * Stopwatch.Frequency);
        try
        {
            for (var lines = 0; lines < 100; lines++)
            {
                using var json = JsonDocument.Parse(child.ReadLine(end));
                var type = json.RootElement.ValueKind == JsonValueKind.Object ? PluginProtocol.TextOf(json.RootElement, "type") : null;
                if (type == "description")
                    return Description.Read(json.RootElement);
                if (type == "error")
                    throw new PluginException(Terminal.SafeText.Escape(PluginProtocol.Cut(PluginProtocol.TextOf(json.RootElement, "message") ?? "an error")));
            }
        }
        catch (JsonException e)
        {
            throw new PluginException("wrote a line that is no JSON instead of its description", e);
        }

        throw new PluginException("wrote no description");
    }
}
