using System.Diagnostics;
using SshLog.Bpf;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>Files that go up, down, and get another name. Defect 9 of sshlog.</summary>
[Collection("probe")]
public sealed class TransferTests : IDisposable
{
    private const int Size = 300_000;
    private readonly SshServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("scp", TransferProtocol.Sftp)]
    [InlineData("scp -O", TransferProtocol.Scp)]
    public async Task Defect_9_scp_up_and_down_names_each_file_with_its_size_and_mode(string program, TransferProtocol protocol)
    {
        using var recorder = new ProbeRecorder();
        var (local, remote) = Prepare();
        Assert.Equal(0, Scp(program, local, $"{_server.User}@127.0.0.1:{remote}"));
        var up = await WaitForTransfersAsync(recorder, 1);
        var upload = Assert.Single(up);
        Assert.Equal(
            (protocol, TransferDirection.Upload, TransferResult.Completed, remote, (long)Size),
            (upload.Protocol, upload.Direction, upload.Result, upload.Path, upload.Bytes));
        Assert.Equal(0x81A4u, upload.Mode); // a regular file, 0644

        Assert.Equal(0, Scp(program, $"{_server.User}@127.0.0.1:{remote}", local + ".back"));
        var download = Assert.Single(await WaitForTransfersAsync(recorder, 1, TransferDirection.Download));
        Assert.Equal(
            (protocol, TransferResult.Completed, remote, (long)Size),
            (download.Protocol, download.Result, download.Path, download.Bytes));
    }

    [Theory]
    [InlineData("internal-sftp")]
    [InlineData("/usr/lib/openssh/sftp-server")]
    public async Task Defect_9_sftp_uploads_downloads_and_renames_are_seen(string subsystem)
    {
        using var server = new SshServer(settings: [$"Subsystem sftp {subsystem}"]);
        using var recorder = new ProbeRecorder();
        var user = server.User;
        var local = server.InDirectory("local");
        File.WriteAllBytes(local, new byte[Size]);
        var home = server.InDirectory("home");
        var batch = server.InDirectory("batch");
        File.WriteAllText(batch, $"put {local} first\nrename first second\nget second {local}.back\n-put {local} /denied\n");
        Assert.Equal(0, Run("sftp", [.. Options(server), "-P", $"{server.Port}", "-b", batch, $"{user}@127.0.0.1"]));
        var events = await recorder.WaitForCloseAsync(server.Port);

        var moved = events.OfType<FileMoved>().Select(m => (m.Direction, m.Result, m.Path, m.RenamedFrom, m.Bytes));
        Assert.Equal(
            [
                (TransferDirection.Upload, TransferResult.Completed, home + "/first", string.Empty, Size),
                (TransferDirection.Rename, TransferResult.Completed, home + "/second", home + "/first", 0),
                (TransferDirection.Download, TransferResult.Completed, home + "/second", string.Empty, Size),
                (TransferDirection.Upload, TransferResult.Denied, "/denied", string.Empty, 0L),
            ],
            moved);
        // The protocol's own stream is recorded for its beginning only, and that is no loss.
        Assert.Equal(64 * 1024, events.OfType<OutputRead>().Where(o => o.Stream == ChannelStream.Output).Sum(o => o.Bytes.Length));
        Assert.True(Assert.Single(events.OfType<OutputSkipped>()).Bytes > Size - (64 * 1024));
        Assert.Empty(events.OfType<RecordsLost>());
        Assert.Equal(subsystem == "internal-sftp" ? 1 : 0, events.OfType<SubsystemServed>().Count());
    }

    [Fact]
    public async Task Defect_9_rsync_is_told_by_the_final_name()
    {
        using var recorder = new ProbeRecorder();
        var (local, remote) = Prepare();
        var ssh = "ssh " + string.Join(' ', Options(_server)) + $" -p {_server.Port}";
        Assert.Equal(0, Run("rsync", ["-e", ssh, local, $"{_server.User}@127.0.0.1:{remote}"]));
        var upload = Assert.Single(await WaitForTransfersAsync(recorder, 1));
        Assert.Equal((TransferProtocol.Rsync, remote, (long)Size), (upload.Protocol, upload.Path, upload.Bytes));
        Assert.StartsWith(_server.InDirectory("home") + "/.", upload.RenamedFrom, StringComparison.Ordinal);

        Assert.Equal(0, Run("rsync", ["-e", ssh, $"{_server.User}@127.0.0.1:{remote}", local + ".back"]));
        var download = Assert.Single(await WaitForTransfersAsync(recorder, 1, TransferDirection.Download));
        Assert.Equal((remote, (long)Size), (download.Path, download.Bytes));
    }

    [Fact]
    public async Task Many_small_files_are_summed_up()
    {
        using var recorder = new ProbeRecorder(new ProbeOptions { TransfersInFull = 10 });
        var directory = Directory.CreateDirectory(_server.InDirectory("many"));
        for (var i = 0; i < 500; i++)
            File.WriteAllText(Path.Combine(directory.FullName, $"file-{i}"), "x");
        var home = _server.User.Length > 0 ? _server.InDirectory("home") : string.Empty;
        Assert.Equal(0, Scp("scp -r", directory.FullName, $"{_server.User}@127.0.0.1:{home}/copy"));
        var events = await recorder.WaitForCloseAsync(_server.Port);
        var moved = events.OfType<FileMoved>().ToArray();
        Assert.Equal(11, moved.Length);
        Assert.Equal((490L, 490L, home + "/copy"), (moved[^1].Files, moved[^1].Bytes, moved[^1].Path));
        Assert.All(moved[..10], m => Assert.Equal(1, m.Files));
    }

    [Fact]
    public async Task An_interrupted_upload_is_aborted()
    {
        using var recorder = new ProbeRecorder();
        var (_, remote) = Prepare();
        var client = _server.Connect(_server.User, $"scp -t {remote}", terminal: false);
        client.Type("C0644 1000000 name\n");
        client.Type(new string('x', 5000));
        client.EndInput();
        await client.WaitForExitAsync();
        var aborted = Assert.Single(await WaitForTransfersAsync(recorder, 1));
        Assert.Equal((TransferResult.Aborted, remote), (aborted.Result, aborted.Path));
    }

    [Fact]
    public async Task A_shell_behind_scp_is_recorded_like_any()
    {
        using var recorder = new ProbeRecorder();
        var (_, remote) = Prepare();
        var client = _server.Connect(_server.User, $"scp -t {remote}; seq 1 20000; true", terminal: false);
        client.EndInput();
        var (_, output, _) = await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(_server.Port);
        Assert.True(output.Length > 100_000);
        Assert.Equal(output, events.Bytes());
    }

    [Theory]
    [InlineData("internal-sftp")]
    [InlineData("/usr/lib/openssh/sftp-server")]
    public async Task Every_file_that_is_open_when_a_transfer_is_cut_off_is_aborted(string subsystem)
    {
        const int files = 100;
        using var server = new SshServer(settings: [$"Subsystem sftp {subsystem}"]);
        using var recorder = new ProbeRecorder();
        using var client = Sftp.Connect(server);
        client.Type(Sftp.Begin());
        await client.WaitForAsync(Sftp.Version);
        var paths = Enumerable.Range(1, files).Select(i => $"{server.InDirectory("home")}/{i}").ToArray();
        for (var i = 1; i <= files; i++)
        {
            client.Type(Sftp.Open(i, paths[i - 1]));
            await client.WaitForAsync(Sftp.Opened(i));
        }

        client.EndInput();
        await client.WaitForExitAsync();
        var moved = (await recorder.WaitForCloseAsync(server.Port)).OfType<FileMoved>().ToArray();
        Assert.Equal(paths.Order(), moved.Select(m => m.Path).Order());
        Assert.All(moved, m => Assert.Equal(
            (TransferProtocol.Sftp, TransferDirection.Upload, TransferResult.Aborted), (m.Protocol, m.Direction, m.Result)));
    }

    [Fact]
    public async Task Rsync_up_and_down_at_the_same_time_over_one_connection_is_told_both_ways_also_by_who_comes_late()
    {
        var (local, _) = Prepare();
        var (home, next, control) = (_server.InDirectory("home"), _server.InDirectory("next"), _server.InDirectory("control"));
        using var master = _server.Connect(_server.User, "echo ready; read x", terminal: false, options: ["-M", "-S", control]);
        await master.WaitForAsync("ready");
        File.WriteAllText(next, "next");
        File.WriteAllText(home + "/small", "small");
        string[] rsync = ["-e", $"ssh -F none -S {control} -p {_server.Port}"];
        var there = $"{_server.User}@127.0.0.1:{home}/";
        using var recorder = new ProbeRecorder();
        // The first file takes seconds: the download begins and ends meanwhile.
        using var up = Process.Start(new ProcessStartInfo("rsync", [.. rsync, "--bwlimit=60", local, next, there]))!;
        await recorder.WaitForAsync(_server.Port, e => e.OfType<ProgramExecuted>().Any(c => c.Argv()[0] == "rsync"));
        Assert.Equal(0, Run("rsync", [.. rsync, $"{there}small", _server.InDirectory("small")]));
        Assert.False(up.HasExited);
        using var late = new ProbeRecorder();
        await up.WaitForExitAsync();
        Assert.Equal(0, up.ExitCode);
        master.EndInput();
        await master.WaitForExitAsync();

        var moved = await WaitForTransfersAsync(recorder, 1);
        Assert.Equal(
            [(TransferDirection.Download, "/small", 5L), (TransferDirection.Upload, "/local", Size), (TransferDirection.Upload, "/next", 4)],
            moved.Select(m => (m.Direction, m.Path[m.Path.LastIndexOf('/')..], m.Bytes)));
        Assert.All(moved, m => Assert.Equal(TransferProtocol.Rsync, m.Protocol));
        Assert.Contains(
            await WaitForTransfersAsync(late, 1),
            m => m is { Protocol: TransferProtocol.Rsync, Direction: TransferDirection.Upload } && m.Path == home + "/next");
    }

    private async Task<IReadOnlyList<FileMoved>> WaitForTransfersAsync(
        ProbeRecorder recorder, int count, TransferDirection direction = TransferDirection.Upload)
    {
        var events = await recorder.WaitForAsync(
            _server.Port, all => all.OfType<FileMoved>().Count(m => m.Direction == direction) >= count
                && all.OfType<ConnectionClosed>().Any());
        return [.. events.OfType<FileMoved>()];
    }

    private static string[] Options(SshServer server) =>
    [
        "-F", "none", "-i", server.InDirectory("user_key"), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
        "-o", $"UserKnownHostsFile={server.InDirectory("known_hosts")}", "-o", "LogLevel=ERROR",
    ];

    private static int Run(string program, string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments))!;
        run.WaitForExit();
        return run.ExitCode;
    }

    private (string Local, string Remote) Prepare()
    {
        _ = _server.User;
        var local = _server.InDirectory("local");
        File.WriteAllBytes(local, new byte[Size]);
        SshServer.Run("chmod", "644", local);
        return (local, _server.InDirectory("home") + "/target");
    }

    private int Scp(string program, string from, string to) =>
        Run("scp", [.. program.Split(' ')[1..], .. Options(_server), "-P", $"{_server.Port}", from, to]);
}
