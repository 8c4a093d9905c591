using System.Globalization;
using System.Text;
using SshLog.Core.Protocol;

namespace SshLog.Formatting;

/// <summary>A status in Prometheus' text format 0.0.4.</summary>
public static class MetricsText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The whole page; lines end with LF.</summary>
    public static string Write(GatewayProtocol.DaemonStatus status, ProcessFigures process)
    {
        var page = new StringBuilder();
        foreach (var metric in StatusMetrics.Of(status, process).Where(m => m.Samples.Count > 0))
        {
            page.Append("# HELP ").Append(metric.Name).Append(' ').Append(metric.Help).Append('\n')
                .Append("# TYPE ").Append(metric.Name).Append(metric.Kind == MetricKind.Counter ? " counter" : " gauge").Append('\n');
            foreach (var sample in metric.Samples)
                Append(page, metric.Name, sample);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, string name, MetricSample sample)
    {
        page.Append(name);
        for (var i = 0; i < sample.Labels.Count; i++)
            page.Append(i == 0 ? '{' : ',').Append(sample.Labels[i].Name).Append("=\"").Append(Escape(sample.Labels[i].Value)).Append('"');
        if (sample.Labels.Count > 0)
            page.Append('}');
        page.Append(' ').Append(Number(sample.Value)).Append('\n');
    }

    private static string Number(double value) => value == Math.Floor(value) && Math.Abs(value) < long.MaxValue
        ? ((long)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
