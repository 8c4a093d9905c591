using SshLog.Cli.Tests.Support;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

public sealed class PbmCommandTests
{
    [Fact]
    public async Task A_command_is_run_with_its_switches_and_read_until_it_ends()
    {
        var answers = new Queue<GatewayProtocol.PaletteOutput>(
            [new([], false, false), new(["one"], false, false), new(["\u001btwo"], true, false)]);
        var cli = new TestCli { Gateway = { Override = _ => answers.Dequeue() } };
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("pbm", "sshlog", "sessions", "-u", "alice"));
        Assert.Equal("one\n\\x1btwo\n", cli.Output);
        var run = Assert.IsType<GatewayProtocol.RunPalette>(cli.Gateway.Requests[0]);
        Assert.Equal(("sshlog", "sessions -u alice"), (run.Palette, string.Join(' ', run.Words)));
        Assert.All(cli.Gateway.Requests.Skip(1), r => Assert.IsType<GatewayProtocol.ReadPalette>(r));
    }

    [Fact]
    public async Task A_command_that_makes_no_sense_has_the_status_of_wrong_usage()
    {
        var cli = new TestCli { Gateway = { Override = _ => new GatewayProtocol.PaletteOutput(["no"], true, true) } };
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("pbm", "nothing"));
    }

    [Fact]
    public async Task The_prompt_runs_a_command_a_line_until_exit()
    {
        var cli = new TestCli
        {
            OutputIsTerminal = true,
            Input = "help\n\nsshlog sessions -u \"a b\"\nexit\nsshlog status\n",
            Gateway = { Override = _ => new GatewayProtocol.PaletteOutput([], true, false) },
        };
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("pbm"));
        var runs = cli.Gateway.Requests.Cast<GatewayProtocol.RunPalette>()
            .Select(r => $"{r.Palette}/{string.Join('|', r.Words)}");
        Assert.Equal(["/", "sshlog/sessions|-u|a b"], runs);
        Assert.Empty(cli.Output);
    }

    [Fact]
    public async Task A_script_of_commands_goes_on_after_one_that_failed_and_says_so_in_the_end()
    {
        var cli = new TestCli
        {
            Input = "sshlog bogus\nsshlog sessions\n",
            Gateway = { Override = r => new GatewayProtocol.PaletteOutput([], true, r is GatewayProtocol.RunPalette { Words: ["bogus"] }) },
        };
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("pbm"));
        Assert.Equal(2, cli.Gateway.Requests.Count);
    }
}
