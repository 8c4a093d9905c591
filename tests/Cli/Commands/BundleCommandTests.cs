using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Native;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Persistence.Tests;

namespace SshLog.Cli.Tests.Commands;

public sealed class BundleCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-test-");
    private readonly HostKey _key;

    public BundleCommandTests()
    {
        JournalDatabase.Ensure(File("journal.db"));
        JournalRows.Write(File("journal.db"), Samples.Alice, [
            Samples.Opened(), Samples.Pty(), .. Enumerable.Range(0, 50).Select(i => Samples.Output(i, new string('x', 5000))),
            new SessionClosed(Samples.At(99), SessionEnd.Exited, 0, null, 0, 0, 0)]);
        _key = HostKey.LoadOrCreate(_directory.FullName);
    }

    public void Dispose()
    {
        _key.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_bundle_is_checked_without_a_daemon()
    {
        var bundle = await ExportAsync();
        var cli = new TestCli { ConnectError = new InvalidOperationException("no daemon") };
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("verify", "--bundle", bundle, "--key", File("host-key.pub")));
        Assert.Equal("20261122T074517-970236-4f2a  complete (53 events, signed)\n", cli.Output);
        Assert.Contains("recorded on host1, handed out on ", cli.Errors, StringComparison.Ordinal);
        Assert.Contains("for uid 1000 (pid 7), signed with " + _key.Fingerprint, cli.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("came with it", cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_it_says_what_that_does_not_prove()
    {
        var cli = new TestCli();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("verify", "--bundle", await ExportAsync()));
        Assert.Contains("that key came with it: whose it is only --key can prove", cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_is_tampered_with()
    {
        var bundle = await ExportAsync();
        var bytes = System.IO.File.ReadAllBytes(bundle);
        bytes[^3000] ^= 1;
        System.IO.File.WriteAllBytes(bundle, bytes);
        var cli = new TestCli();
        Assert.Equal(2, await cli.RunAsync("verify", "--json", "--bundle", bundle, "--key", File("host-key.pub")));
        Assert.Contains("\"tampered_at\": 52", cli.Output.Replace("\":5", "\": 5", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify", "--bundle")]
    [InlineData("verify", "--json", "--bundle")]
    public async Task Who_reads_no_further_is_told_by_the_status_all_the_same(params string[] verify)
    {
        var bundle = await ExportAsync();
        var bytes = System.IO.File.ReadAllBytes(bundle);
        bytes[^3000] ^= 1;
        System.IO.File.WriteAllBytes(bundle, bytes);
        var cli = new TestCli { Target = new FailingStream(new BrokenPipeException()) };
        Assert.Equal(2, await cli.RunAsync([.. verify, bundle, "--key", File("host-key.pub")]));
        Assert.Empty(cli.Errors);

        using (var store = new HeadStore(File("heads.db")))
            new HeadSigner(File("journal.db"), store, _key, TimeProvider.System).SignGrown();
        JournalRows.Cut(File("journal.db"), Samples.Alice, behind: 50);
        cli = new TestCli { Target = new FailingStream(new BrokenPipeException()) };
        Assert.Equal(2, await cli.RunAsync("verify", "--journal", File("journal.db")));
    }

    [Fact]
    public async Task A_disk_that_is_full_is_no_bundle_that_cannot_be_read()
    {
        var cli = new TestCli { Target = new FailingStream(new IOException("No space left on device")) };
        Assert.Equal(74, await cli.RunAsync("verify", "--bundle", await ExportAsync()));
        Assert.Equal("sshlog: No space left on device\n", cli.Errors);
    }

    [Fact]
    public async Task A_head_that_was_kept_elsewhere_convicts_a_bundle_of_a_journal_that_was_cut_before()
    {
        using (var store = new HeadStore(File("heads.db")))
            new HeadSigner(File("journal.db"), store, _key, TimeProvider.System).SignGrown();
        System.IO.File.Move(File("heads.db"), File("elsewhere.db"));
        string[] verify = ["verify", "--key", File("host-key.pub"), "--head", File("elsewhere.db"), "--bundle"];
        Assert.Equal(ExitCodes.Ok, await new TestCli().RunAsync([.. verify, await ExportAsync()]));

        JournalRows.Cut(File("journal.db"), Samples.Alice, behind: 50);
        var cut = await ExportAsync();
        var cli = new TestCli();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("verify", "--bundle", cut, "--key", File("host-key.pub")));
        Assert.Contains("complete (50 events", cli.Output, StringComparison.Ordinal);
        cli = new TestCli();
        Assert.Equal(2, await cli.RunAsync([.. verify, cut]));
        Assert.Contains("TAMPERED at event 51", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_of_the_key_before_counts_where_the_bundle_has_the_change_of_the_key()
    {
        using (var store = new HeadStore(File("heads.db")))
            new HeadSigner(File("journal.db"), store, _key, TimeProvider.System).SignGrown();
        System.IO.File.Copy(File("heads.db"), File("elsewhere.db"));
        new HostKeyRing(_key, File("heads.db"), TimeProvider.System).Rotate();
        string[] verify = ["verify", "--key", File("host-key.pub"), "--head", File("elsewhere.db"), "--bundle"];
        Assert.Equal(ExitCodes.Ok, await new TestCli().RunAsync([.. verify, await ExportAsync()]));

        JournalRows.Cut(File("journal.db"), Samples.Alice, behind: 50);
        var cli = new TestCli();
        Assert.Equal(2, await cli.RunAsync([.. verify, await ExportAsync()]));
        Assert.Contains("TAMPERED at event 51", cli.Output, StringComparison.Ordinal);

        // Of a key that follows from none that is known.
        using (var foreign = HostKey.LoadOrCreate(_directory.CreateSubdirectory("other").FullName))
        using (var store = new HeadStore(File("other/heads.db")))
            new HeadSigner(File("journal.db"), store, foreign, TimeProvider.System).SignGrown();
        cli = new TestCli();
        Assert.Equal(ExitCodes.Data, await cli.RunAsync(
            "verify", "--key", File("host-key.pub"), "--head", File("other/heads.db"), "--bundle", await ExportAsync()));
        Assert.Contains("none of the signed heads is signed with a key that is known", cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_said_so() =>
        Assert.Equal(ExitCodes.NoInput, await new TestCli().RunAsync("verify", "--bundle", File("nothing")));

    private string File(string name) => Path.Combine(_directory.FullName, name);

    private async Task<string> ExportAsync()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session());
        var sealer = new BundleSealer(File("journal.db"), File("heads.db"), _key, "host1", TimeProvider.System);
        cli.Gateway.Override = request => request switch
        {
            GatewayProtocol.OpenBundle open => new GatewayProtocol.BundleOpened(sealer.Seal(open.Session, "uid 1000 (pid 7)")!),
            GatewayProtocol.ReadSealed read => new GatewayProtocol.SealedPage(sealer.ReadSealed(read.Session, read.AfterSequenceNr, 64 * 1024)),
            _ => null,
        };
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("export", "alice", "--format", "bundle"));
        // 64 KiB at a time.
        Assert.InRange(cli.Gateway.Requests.OfType<GatewayProtocol.ReadSealed>().Count(), 4, 6);
        System.IO.File.WriteAllBytes(File("alice.bundle"), cli.OutputBytes);
        return File("alice.bundle");
    }
}
