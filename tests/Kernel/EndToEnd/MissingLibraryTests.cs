using System.Diagnostics;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Recordings are compressed, and where they are read libzstd is not: that is said, and nothing is lost or accused by it.</summary>
[Collection("probe")]
public sealed class MissingLibraryTests : DaemonTest
{
    [Fact]
    public async Task Every_command_that_reads_the_journal_itself_says_what_is_missing_and_leaves_everything_as_it_is()
    {
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, "seq 1 5000"))
            await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        await _daemon.StopAsync();
        var journal = Path.Combine(_daemon.StateDirectory, "journal.db");
        var before = File.ReadAllBytes(journal);
        var salvaged = Path.Combine(_daemon.StateDirectory, "salvaged.db");

        string[][] commands =
        [
            ["verify", "--journal", journal], ["journal", "salvage", journal, "--into", salvaged],
            ["journal", "rebuild-catalogue", "--state-dir", _daemon.StateDirectory],
        ];
        foreach (var command in commands)
        {
            var (exitCode, errors) = await RunWithoutLibraryAsync(command);
            Assert.True(exitCode == 74, $"{command[0]}: {exitCode} {errors}");
            Assert.Equal("sshlog: The recording is compressed with zstd, and the library for that (libzstd.so.1) is not installed\n", errors);
        }

        Assert.False(File.Exists(salvaged));
        Assert.Empty(Directory.EnumerateFiles(_daemon.StateDirectory, "*.new"));
        Assert.Equal(before, File.ReadAllBytes(journal));
        Assert.NotEqual(2, (await DaemonProcess.RunCliAsync(commands[0])).ExitCode);
        Assert.Equal(0, (await DaemonProcess.RunCliAsync(commands[1])).ExitCode);
        Assert.Equal(0, (await DaemonProcess.RunCliAsync(commands[2])).ExitCode);
    }

    // In a mount namespace of its own, in which the library is no library.
    private async Task<(int ExitCode, string Errors)> RunWithoutLibraryAsync(string[] command)
    {
        const string hidden = "for l in /usr/lib/*/libzstd.so.1 /lib/*/libzstd.so.1 /usr/lib64/libzstd.so.1; do [ -e $l ] && mount --bind /dev/null $(readlink -f $l); done; exec \"$@\"";
        using var process = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", hidden, "sh", .. _daemon.CommandLine(command)])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }
}
