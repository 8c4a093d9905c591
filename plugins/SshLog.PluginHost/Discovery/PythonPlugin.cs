using System.Collections.Concurrent;
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
    private const string Interpreter = "python3";
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
        if (!Launch.Has(Interpreter))
            throw new PluginException($"there is no {Interpreter} to run it; install it (apt-get install {Interpreter})");
        var source = ReadSource(file);
        var name = Path.GetFileNameWithoutExtension(file.Name);
        var launch = new Launch(name, [Interpreter, "-I", "-B", "-c", Boot, name], "/", settings.MemoryBytes)
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
