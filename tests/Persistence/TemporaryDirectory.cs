namespace SshLog.Persistence.Tests;

/// <summary>A directory that is gone after the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sshlog-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Path, pattern);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
