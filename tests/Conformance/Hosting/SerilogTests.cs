using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Akka.Logger.Serilog;
using Akka.TestKit.Xunit2;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using LogEvent = Serilog.Events.LogEvent;

namespace SshLog.Conformance.Tests.Hosting;

/// <summary>Akka.Logger.Serilog: named templates and properties reach Serilog's own logger.</summary>
public sealed class SerilogTests : TestKit
{
    private static readonly Lines _lines = new();

    static SerilogTests() => Serilog.Log.Logger = new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(_lines).CreateLogger();

    public SerilogTests()
        : base("""
            akka.loglevel = INFO
            akka.loggers = ["Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog"]
            akka.logger-formatter = "Akka.Logger.Serilog.SerilogLogMessageFormatter, Akka.Logger.Serilog"
            """)
    {
    }

    [Fact]
    public async Task A_named_template_keeps_its_values_by_name()
    {
        Logging.GetLogger(Sys, "named").Warning("{Count} of {Kind} are lost", 3, "pears");
        var line = await FindAsync("{Count} of {Kind} are lost");
        Assert.Equal(LogEventLevel.Warning, line.Level);
        Assert.Equal("3", line.Properties["Count"].ToString());
        Assert.Equal("\"pears\"", line.Properties["Kind"].ToString());
        Assert.Contains("named", line.Properties["LogSource"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_keeps_its_cause_and_the_properties_of_its_adapter()
    {
        var log = Logging.GetLogger(Sys, "with properties").ForContext("Session", 17);
        log.Error(new InvalidOperationException("broken"), "It is {What}", "over");
        var line = await FindAsync("It is {What}");
        Assert.Equal("broken", Assert.IsType<InvalidOperationException>(line.Exception).Message);
        Assert.Equal("17", line.Properties["Session"].ToString());
    }

    private async Task<LogEvent> FindAsync(string template)
    {
        LogEvent? found = null;
        await AwaitConditionAsync(() => Task.FromResult((found = _lines.Seen.FirstOrDefault(e => e.MessageTemplate.Text == template)) is not null));
        return found!;
    }

    private sealed class Lines : ILogEventSink
    {
        public ConcurrentQueue<LogEvent> Seen { get; } = new();

        public void Emit(LogEvent logEvent) => Seen.Enqueue(logEvent);
    }
}
