using System.Globalization;
using Hocon;
using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>A configuration in which nothing is wrong.</summary>
/// <param name="Settings">Of the daemon.</param>
/// <param name="Rules">What shall happen when.</param>
/// <param name="Files">Read, in this order.</param>
/// <param name="Values">Every setting and where its value comes from.</param>
/// <param name="Vocabulary">What the rules were checked against.</param>
public sealed record LoadedConfiguration(
    DaemonSettings Settings,
    RuleSet Rules,
    IReadOnlyList<string> Files,
    IReadOnlyList<EffectiveSetting> Values,
    IRuleVocabulary Vocabulary)
{
    /// <summary>A sentence for each thing that works and should be mended.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A setting as it counts.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Value">As HOCON; a secret is not shown.</param>
/// <param name="Source">File and line, option or variable; <c>default</c> for hocon/reference.conf.</param>
public sealed record EffectiveSetting(string Path, string Value, string Source)
{
    // Secrets too, so that a change of one is seen.
    private string Plain { get; init; } = Value;

    /// <summary>True if it has another value, secrets included.</summary>
    public bool DiffersFrom(EffectiveSetting other) => other is not null && Plain != other.Plain;

    internal static IReadOnlyList<EffectiveSetting> ListOf(HoconNode settings)
    {
        var found = new List<EffectiveSetting>();
        Collect(settings, SettingsLoader.Reference(), [], found);
        return found;
    }

    private static void Collect(HoconNode node, HoconNode reference, List<string> path, List<EffectiveSetting> found)
    {
        foreach (var (key, known) in reference.Fields)
        {
            path.Add(key);
            var value = node.Fields.GetValueOrDefault(key, known);
            if (known.Kind == HoconKind.Object && known.Fields.Count > 0)
                Collect(value, known, path, found);
            else if (known.Kind != HoconKind.Object)
            {
                found.Add(new EffectiveSetting(HoconText.JoinPath(path), Show(key, value), SourceOf(value.Origin))
                {
                    Plain = OneLine(value),
                });
            }

            path.RemoveAt(path.Count - 1);
        }
    }

    private static string Show(string key, HoconNode value) => IsSecret(key, value) ? "\"(not shown)\"" : OneLine(value, Show);

    private static bool IsSecret(string key, HoconNode value) =>
        (key.Contains("password", StringComparison.Ordinal) || key.Contains("authorization", StringComparison.Ordinal)) && value.Text.Length > 0;

    private static string OneLine(HoconNode value) => OneLine(value, (_, inner) => OneLine(inner));

    private static string OneLine(HoconNode value, Func<string, HoconNode, string> show) => value.Kind switch
    {
        HoconKind.Object => "{ " + string.Join(", ", value.Fields.Select(f => $"{HoconText.QuoteKey(f.Key)} = {show(f.Key, f.Value)}")) + " }",
        HoconKind.Array => "[" + string.Join(", ", value.Items.Select(item => show(string.Empty, item))) + "]",
        _ => value.ToString(),
    };

    private static string SourceOf(HoconOrigin origin) => origin switch
    {
        { File: "reference.conf" } => "default",
        { Line: 0 } => origin.File ?? string.Empty,
        _ => string.Create(CultureInfo.InvariantCulture, $"{origin.File}:{origin.Line}"),
    };
}
