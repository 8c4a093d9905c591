using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Cli.Tests.Formatting;

public sealed class MetricsTextTests
{
    private static readonly GatewayProtocol.DaemonStatus Status = new(
        "1.0 \"x\"\n", 7, DateTimeOffset.UnixEpoch.AddSeconds(1.5), "tp_btf", 2, 3, 4, "/state")
    {
        Details = new GatewayProtocol.StatusDetails
        {
            Engine = "Akka 1.5",
            Attached = true,
            Records = 1L << 53,
            Losses = [new LossCount("ring-full", 3, 4), new LossCount("unreadable", 0, 0)],
            Programs = [new ProgramRuns("on_exec", 5, 1_500_000_000)],
            Actions = [new GatewayProtocol.ActionStatus("to-slack", "slack_action", "waiting", 9, 8, null, null, null, 1)],
        },
    };

    private static readonly ProcessFigures _process = new(TimeSpan.FromSeconds(1.5), 1000, 20, 12, 5000);

    [Theory]
    [InlineData("process_cpu_seconds_total 1.5")]
    [InlineData("dotnet_gc_allocated_bytes_total 5000")]
    [InlineData("sshlog_build_info{version=\"1.0 \\\"x\\\"\\n\",engine=\"Akka 1.5\"} 1")]
    [InlineData("sshlog_start_time_seconds 1.5")]
    [InlineData("sshlog_records_total 9007199254740992")]
    [InlineData("sshlog_lost_records_total{cause=\"ring-full\"} 3")]
    [InlineData("sshlog_lost_bytes_total{cause=\"unreadable\"} 0")]
    [InlineData("sshlog_action_behind{action=\"to-slack\"} 9")]
    [InlineData("sshlog_action_ok{action=\"to-slack\"} 0")]
    [InlineData("sshlog_bpf_run_seconds_total{program=\"on_exec\"} 1.5")]
    public void A_figure_is_a_sample_with_its_labels(string line) => Assert.Contains(line, MetricsText.Write(Status, _process).Split('\n'));

    [Fact]
    public void Every_sample_is_explained_once_and_the_page_ends_with_a_line()
    {
        var page = MetricsText.Write(Status, _process);
        Assert.EndsWith("\n", page, StringComparison.Ordinal);
        var lines = page.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var explained = lines.Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).ToList();
        Assert.Equal(explained.Distinct(), explained);
        Assert.All(lines.Where(l => l[0] != '#'), l => Assert.Contains(l.Split('{', ' ')[0], explained));
    }

    [Fact]
    public void A_status_without_details_has_no_figures_of_what_is_not_known() =>
        Assert.DoesNotContain("sshlog_lost_records_total", MetricsText.Write(Status with { Details = null }, _process), StringComparison.Ordinal);
}
