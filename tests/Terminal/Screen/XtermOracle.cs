using System.Diagnostics;
using System.Text.Json;
using SshLog.Tests.Support;

namespace SshLog.Terminal.Tests.Screen;

/// <summary>What a screen shows, in one form for both terminals.</summary>
public sealed record Shown(int X, int Y, bool Alternate, string Title, IReadOnlyList<string> Lines);

/// <summary>A part of a case: bytes, or a new size of the window.</summary>
public sealed record Step(byte[]? Bytes, int Columns = 0, int Rows = 0)
{
    public static Step Print(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));
}

/// <summary>xterm.js in a process of its own. Its packages are installed beside the script the first time.</summary>
public sealed class XtermOracle : IDisposable
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Process _node;

    public XtermOracle()
    {
        var folder = Path.Combine(SourceFolder(), "oracle");
        NodePackages.Install(folder);
        _node = Process.Start(new ProcessStartInfo("node", "oracle.mjs")
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
    }

    /// <summary>The folder of this test project.</summary>
    public static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        Path.GetDirectoryName(Path.GetDirectoryName(path))!;

    public Shown Ask(int columns, int rows, IReadOnlyList<Step> steps)
    {
        var sent = steps.Select(s => s.Bytes is null ? (object)new { s.Columns, s.Rows } : new { s.Bytes });
        _node.StandardInput.WriteLine(JsonSerializer.Serialize(new { columns, rows, steps = sent }, _json));
        _node.StandardInput.Flush();
        return JsonSerializer.Deserialize<Shown>(_node.StandardOutput.ReadLine()!, _json)!;
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        if (!_node.WaitForExit(5000))
            _node.Kill();
        _node.Dispose();
    }
}
