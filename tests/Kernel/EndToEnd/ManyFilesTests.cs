using System.Diagnostics;
using System.Globalization;
using SshLog.Core.Events;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;
using Xunit.Abstractions;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// A directory of very many small files goes up: the recording is not flooded, and the sums leave none out. SSHLOG_FILES says how
/// many; 100,000 is the long form.
/// </summary>
[Collection("probe")]
public sealed class ManyFilesTests(ITestOutputHelper told) : DaemonTest
{
    private const int Usual = 3000;
    private const int InFull = 200;
    private const int Directories = 30;
    private static readonly string[] _content = ["a", "bb", "ccc"];


    [Fact]
    public async Task Very_many_small_files_are_a_bounded_number_of_events_that_count_every_file_and_byte()
    {
        var files = int.TryParse(Environment.GetEnvironmentVariable("SSHLOG_FILES"), CultureInfo.InvariantCulture, out var asked) ? asked : Usual;
        var tree = MakeTree(files, out var bytes);
        _daemon.Settings = $"sshlog.record.transfers-in-full = {InFull}";
        await _daemon.StartAsync();
        var target = _sshd.User.Length > 0 ? _sshd.InDirectory("home") + "/copy" : string.Empty;
        var started = Stopwatch.GetTimestamp();
        SshServer.Run(
            "scp", "-q", "-r", "-F", "none", "-i", _sshd.InDirectory("user_key"), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
            "-o", $"UserKnownHostsFile={_sshd.InDirectory("known_hosts")}", "-P", $"{_sshd.Port}", tree, $"{_sshd.User}@127.0.0.1:{target}");
        told.WriteLine($"{files} files in {Stopwatch.GetElapsedTime(started)}");
        var session = await _daemon.WaitForEndAsync(_sshd.Port);

        var events = _daemon.ReadJournal(_sshd.Port);
        var moved = events.OfType<FileTransferred>().ToList();
        told.WriteLine($"{events.Count} events, of which {moved.Count} are about files");
        Assert.Equal(0, session.GetProperty("loss_events").GetInt64());
        Assert.All(moved, m => Assert.Equal((TransferDirection.Upload, TransferResult.Completed), (m.Direction, m.Result)));
        Assert.Equal((files, bytes), (moved.Sum(m => m.Files), moved.Sum(m => m.Bytes)));
        Assert.InRange(moved.Count, InFull + 1, InFull + 1 + (files / 10_000));
        Assert.All(moved.Where(m => m.Files > 1), m => Assert.StartsWith(target, m.Path, StringComparison.Ordinal));
        Assert.InRange(events.Count, moved.Count, moved.Count + 50);
    }

    private string MakeTree(int files, out long bytes)
    {
        var tree = Directory.CreateDirectory(_sshd.InDirectory("tree"));
        bytes = 0;
        for (var i = 0; i < files; i++)
        {
            var text = _content[i % _content.Length];
            File.WriteAllText(Path.Combine(tree.CreateSubdirectory($"{i % Directories}").FullName, $"{i}"), text);
            bytes += text.Length;
        }

        return tree.FullName;
    }
}
