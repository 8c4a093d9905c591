using System.Text;
using Hocon;
using SshLog.Configuration.Rules;
using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>Reads the configuration: files over hocon/reference.conf, command line and environment over both.</summary>
public static class SettingsLoader
{
    /// <summary>Where the configuration stands when none is named; it need not exist.</summary>
    public const string DefaultDirectory = "/etc/sshlog";

    private static readonly Lazy<HoconNode> _reference = new(() => HoconParser.Parse(ReferenceText(), "reference.conf"));

    /// <summary>Reads and checks all of it.</summary>
    /// <param name="location">A file, or a directory with sshlog.conf, sshlog.yaml and conf.d; null for
    /// <see cref="DefaultDirectory"/>.</param>
    /// <param name="overrides">What goes before the files.</param>
    /// <param name="vocabulary">What rules may name.</param>
    /// <exception cref="SettingsException">Something is wrong; it names everything.</exception>
    public static LoadedConfiguration Load(
        string? location, IReadOnlyList<SettingOverride> overrides, IRuleVocabulary vocabulary) =>
        Load(location, overrides, _ => vocabulary);

    /// <summary>Reads and checks all of it, where the settings say what rules may name.</summary>
    /// <param name="location">As above.</param>
    /// <param name="overrides">As above.</param>
    /// <param name="vocabulary">Asked once, with settings in which something may still be wrong.</param>
    /// <exception cref="SettingsException">Something is wrong; it names everything.</exception>
    public static LoadedConfiguration Load(
        string? location, IReadOnlyList<SettingOverride> overrides, Func<DaemonSettings, IRuleVocabulary> vocabulary)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        ArgumentNullException.ThrowIfNull(vocabulary);
        var problems = new Problems();
        var files = ConfigurationFiles.Find(location, problems);
        var rules = new RuleSetBuilder(problems);
        var settings = Reference();
        foreach (var file in files)
        {
            if (ConfigurationFiles.Read(file, problems) is not { } text)
                continue;
            if (ConfigurationFiles.IsYaml(file))
                YamlRules.Read(text, file, rules, problems);
            else if (Parse(text, file, problems) is { } node)
                settings = Take(node, settings, rules, problems);
        }

        foreach (var given in overrides)
            settings = given.ToNode().WithFallback(settings);
        var read = DaemonSettingsReader.Read(new SettingsReader(settings, problems), problems);
        var words = vocabulary(read);
        var ruleSet = rules.Build(words);
        return problems.Count == 0
            ? new LoadedConfiguration(read, ruleSet, files, EffectiveSetting.ListOf(settings), words)
            {
                Warnings = SecretFiles.Open(read, ruleSet),
            }
            : throw new SettingsException(problems.Sentences(files));
    }

    /// <summary>hocon/reference.conf.</summary>
    public static HoconNode Reference() => _reference.Value;

    /// <summary>The text of hocon/reference.conf.</summary>
    public static string ReferenceText()
    {
        using var stream = typeof(SettingsLoader).Assembly.GetManifestResourceStream("reference.conf")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static HoconNode Take(HoconNode file, HoconNode settings, RuleSetBuilder rules, Problems problems)
    {
        UnknownKeys.Check(file, Reference(), problems);
        HoconRules.Read(file, rules, problems);
        return file.WithFallback(settings);
    }

    private static HoconNode? Parse(string text, string file, Problems problems)
    {
        try
        {
            return HoconParser.Parse(text, file, ConfigurationFiles.ReadIncluded);
        }
        catch (HoconParserException e)
        {
            var place = e.Origin + ": ";
            var message = e.Message.StartsWith(place, StringComparison.Ordinal) ? e.Message[place.Length..] : e.Message;
            problems.Add(e.Origin, $"{message} (column {e.Origin.Column})");
        }
        return null;
    }
}
