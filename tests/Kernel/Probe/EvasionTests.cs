using System.Text;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>Ways not to be seen, each with its honest result; docs/capture.md lists them.</summary>
[Collection("probe")]
public sealed class EvasionTests : IDisposable
{
    private readonly SshServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Defect_1_argv_is_what_the_program_got_and_a_failed_exec_is_no_command()
    {
        var program = Workload.Build(_server, "changing_argv");
        var (events, output) = await RunAsync($"{program}; true");
        Assert.DoesNotContain(events.OfType<ProgramExecuted>(), c => c.Executable.Contains("nonexistent", StringComparison.Ordinal));
        var shell = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is [_, "-c", _, "sh", _]);
        Assert.Contains($"argument:{shell.Argv()[4]}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_with_another_name_shows_the_real_executable()
    {
        var (events, _) = await RunAsync("bash -c 'exec -a innocent /bin/true marked'; true");
        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["innocent", "marked"]);
        Assert.Equal("/usr/bin/true", command.Executable);
    }

    [Fact]
    public async Task A_deleted_program_and_one_in_memory_are_commands()
    {
        var program = Workload.Build(_server, "memfd_exec");
        var (events, _) = await RunAsync($"cp /bin/sleep ./gone; ./gone 1 & sleep 0.2; rm ./gone; wait; {program} marked; true");
        var gone = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv()[0] == "./gone");
        Assert.Equal(_server.InDirectory("home") + "/gone", gone.Executable);
        var hidden = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["from-memfd", "marked"]);
        Assert.Equal("/memfd:hidden", hidden.Executable);
    }

    [Fact]
    public async Task A_script_is_its_interpreter_and_its_commands()
    {
        var (events, _) = await RunAsync(
            "printf '#!/bin/sh\\n/bin/true from-script\\n' > script; chmod 755 script; ./script an-argument; true");
        var script = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv().Contains("an-argument"));
        Assert.Equal(["/bin/sh", "./script", "an-argument"], script.Argv());
        Assert.Equal("/usr/bin/dash", script.Executable);
        Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["/bin/true", "from-script"]);
    }

    [Fact]
    public async Task A_preloaded_library_changes_nothing()
    {
        var (events, _) = await RunAsync("LD_PRELOAD=libutil.so.1 /bin/echo marked; true");
        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["/bin/echo", "marked"]);
        var exit = Assert.Single(events.OfType<ProcessExited>(), e => e.Pid == command.Pid);
        Assert.Equal("marked\n", Encoding.UTF8.GetString(exit.FirstOutput.Span));
    }

    [Fact]
    public async Task Output_through_io_uring_is_in_the_recording_but_not_the_commands_first_output()
    {
        var program = Workload.Build(_server, "io_uring_write");
        var (events, output) = await RunAsync($"{program} through-the-ring; true");
        Assert.Equal("through-the-ring\n", output);
        Assert.Equal(output, Encoding.UTF8.GetString(events.Bytes()));
        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Executable == program);
        var exit = Assert.Single(events.OfType<ProcessExited>(), e => e.Pid == command.Pid);
        Assert.Equal((0, 0, 0L), (exit.ExitCode, exit.FirstOutput.Length, exit.PrintedBytes));
    }

    /// <summary>at(1) and its daemon are the case that runs anywhere; cron, systemd-run and container engines do the same.</summary>
    [Fact]
    public async Task What_a_daemon_starts_on_demand_is_not_seen_but_the_command_that_asks_for_it_is()
    {
        using var atd = System.Diagnostics.Process.Start("/usr/sbin/atd", "-f");
        try
        {
            var (events, output) = await RunAsync(
                "echo '/bin/true marked && touch started' | at now; "
                + "for i in $(seq 300); do test -e started && break; sleep 0.1; done; ls started; systemd-run /bin/true marked");
            Assert.Equal("started\n", output);
            Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["at", "now"]);
            Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["systemd-run", "/bin/true", "marked"]);
            Assert.DoesNotContain(events.OfType<ProgramExecuted>(), c => c.Argv() is ["/bin/true", "marked"]);
        }
        finally
        {
            atd.Kill();
            await atd.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task A_users_own_copy_of_scp_is_a_command_and_no_transfer()
    {
        var (events, _) = await RunAsync("cp /usr/bin/scp .; printf 'C0644 1 x\\nx\\0' | ./scp -t into; true");
        Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["./scp", "-t", "into"]);
        Assert.Empty(events.OfType<FileMoved>());
    }

    /// <summary>Named sshd, of root, with the effective id of root and a connection: all that a user can give a program.</summary>
    [Fact]
    public async Task A_set_user_id_program_through_a_link_named_sshd_stays_in_its_session()
    {
        using var recorder = new ProbeRecorder();
        var client = _server.Connect(
            _server.User,
            $"ln -s /usr/bin/newgrp sshd; exec 9<>/dev/tcp/127.0.0.1/{_server.Port}; "
            + "(exec -a sg ./sshd $(id -gn) -c '/usr/bin/touch unseen; /bin/true marked' <&9); ls unseen",
            terminal: false);
        var (_, output, errors) = await client.WaitForExitAsync();
        Assert.Equal("unseen\n", Encoding.UTF8.GetString(output) + errors);
        var events = await recorder.WaitForCloseAsync(_server.Port);
        var programs = events.OfType<ProgramExecuted>().ToArray();
        Assert.Equal("/usr/bin/newgrp", Assert.Single(programs, c => c.Argv()[0] == "sg").Executable);
        Assert.Single(programs, c => c.Argv() is ["/usr/bin/touch", "unseen"]);
        Assert.Single(programs, c => c.Argv() is ["/bin/true", "marked"]);
        Assert.Empty(recorder.SessionsWhere(opened => opened.Client.Port == _server.Port));
    }

    [Fact]
    public async Task A_shell_that_calls_itself_sshd_is_a_command_for_a_daemon_that_comes_later()
    {
        var client = _server.Connect(
            _server.User, "printf sshd > /proc/$$/comm; echo ready; read line; /bin/true marked; exit 7", terminal: false);
        await client.WaitForAsync("ready");
        using var recorder = new ProbeRecorder();
        client.Type("\n");
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(_server.Port);
        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["/bin/true", "marked"]);
        Assert.Single(events.OfType<ProcessExited>(), e => e.Pid == command.Pid);
        Assert.Single(events.OfType<ProcessExited>(), e => e.ExitCode == 7);
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("SEGV", 11)]
    public async Task Defect_5_a_command_that_a_signal_ends_has_its_number(string signal, int number)
    {
        var (events, _) = await RunAsync($"sh -c 'kill -{signal} $$'; true");
        var command = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Argv() is ["sh", "-c", _]);
        var exit = Assert.Single(events.OfType<ProcessExited>(), e => e.Pid == command.Pid);
        Assert.Equal(number, exit.Signal);
    }

    private async Task<(IReadOnlyList<ProbeEvent> Events, string Output)> RunAsync(string text)
    {
        using var recorder = new ProbeRecorder();
        var client = _server.Connect(_server.User, text, terminal: false);
        var (_, output, _) = await client.WaitForExitAsync();
        return (await recorder.WaitForCloseAsync(_server.Port), Encoding.UTF8.GetString(output));
    }
}
