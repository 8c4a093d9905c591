using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>What was going on in a session already when the probe was attached.</summary>
[Collection("probe")]
public sealed class ExistingTests
{
    [Theory]
    [InlineData("internal-sftp")]
    [InlineData("/usr/lib/openssh/sftp-server")]
    public async Task Files_of_an_sftp_that_was_open_already_are_followed(string subsystem)
    {
        using var server = new SshServer(settings: [$"Subsystem sftp {subsystem}"]);
        using var client = Sftp.Connect(server);
        client.Type(Sftp.Begin());
        await client.WaitForAsync(Sftp.Version);
        using var recorder = new ProbeRecorder();
        var path = server.InDirectory("home") + "/late";
        client.Type(Sftp.Open(1, path));
        await client.WaitForAsync(Sftp.Opened(1));
        client.Type(Sftp.Write(2, handle: 0, "four") + Sftp.Close(3, handle: 0));
        await client.WaitForAsync(Sftp.Done(3));
        client.EndInput();
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var moved = Assert.Single(events.OfType<FileMoved>());
        Assert.Equal(
            (TransferProtocol.Sftp, TransferDirection.Upload, TransferResult.Completed, path, 4L),
            (moved.Protocol, moved.Direction, moved.Result, moved.Path, moved.Bytes));
        Assert.Equal(subsystem == "internal-sftp" ? 1 : 0, events.OfType<SubsystemServed>().Count());
    }
}
