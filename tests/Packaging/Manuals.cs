using SshLog.Cli;
using SshLog.Daemon;
using SshLog.Manuals;

namespace SshLog.Packaging.Tests;

/// <summary>Everything that sshlog-manuals writes, in a directory of its own.</summary>
public sealed class Manuals : IDisposable
{
    public Manuals()
    {
        var (client, examples) = CommandLine.Describe();
        var pages = new ManualPages(InRepository("packaging/man"));
        Write("sshlog.1", pages.Client(client, examples));
        Write("sshlogd.8", pages.Daemon(DaemonCommandLine.Describe()));
        Write("sshlog.conf.5", pages.Settings(ReferenceFile.Read(File.ReadAllLines(InRepository("hocon/reference.conf")))));
        Write("sshlog-plugins.7", pages.Plugins());
        Write("sshlog.bash", BashCompletion.Write(client));
        Write("_sshlog", ZshCompletion.Write(client));
        Write("sshlog.fish", FishCompletion.Write(client));
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("sshlog-manuals").FullName;

    public string FileOf(string name) => Path.Combine(Directory, name);

    public string TextOf(string name) => File.ReadAllText(FileOf(name));

    public static string InRepository(string path)
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "SshLog.Actors.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("not within the repository");
        return Path.Combine(directory, path);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private void Write(string name, string text) => File.WriteAllText(FileOf(name), text);
}
