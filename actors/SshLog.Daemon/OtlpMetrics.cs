using System.Diagnostics.Metrics;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using Metric = OpenTelemetry.Metrics.Metric;

namespace SshLog.Daemon;

/// <summary>Sends the metrics to an OpenTelemetry collector, OTLP over HTTP, as long as this lives. Nothing is loaded unless it is set.</summary>
internal sealed partial class OtlpMetrics : IDisposable
{
    /// <summary>Milliseconds for which a reading counts.</summary>
    private const long MostAge = 500;

    /// <summary>Milliseconds for which the end waits for a collector.</summary>
    private const int PatienceAtEnd = 500;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Meter _meter = new("sshlog");
    private readonly MeterProvider _provider;
    private readonly IActorRef _status;
    private Dictionary<string, Formatting.Metric> _now = [];
    private long _readAt = -MostAge;
    private volatile bool _ended;

    private OtlpMetrics(OtlpMetricsSettings settings, string? authorization, string version, IActorRef status, ILogger log)
    {
        _status = status;
        var nothing = new GatewayProtocol.DaemonStatus(version, Environment.ProcessId, DateTimeOffset.UnixEpoch, string.Empty, 0, 0, 0, string.Empty);
        foreach (var metric in StatusMetrics.Of(nothing, ProcessFigures.Read()))
            Register(metric);
        var options = new OtlpExporterOptions
        {
            Endpoint = settings.Endpoint,
            Protocol = OtlpExportProtocol.HttpProtobuf,
            HttpClientFactory = () => Client(authorization),
        };
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("sshlogd", serviceVersion: version, autoGenerateServiceInstanceId: false)
                .AddAttributes([new("host.name", Environment.MachineName)]))
            .AddMeter(_meter.Name)
            .AddReader(new PeriodicExportingMetricReader(
                new Watched(options, log), (int)settings.Interval.TotalMilliseconds))
            .Build();
    }

    /// <summary>Starts it; null if it is not wanted, or not possible, which is only logged: the recording goes on.</summary>
    /// <param name="settings">Where to; null for nowhere.</param>
    /// <param name="version">The daemon's.</param>
    /// <param name="status">Answers GetStatus.</param>
    /// <param name="log">Told what goes wrong.</param>
    public static OtlpMetrics? Start(OtlpMetricsSettings? settings, string version, IActorRef status, ILogger log)
    {
        if (settings is null)
            return null;
        try
        {
            var authorization = settings.Authorization.Length > 0 ? Secrets.Read(settings.Authorization) : null;
            return new OtlpMetrics(settings, authorization, version, status, log);
        }
        catch (ArgumentException e)
        {
            NotSent(log, settings.Endpoint, e.Message);
            return null;
        }
    }

    public void Dispose()
    {
        // Nobody answers any more: the actors have ended before.
        _ended = true;
        _provider.Shutdown(PatienceAtEnd);
        _provider.Dispose();
        _meter.Dispose();
    }

    // Headers of the options cannot hold a comma.
    private static HttpClient Client(string? authorization)
    {
        var client = new HttpClient { Timeout = _patience };
        if (authorization is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        return client;
    }

    private void Register(Formatting.Metric metric)
    {
        IEnumerable<Measurement<double>> Observe() => Now(metric.Name).Select(s => new Measurement<double>(
            s.Value, s.Labels.Select(l => new KeyValuePair<string, object?>(l.Name, l.Value))));

        if (metric.Kind == MetricKind.Counter)
            _meter.CreateObservableCounter(metric.Name, Observe, description: metric.Help);
        else
            _meter.CreateObservableGauge(metric.Name, Observe, description: metric.Help);
    }

    /// <summary>One reading serves all metrics of one export; they are asked for one after the other on the reader's thread.</summary>
    private IReadOnlyList<MetricSample> Now(string name)
    {
        if (_ended)
            return [];
        if (Environment.TickCount64 - _readAt > MostAge)
        {
            _now = Read();
            _readAt = Environment.TickCount64;
        }

        return _now.GetValueOrDefault(name)?.Samples ?? [];
    }

    private Dictionary<string, Formatting.Metric> Read()
    {
        try
        {
            var status = _status.Ask<GatewayProtocol.DaemonStatus>(GatewayProtocol.GetStatus.Instance, _patience).GetAwaiter().GetResult();
            return StatusMetrics.Of(status, ProcessFigures.Read()).ToDictionary(m => m.Name, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is AskTimeoutException or TaskCanceledException)
        {
            // Nothing is said then: an old figure would be a lie.
            return [];
        }
    }

    [LoggerMessage(44, LogLevel.Error, "No metrics are sent to {Where}: {Why}")]
    private static partial void NotSent(ILogger logger, Uri where, string why);

    [LoggerMessage(45, LogLevel.Warning, "The collector at {Where} does not take metrics; they are offered again")]
    private static partial void NotTaken(ILogger logger, Uri where);

    [LoggerMessage(46, LogLevel.Information, "The collector at {Where} takes metrics again")]
    private static partial void TakenAgain(ILogger logger, Uri where);

    /// <summary>Says once that a collector does not answer, and once that it does again.</summary>
    private sealed class Watched(OtlpExporterOptions options, ILogger log) : OtlpMetricExporter(options)
    {
        private readonly Uri _where = options.Endpoint;
        private bool _failing;

        public override ExportResult Export(in Batch<Metric> metrics)
        {
            var result = base.Export(metrics);
            var fails = result != ExportResult.Success;
            if (fails && !_failing)
                NotTaken(log, _where);
            else if (!fails && _failing)
                TakenAgain(log, _where);
            _failing = fails;
            return result;
        }
    }
}
