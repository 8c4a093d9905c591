using SshLog.Cli;
using SshLog.Manuals;

// Writes the manual pages and the shells' completions below the directory given: what --help says, in other forms.
if (args is not [var output, var prose, var reference])
{
    Console.Error.WriteLine("usage: sshlog-manuals OUTPUT-DIRECTORY PROSE-DIRECTORY REFERENCE.CONF");
    return 64;
}

var (client, examples) = CommandLine.Describe();
var daemon = SshLog.Daemon.DaemonCommandLine.Describe();
var pages = new ManualPages(prose);
Write("man/man1/sshlog.1", pages.Client(client, examples));
Write("man/man8/sshlogd.8", pages.Daemon(daemon));
Write("man/man5/sshlog.conf.5", pages.Settings(ReferenceFile.Read(File.ReadAllLines(reference))));
Write("man/man7/sshlog-plugins.7", pages.Plugins());
Write("bash-completion/completions/sshlog", BashCompletion.Write(client));
Write("zsh/vendor-completions/_sshlog", ZshCompletion.Write(client));
Write("fish/vendor_completions.d/sshlog.fish", FishCompletion.Write(client));
return 0;

void Write(string name, string text)
{
    var file = Path.Combine(output, name);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    File.WriteAllText(file, text);
}
