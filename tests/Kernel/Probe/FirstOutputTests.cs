using System.Text;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>What a command prints first, and what of it must not be kept. Defect 4 of sshlog.</summary>
[Collection("probe")]
public sealed class FirstOutputTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Defect_4_a_first_write_of_more_than_4096_bytes_is_kept_up_to_there_writev_too(bool terminal)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var vector = Workload.Build(server, "vector_write");
        var client = server.Connect(
            server.User, $"{vector}; head -c 8192 /dev/zero | tr '\\0' z > big; /bin/cat big; /bin/echo short; true",
            terminal);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var (output, size) = OutputOf(events, vector);
        Assert.Equal(new string('a', 1000) + new string('b', 3000) + new string('c', 96), output);
        Assert.Equal(6000, size);
        Assert.Equal((new string('z', 4096), 8192), OutputOf(events, "/bin/cat"));
        Assert.Equal(("short\n", 6), OutputOf(events, "/bin/echo"));
    }

    [Fact]
    public async Task What_goes_into_a_file_or_to_another_command_is_not_kept()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(
            server.User, "/bin/echo secret-1 > file; /bin/echo secret-2 | /bin/cat > /dev/null; echo secret-3 > file; true");
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal(2, events.OfType<ProgramExecuted>().Count(c => c.Argv()[0] == "/bin/echo"));
        Assert.All(
            events.OfType<ProcessExited>(),
            exit => Assert.DoesNotContain("secret", Encoding.UTF8.GetString(exit.FirstOutput.Span), StringComparison.Ordinal));
    }

    private static (string Output, long Size) OutputOf(IReadOnlyList<ProbeEvent> events, string program)
    {
        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv()[0] == program);
        var exit = Assert.Single(events.OfType<ProcessExited>(), e => e.Pid == command.Pid);
        return (Encoding.UTF8.GetString(exit.FirstOutput.Span), exit.PrintedBytes);
    }
}
