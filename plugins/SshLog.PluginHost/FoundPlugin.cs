using SshLog.Plugins;

namespace SshLog.PluginHost;

/// <summary>A plug-in as it was found.</summary>
/// <param name="Name">Of its file or directory.</param>
/// <param name="Kind">What it is made of.</param>
/// <param name="Path">File or directory.</param>
/// <param name="Filters">That it brings.</param>
/// <param name="Actions">That it brings.</param>
/// <param name="Problem">Why it cannot be used, one sentence; null when it can.</param>
public sealed record FoundPlugin(
    string Name,
    PluginKind Kind,
    string Path,
    IReadOnlyList<IFilterFactory> Filters,
    IReadOnlyList<IActionFactory> Actions,
    string? Problem = null);

/// <summary>What plug-ins are made of.</summary>
public enum PluginKind
{
    /// <summary>Nothing that is known.</summary>
    Unknown,

    /// <summary>A Python file with the classes FilterPlugin and ActionPlugin.</summary>
    Python,

    /// <summary>A program with a manifest, plugin.json.</summary>
    Program,

    /// <summary>A .NET assembly.</summary>
    DotNet,
}
