using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SshLog.Native;

namespace SshLog.Cli.Tests.Replay;

public sealed class TermiosTests
{
    [Fact]
    public async Task A_terminal_is_raw_in_between_and_exactly_as_before_afterwards()
    {
        Assert.Equal(0, OpenTerminal(out var master, out var terminal, 0, 0, 0));
        using var masterHandle = new SafeFileHandle(master, ownsHandle: true);
        using var terminalHandle = new SafeFileHandle(terminal, ownsHandle: true);
        Assert.True(Termios.IsTerminal(terminal));
        var before = await DescribeAsync(terminal);
        using (var mode = Termios.Open(terminal))
        {
            var raw = (await DescribeAsync(terminal)).Split(' ', '\n', ';');
            string[] flags = ["-icanon", "-echo", "-opost", "-icrnl", "-ixon", "isig"];
            Assert.All(flags, flag => Assert.Contains(flag, raw));
            mode!.Restore();
            Assert.Equal(before, await DescribeAsync(terminal));
            mode.Enter();
        }

        Assert.Equal(before, await DescribeAsync(terminal));
    }

    [Fact]
    public void A_file_is_no_terminal()
    {
        using var file = File.OpenHandle("/dev/null");
        Assert.Null(Termios.Open((int)file.DangerousGetHandle()));
        Assert.False(Termios.IsTerminal((int)file.DangerousGetHandle()));
    }

    private static async Task<string> DescribeAsync(int terminal)
    {
        var start = new ProcessStartInfo("stty", ["-a", "-F", $"/proc/{Environment.ProcessId}/fd/{terminal}"])
        {
            RedirectStandardOutput = true,
        };
        using var stty = Process.Start(start)!;
        var output = await stty.StandardOutput.ReadToEndAsync();
        await stty.WaitForExitAsync();
        Assert.Equal(0, stty.ExitCode);
        return output;
    }

    [DllImport("libc", EntryPoint = "openpty")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenTerminal(out int master, out int terminal, nint name, nint mode, nint size);
}
