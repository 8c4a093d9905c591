using System.Text;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace Akka.Hosting;

/// <summary>Turns the host's configuration into HOCON.</summary>
internal static class HostConfiguration
{
    internal static Config ToHocon(IConfiguration configuration, bool normalizeKeys)
    {
        var text = new StringBuilder();
        foreach (var section in configuration.GetChildren())
        {
            text.Append(Key(section.Key, normalizeKeys)).Append(" = ");
            Append(text, section, normalizeKeys);
            text.Append('\n');
        }

        return ConfigurationFactory.ParseString(text.ToString());
    }

    private static void Append(StringBuilder text, IConfigurationSection section, bool normalizeKeys)
    {
        var children = section.GetChildren().ToArray();
        if (children.Length == 0)
        {
            text.Append(Quote(section.Value ?? ""));
            return;
        }

        var isList = children.All(child => int.TryParse(child.Key, out _));
        text.Append(isList ? '[' : '{').Append('\n');
        foreach (var child in children)
        {
            if (!isList) text.Append(Key(child.Key, normalizeKeys)).Append(" = ");
            Append(text, child, normalizeKeys);
            text.Append('\n');
        }

        text.Append(isList ? ']' : '}');
    }

    // Environment variables cannot hold dashes, and the host's keys have no case.
    private static string Key(string key, bool normalize) =>
        Quote(normalize ? key.ToLowerInvariant().Replace('_', '-') : key);

    private static string Quote(string text) =>
        '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + '"';
}
