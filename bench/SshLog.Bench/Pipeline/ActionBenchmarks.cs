using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Actors.Actions;
using SshLog.Bench.Harness;
using SshLog.BuiltIn;
using SshLog.Core.Identity;
using SshLog.Core.Rules;
using SshLog.Persistence.Actions;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Bench.Pipeline;

/// <summary>A rule that every command matches, and a syslog action over TCP, behind the recording of commands.</summary>
internal static class ActionBenchmarks
{
    private const int CommandPairs = 40_000;
    private const int EventsPerSecond = 5_000;

    // Whole batches for about ten seconds.
    private const int PacedPairs = 25_600;

    public static IEnumerable<Benchmark> All =>
    [
        new("syslog-paced", "5,000 matching events/s to a syslog action for 10 s, none lost, none twice", "ev/s", Reference.Budget(0.98 * EventsPerSecond), PacedAsync)
        {
            Runs = 3,
        },
        new("syslog-rate", "matching events to a syslog action as fast as they go", "ev/s", Reference.Budget(EventsPerSecond), async () => (await FloodAsync()).Delivered),
        new("syslog-cost", "recording of commands at full speed with that action, by the rate without", "ratio", null, async () => (await FloodAsync()).Recorded / (await PlainAsync())),
        new("syslog-cpu", "processor time of everything at 5,000 ev/s with that action, by the time without", "ratio", null, CpuAsync) { Runs = 3 },
    ];

    /// <summary>Starts it.</summary>
    public static void Start(ActorSystem system, Scratch scratch, BootClock clock, JournalReader reader, SqliteCatalogue catalogue, IActorRef feed, int port)
    {
        var rules = new RuleSet(
            [new Rule("all", ["command_start", "command_finish"], FilterExpression.Everything, ["siem"], SourcePosition.None)],
            [
                new ActionDefinition(
                    "siem", "syslog_action",
                    new Dictionary<string, SettingValue>
                    {
                        ["server_address"] = new SettingValue.Text("127.0.0.1"),
                        ["port"] = new SettingValue.Number(port),
                        ["udp"] = new SettingValue.Flag(false),
                        ["output_json"] = new SettingValue.Flag(true),
                    },
                    SourcePosition.None),
            ]);
        var store = new ActionStore(scratch.File("actions.db"));
        store.Advance("siem", 0);
        system.RegisterOnTermination(store.Dispose);
        var ports = new ActionPorts(rules, BuiltIns.Catalogue(EventManifests.All), store, NullLoggerFactory.Instance, clock, TimeProvider.System);
        system.ActorOf(ActionSupervisor.Props(ports, reader, reader, catalogue, feed, null), "actions");
    }

    private static async Task<double> PacedAsync()
    {
        const int events = 2 * PacedPairs;
        using var sink = new SyslogSink(events);
        var recording = await Recorder.RecordAsync(Traffic.Commands(sessions: 16, PacedPairs, EventsPerSecond), sink: sink);
        Demand(recording, events, sink);
        return events / recording.Delivered.TotalSeconds;
    }

    private static async Task<(double Recorded, double Delivered)> FloodAsync()
    {
        using var sink = new SyslogSink(2 * CommandPairs);
        var recording = await Recorder.RecordAsync(Traffic.Commands(sessions: 16, CommandPairs), sink: sink);
        Demand(recording, 2 * CommandPairs, sink);
        return (recording.Commands / recording.Elapsed.TotalSeconds, recording.Commands / recording.Delivered.TotalSeconds);
    }

    private static async Task<double> PlainAsync()
    {
        var recording = await Recorder.RecordAsync(Traffic.Commands(sessions: 16, CommandPairs));
        return recording.Commands / recording.Elapsed.TotalSeconds;
    }

    private static async Task<double> CpuAsync()
    {
        const int events = 2 * PacedPairs;
        var without = await Recorder.RecordAsync(Traffic.Commands(sessions: 16, PacedPairs, EventsPerSecond));
        using var sink = new SyslogSink(events);
        var with = await Recorder.RecordAsync(Traffic.Commands(sessions: 16, PacedPairs, EventsPerSecond), sink: sink);
        Demand(with, events, sink);
        return with.Cpu / without.Cpu;
    }

    private static void Demand(Recording recording, int events, SyslogSink sink)
    {
        if (recording.Commands != events || recording.Losses != 0 || sink.Messages != events)
            throw new InvalidDataException($"Not everything is there: {recording}, {sink.Messages} messages of {events}");
    }
}
