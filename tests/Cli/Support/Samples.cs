using System.Net;
using System.Text;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Cli.Tests.Support;

/// <summary>Sessions and events to show. All times are UTC; the test clock's zone is one hour ahead.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 7, 45, 17, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = Start + TimeSpan.FromHours(2);
    public static readonly IPEndPoint Client = new(IPAddress.Parse("203.0.113.7"), 50522);
    public static readonly IPEndPoint Client6 = new(IPAddress.Parse("2001:db8::7"), 50523);
    public static readonly IPEndPoint Server = new(IPAddress.Parse("192.0.2.1"), 22);
    public static readonly SessionId Alice = Id("20261122T074517-970236-4f2a");
    public static readonly SessionId Bob = Id("20261122T080000-970300-00ff");

    public static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    public static SessionId Id(string text) =>
        SessionId.TryParse(text, out var id) ? id : throw new ArgumentException(text, nameof(text));

    public static SessionSummary Session(SessionId? id = null, string user = "alice") => new(
        id ?? Alice,
        user,
        1000,
        "host1",
        970236,
        Client,
        Server,
        Start,
        EndedAt: null,
        ExitCode: null,
        LastActivity: Now - TimeSpan.FromSeconds(65),
        LastCommand: "/usr/bin/vim",
        Ttys: [3],
        Commands: 12,
        OutputBytes: 34567,
        LossEvents: 0);

    public static CommandSummary Command(long sequence, string executable, params string[] arguments) => new(
        sequence,
        At(sequence),
        At(sequence + 0.25),
        4000 + (int)sequence,
        4000,
        executable,
        ArgumentVector.FromStrings(arguments),
        "/home/alice",
        1000,
        1000,
        3,
        0,
        null,
        false);

    public static SessionOpened Opened() =>
        new(Start, "host1", Guid.Empty, 970236, BootTime.Zero, Client, Server, Existing: false);

    public static ChannelOpened Pty(int channel = 0, int tty = 3) =>
        new(At(1), channel, ChannelKind.Pty, (ulong)tty, BootTime.Zero, 24, 80, Existing: false);

    public static ChannelOpened Pipes(int channel) =>
        new(At(1), channel, ChannelKind.Pipes, 81234, BootTime.Zero, 0, 0, Existing: false);

    public static CommandStarted Started(double seconds, int pid, params string[] arguments) => new(
        At(seconds), pid, 4000, ArgumentVector.FromStrings(arguments), "/usr/bin/" + arguments[0], "/home/alice",
        1000, 1000, 1000, 7, 3);

    public static OutputRecorded Output(double seconds, byte[] bytes, int channel = 0) =>
        new(At(seconds), channel, ChannelStream.Output, 0, bytes);

    public static OutputRecorded Output(double seconds, string text, int channel = 0) =>
        Output(seconds, Encoding.UTF8.GetBytes(text), channel);

    public static LossRecorded Loss(double seconds, long? bytes = 1234, int? channel = 0) =>
        new(At(seconds), LossCause.RingFull, null, channel, ChannelStream.Output, 0, 1, bytes);

    /// <summary>The facts as one session's page, numbered from <paramref name="first"/>.</summary>
    public static IReadOnlyList<JournalledEvent> Page(SessionId session, int first, params SessionEvent[] facts) =>
        [.. facts.Select((fact, i) => new JournalledEvent(100 + first + i, session, first + i, fact))];
}
