using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

[Collection("probe")]
public sealed class CommandTests
{
    [Fact]
    public async Task Forty_arguments_are_kept_in_full()
    {
        string[] arguments = ["/bin/true", .. Enumerable.Range(1, 40).Select(number => $"argument-{number}")];
        var command = await RunAsync(string.Join(' ', arguments), argv => argv.Count == 41);
        Assert.Equal(arguments, command.Argv());
        Assert.Equal(0, command.Arguments.OmittedBytes);
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(60_000)]
    public async Task One_long_argument_is_kept_in_full(int length)
    {
        var command = await RunAsync(
            $"/bin/true $(head -c {length} /dev/zero | tr '\\0' x) end", argv => argv is ["/bin/true", _, "end"]);
        Assert.Equal(new string('x', length), command.Argv()[1]);
        Assert.Equal(0, command.Arguments.OmittedBytes);
    }

    [Fact]
    public async Task Arguments_above_64_KiB_are_cut_and_say_so()
    {
        var command = await RunAsync(
            "/bin/true $(head -c 70000 /dev/zero | tr '\\0' x) end", argv => argv[0] == "/bin/true");
        Assert.Equal(65_536, command.Arguments.Block.Length);
        Assert.Equal("/bin/true".Length + 1 + 70_000 + 1 + "end".Length + 1 - 65_536, command.Arguments.OmittedBytes);
    }

    [Fact]
    public async Task Path_that_is_too_deep_to_be_copied_says_so()
    {
        var deep = string.Concat(Enumerable.Repeat("d/", 60));
        var command = await RunAsync($"t=$(mktemp -d); mkdir -p $t/{deep}; cd $t/{deep} && /bin/true deep; rm -r $t", argv => argv is ["/bin/true", "deep"]);
        Assert.StartsWith("[cut]/d/d/", command.WorkingDirectory, StringComparison.Ordinal);
        Assert.EndsWith("/true", command.Executable, StringComparison.Ordinal);
        Assert.StartsWith("/", command.Executable, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_command_ends_with_its_signal()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(server.User, "cd /usr/lib; sh -c 'kill -KILL $$'; echo status $?");
        var (_, printed, _) = await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Contains("status 137", System.Text.Encoding.UTF8.GetString(printed), StringComparison.Ordinal);
        var killed = Assert.Single(events.OfType<ProgramExecuted>(), command => command.Argv() is ["sh", "-c", _]);
        Assert.Equal("/usr/lib", killed.WorkingDirectory);
        Assert.Equal("/usr/bin/dash", killed.Executable);
        var shell = Assert.Single(events.OfType<ProgramExecuted>(), command => command.Argv()[0] == "bash");
        Assert.Equal(shell.Pid, killed.ParentPid);
        var exit = Assert.Single(events.OfType<ProcessExited>(), process => process.Pid == killed.Pid);
        Assert.Equal((0, 9, false), (exit.ExitCode, exit.Signal, exit.CoreDumped));
        Assert.True(exit.At > killed.At);
    }

    [Fact]
    public async Task Every_one_of_a_thousand_short_commands_is_there_in_order()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(server.User, "for i in $(seq 1000); do /bin/true $i; done", terminal: false);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var commands = events.OfType<ProgramExecuted>().Where(command => command.Argv()[0] == "/bin/true").ToArray();
        Assert.Equal(Enumerable.Range(1, 1000).Select(number => $"{number}"), commands.Select(c => c.Argv()[1]));
        var ended = events.OfType<ProcessExited>().Select(exit => exit.Pid).ToHashSet();
        Assert.All(commands, command => Assert.Contains(command.Pid, ended));
    }

    private static async Task<ProgramExecuted> RunAsync(string text, Predicate<IReadOnlyList<string>> wanted)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect("root", text + "; true", terminal: false);
        var (exitCode, _, errors) = await client.WaitForExitAsync();
        Assert.True(exitCode == 0, errors);
        var events = await recorder.WaitForCloseAsync(server.Port);
        return Assert.Single(events.OfType<ProgramExecuted>(), command => wanted(command.Argv()));
    }
}
