using SshLog.Cli.Tests.Support;
using SshLog.Persistence.Journal;

namespace SshLog.Cli.Tests.Commands;

/// <summary>Files that are not what a command takes them for.</summary>
public sealed class EvidenceFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-files-");

    public EvidenceFileTests()
    {
        JournalDatabase.Ensure(Journal);
        File.WriteAllText(Garbage, "no journal, and no signed head\n");
    }

    private string Journal => Path.Combine(_directory.FullName, "journal.db");

    private string Garbage => Path.Combine(_directory.FullName, "garbage");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_file_without_any_event_is_no_journal_but_an_empty_journal_is()
    {
        var cli = new TestCli();
        Assert.Equal(65, await cli.RunAsync("journal", "salvage", Garbage));
        Assert.Contains("is no journal, and nothing in it looks like an event of one", cli.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await new TestCli().RunAsync("journal", "salvage", Journal));
    }

    [Fact]
    public async Task A_file_without_signed_heads_proves_nothing_and_that_is_no_success()
    {
        var cli = new TestCli();
        Assert.Equal(65, await cli.RunAsync("verify", "--journal", Journal, "--head", Garbage));
        Assert.Contains("there is no signed head", cli.Errors, StringComparison.Ordinal);
        Assert.Equal(66, await new TestCli().RunAsync("verify", "--journal", Journal, "--head", Garbage + ".not"));

        // Well formed, but of a key that nobody knows.
        File.WriteAllText(Garbage, $"sshlog-head-1:0f:audit:3:630000000000000000:{new string('a', 64)}:{new string('b', 64)}:{new string('A', 96)}\n");
        var unknown = new TestCli();
        Assert.Equal(65, await unknown.RunAsync("verify", "--journal", Journal, "--head", Garbage));
        Assert.Contains("without the host's public key", unknown.Errors, StringComparison.Ordinal);
    }
}
