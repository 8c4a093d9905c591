using SshLog.Configuration.Rules;

namespace SshLog.Configuration.Tests;

/// <summary>A configuration in a directory of its own.</summary>
internal sealed class ConfigurationDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-configuration-");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Writes a file and tells its full path.</summary>
    public string Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public LoadedConfiguration Load(params SettingOverride[] overrides) =>
        SettingsLoader.Load(Path, overrides, SshlogVocabulary.Instance);

    public IReadOnlyList<string> Refused() => Assert.Throws<SettingsException>(() => Load()).Problems;
}
