using Hocon;

namespace SshLog.Configuration;

/// <summary>A setting given on the command line or in the environment, which goes before the files.</summary>
/// <param name="Path">Full path, for example <c>sshlog.log.file</c>.</param>
/// <param name="Value">As a file would say it, without quotes.</param>
/// <param name="Source">The option or variable that gave it, for messages.</param>
public sealed record SettingOverride(string Path, string Value, string Source)
{
    internal HoconNode ToNode()
    {
        var origin = new HoconOrigin(Source, 0, 0);
        var keys = HoconText.SplitPath(Path);
        var node = HoconNode.Literal(Value, quoted: true, origin);
        for (var i = keys.Count - 1; i >= 0; i--)
            node = HoconNode.Object(new Dictionary<string, HoconNode> { [keys[i]] = node }, origin);
        return node;
    }
}
