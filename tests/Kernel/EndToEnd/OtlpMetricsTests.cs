using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using SshLog.Tests.Support;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Metrics that an OpenTelemetry collector gets.</summary>
[Collection("probe")]
public sealed class OtlpMetricsTests : DaemonTest
{
    private const int Printed = 300_000;

    [Fact]
    public async Task A_collector_gets_the_metrics_and_gets_them_again_when_it_takes_them_again()
    {
        using var collector = new HttpReceiver(new HttpAnswer.Status(400));
        _daemon.Variables["COLLECTOR"] = "Bearer t0ken, and more";
        _daemon.Settings = $$"""sshlog.metrics { otlp-endpoint = "{{collector.Url}}", otlp-interval = 1 s, otlp-authorization = "env:COLLECTOR" }""";
        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync("does not take metrics");
        await _daemon.WaitForLogAsync("takes metrics again");
        using var client = _sshd.Connect(_sshd.User, $"head -c {Printed} /dev/zero; cat", terminal: false);

        var seen = await collector.WaitAsync(all =>
            Figure(all[^1], "sshlog_output_bytes_total") >= Printed && Figure(all[^1], "sshlog_open_sessions") >= 1);
        Assert.All(seen, s => Assert.StartsWith("POST /hook ", s.Line, StringComparison.Ordinal));
        Assert.All(seen, s => Assert.Contains("Authorization: Bearer t0ken, and more", s.Head.Split("\r\n")));
        Assert.Equal(1, Figure(seen[^1], "sshlog_probe_attached"));
        var text = Encoding.Latin1.GetString(seen[^1].Bytes.Span);
        Assert.Contains("service.name", text, StringComparison.Ordinal);
        Assert.Contains("sshlogd", text, StringComparison.Ordinal);
        // Nothing is sent of what does not exist, and no name of a user.
        Assert.Null(Figure(seen[^1], "sshlog_action_ok"));
        Assert.DoesNotContain(_sshd.User, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_hangs_does_not_hold_up_the_end()
    {
        using var collector = new HttpReceiver([.. Enumerable.Repeat(new HttpAnswer.Hang(), 100)]);
        _daemon.Settings = $$"""sshlog.metrics { otlp-endpoint = "{{collector.Url}}", otlp-interval = 1 s }""";
        await _daemon.StartAsync();
        await collector.WaitAsync(all => all.Count > 0);
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(0, (await _daemon.StopAsync()).ExitCode);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5), $"{Stopwatch.GetElapsedTime(started)}");
    }

    /// <summary>
    /// The only figure of a metric in an ExportMetricsServiceRequest (opentelemetry-proto, metrics/v1): resource_metrics = 1,
    /// scope_metrics = 2, metrics = 2, name = 1, gauge = 5 or sum = 7, data_points = 1, as_double = 4. Null if it is not there.
    /// </summary>
    private static double? Figure(HttpSeen request, string name)
    {
        foreach (var metric in Parts(request.Bytes, 1).SelectMany(r => Parts(r, 2)).SelectMany(s => Parts(s, 2)))
        {
            if (Encoding.UTF8.GetString(Parts(metric, 1).Single().Span) != name)
                continue;
            var point = Parts(metric, 5).Concat(Parts(metric, 7)).SelectMany(data => Parts(data, 1)).Single();
            return BitConverter.Int64BitsToDouble(Fixed(point, 4));
        }

        return null;
    }

    private static List<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> message, int field)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        var input = new CodedInputStream(message.ToArray());
        while (input.ReadTag() is > 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
                parts.Add(input.ReadBytes().Memory);
            else
                input.SkipLastField();
        }

        return parts;
    }

    private static long Fixed(ReadOnlyMemory<byte> message, int field)
    {
        var input = new CodedInputStream(message.ToArray());
        while (input.ReadTag() is > 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.Fixed64))
                return (long)input.ReadFixed64();
            input.SkipLastField();
        }

        return 0;
    }
}
