using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SshLog.Tests.Support;

namespace SshLog.Cli.Tests.Export;

/// <summary>What asciinema's player had shown at a time.</summary>
internal sealed record PlayedMoment(double Time, int Cols, int Rows, string Text);

/// <summary>A marker that it knows.</summary>
internal sealed record PlayedMarker(double Time, string Label);

/// <summary>A recording as asciinema's player took it.</summary>
internal sealed record Played(
    double Duration, IReadOnlyList<PlayedMarker> Markers, IReadOnlyList<PlayedMoment> At, string? Error);

/// <summary>The core of asciinema's own player, from npm, in node.</summary>
internal static class AsciinemaPlayer
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public static Played Play(string recording, params double[] times)
    {
        var folder = Folder();
        NodePackages.Install(folder);
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("play.mjs");
        foreach (var time in times)
            start.ArgumentList.Add(time.ToString(CultureInfo.InvariantCulture));
        using var node = Process.Start(start)!;
        node.StandardInput.Write(recording);
        node.StandardInput.Close();
        var output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return JsonSerializer.Deserialize<Played>(output, _json)!;
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "player");
}
