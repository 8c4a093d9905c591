using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;

namespace SshLog.PluginHost.Discovery;

/// <summary>A program with a manifest: <c>NAME/plugin.json</c>.</summary>
internal static class ProgramPlugin
{
    /// <summary>Name of the manifest.</summary>
    public const string Manifest = "plugin.json";

    private const long LongestManifest = 256 << 10;
    private static readonly string[] _members = ["version", "command", "memory", "filters", "actions", "summary"];

    /// <summary>Reads the manifest.</summary>
    /// <exception cref="PluginException">It is not as it must be.</exception>
    public static (Launch Launch, Description Description) Read(DirectoryInfo directory, PluginSettings settings)
    {
        var file = Path.Combine(directory.FullName, Manifest);
        try
        {
            if (new FileInfo(file).Length > LongestManifest)
                throw new PluginException($"{file} is longer than {LongestManifest >> 10} KiB");
            using var json = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
            });
            return Read(json.RootElement, directory, settings);
        }
        catch (JsonException e)
        {
            throw new PluginException($"{file}:{e.LineNumber + 1}: is no JSON", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static (Launch, Description) Read(JsonElement json, DirectoryInfo directory, PluginSettings settings)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new PluginException($"{Manifest} must be an object");
        if (json.EnumerateObject().FirstOrDefault(m => !_members.Contains(m.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            throw new PluginException($"{Manifest} has no member {unknown.Name}; members are {string.Join(", ", _members)}");
        if (!json.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != PluginProtocol.Version)
            throw new PluginException($"{Manifest} needs \"version\": {PluginProtocol.Version}");
        if (!json.TryGetProperty("command", out var command) || command.ValueKind != JsonValueKind.Array || command.GetArrayLength() == 0
            || command.EnumerateArray().Any(w => w.ValueKind != JsonValueKind.String || PluginProtocol.Text(w).Contains('\0', StringComparison.Ordinal)))
        {
            throw new PluginException($"{Manifest} needs \"command\": [\"./PROGRAM\", \"ARGUMENT\", ..]");
        }

        var memory = settings.MemoryBytes;
        if (json.TryGetProperty("memory", out var size) && !(size.ValueKind == JsonValueKind.String && Quantity.TrySize(PluginProtocol.Text(size), out memory) && memory > 0))
            throw new PluginException($"{Manifest}: \"memory\" must be a size such as \"512 MiB\"");
        var launch = new Launch(directory.Name, [.. command.EnumerateArray().Select(PluginProtocol.Text)], directory.FullName, memory);
        var description = Description.Read(json);
        if (launch.Command[0].Contains('/', StringComparison.Ordinal))
            launch.MustReach(launch.Command[0], settings);
        return (launch, description);
    }
}
