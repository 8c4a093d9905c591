namespace SshLog.Bench.Harness;

/// <summary>
/// A directory that is deleted afterwards, in the system's temporary directory or where TMPDIR says: what is measured
/// with a journal depends on that disk.
/// </summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-bench-");

    public string File(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
