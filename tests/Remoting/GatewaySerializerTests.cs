using System.Net;
using System.Runtime.Serialization;
using Akka.Actor;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Remoting.Gateway;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Tests;

public sealed class GatewaySerializerTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 7, 45, 17, TimeSpan.Zero);
    private static readonly GatewaySerializer Serializer = new(null!);

    private static readonly SessionSummary Open = new(
        Id(), "alice", 1000, "host", 42, new IPEndPoint(IPAddress.Parse("2001:db8::1"), 50000),
        new IPEndPoint(IPAddress.Loopback, 22), At, null, null, At.AddSeconds(1), "/bin/ls", [3, 5], 7, 1L << 40, 0);

    private static readonly CommandSummary Command = new(
        9, At, At.AddTicks(7), 100, 99, "/bin/echo", ArgumentVector.FromStrings("echo", "", "ü\n"), "/root", 0,
        uint.MaxValue, 0, null, 9, true);

    public static TheoryData<string, Protocol.IMessage> Messages() => new()
    {
        { "hello/v1", new Protocol.Hello("00ff", 1, "0.1.0") },
        { "welcome/v1", new Protocol.Welcome(1, "0.1.0", Role.Administrator) },
        { "failure/v1", new Protocol.Failure(Protocol.FailureCode.Ambiguous, "Which?") },
        { "find-sessions/v1", new Protocol.FindSessions(new SessionQuery()) },
        {
            "find-sessions/v1",
            new Protocol.FindSessions(new SessionQuery("", IPAddress.IPv6Loopback, 0, "2026", true, At, 5, "vim", 0)
            {
                Behind = new SessionPlace(At, "20261122T074517-970236-4f2a"),
            })
        },
        { "resolve-session/v1", new Protocol.ResolveSession("7") },
        { "resolved-session/v1", new Protocol.ResolvedSession(Open with { Ttys = [], EffectiveUid = 0 }) },
        { "list-commands/v1", new Protocol.ListCommands(Id(), 7) },
        { "read-journal/v1", new Protocol.ReadJournal(Id(), 17) },
        { "read-feed/v1", new Protocol.ReadFeed(Protocol.ReadFeed.FromNow) },
        { "get-status/v1", Protocol.GetStatus.Instance },
        { "get-frame/v1", new Protocol.GetFrame(Id(), 3, Protocol.GetFrame.Newest) },
        { "get-frame/v1", new Protocol.GetFrame(Id(), 3, 0, At) },
        { "frame/v1", new Protocol.Frame(null) },
        { "open-bundle/v1", new Protocol.OpenBundle(Id()) },
        { "read-sealed/v1", new Protocol.ReadSealed(Id(), 17) },
        { "list-holds/v1", new Protocol.ListHolds(20) },
        { "list-keys/v1", Protocol.ListKeys.Instance },
        { "rotate-key/v1", Protocol.RotateKey.Instance },
        { "list-actions/v1", Protocol.ListActions.Instance },
        { "change-action/v1", new Protocol.ChangeAction("to-slack", Protocol.ActionChange.Drop) },
        { "action-changed/v1", new Protocol.ActionChanged(3) },
        { "kill-session/v1", new Protocol.KillSession(Id(), "maintenance") },
        { "session-killed/v1", new Protocol.SessionKilled("It hung up.") },
        { "change-recording/v1", new Protocol.ChangeRecording(Id(), Protocol.RecordingChange.Delete, "case 17") },
        {
            "change-recording/v1",
            new Protocol.ChangeRecording(Id(), Protocol.RecordingChange.Redact, "case 17") { From = 7, UpTo = 9 }
        },
        { "recording-changed/v1", new Protocol.RecordingChanged("Deleted.") },
        { "attach/v1", new Protocol.Attach(Id(), 2, true) },
        { "attach/v1", new Protocol.Attach(Id(), null, false) { Tty = 0, First = true } },
        { "attached/v1", new Protocol.Attached(2, SshLog.Core.Probe.ChannelKind.Pty, false, "Typing is off.") },
        { "read-live/v1", Protocol.ReadLive.Instance },
        { "typed/v1", Protocol.Typed.Instance },
        { "detach/v1", Protocol.Detach.Instance },
        { "detached/v1", Protocol.Detached.Instance },
        { "read-palette/v1", Protocol.ReadPalette.Instance },
        { "reload-configuration/v1", Protocol.ReloadConfiguration.Instance },
        { "daemon-status/v1", new Protocol.DaemonStatus("0.1.0", 1, At, "attached", 2, 3, 4, "/var/lib/sshlog") },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_comes_back_as_it_went_under_its_frozen_manifest(string manifest, Protocol.IMessage message)
    {
        Assert.Equal(manifest, Serializer.Manifest(message));
        var back = Serializer.FromBinary(Serializer.ToBinary(message), manifest);
        if (message is Protocol.ResolvedSession expected)
            AssertSame(expected.Session, Assert.IsType<Protocol.ResolvedSession>(back).Session);
        else
            Assert.Equal(message, back);
    }

    [Fact]
    public void A_palettes_command_and_what_it_printed_come_back()
    {
        var run = Assert.IsType<Protocol.RunPalette>(Serializer.FromBinary(
            Serializer.ToBinary(new Protocol.RunPalette("sshlog", ["sessions", "-u", ""])), "run-palette/v1"));
        Assert.Equal(("sshlog", "sessions|-u|"), (run.Palette, string.Join('|', run.Words)));
        var output = Assert.IsType<Protocol.PaletteOutput>(Serializer.FromBinary(
            Serializer.ToBinary(new Protocol.PaletteOutput(["one", "two"], false, true)), "palette-output/v1"));
        Assert.Equal(("one|two", false, true), (string.Join('|', output.Lines), output.Ended, output.Failed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_came_of_a_reload_comes_back(bool accepted)
    {
        var reloaded = Trip(new Protocol.ConfigurationReloaded(accepted, ["one", string.Empty]));
        Assert.Equal("configuration-reloaded/v1", Serializer.Manifest(reloaded));
        Assert.Equal(accepted, reloaded.Accepted);
        Assert.Equal(["one", string.Empty], reloaded.Lines);
    }

    [Fact]
    public void A_list_of_sessions_comes_back()
    {
        var ended = Open with { Uid = null, EndedAt = At.AddHours(1), ExitCode = 0, LossEvents = 2 };
        var list = Trip(new Protocol.SessionList([Open, ended]));
        Assert.Equal(2, list.Sessions.Count);
        AssertSame(Open, list.Sessions[0]);
        AssertSame(ended, list.Sessions[1]);
    }

    [Fact]
    public void A_list_of_commands_comes_back()
    {
        var running = Command with { FinishedAt = null, Tty = null, ExitCode = 0, Signal = null, Replaced = false };
        Assert.Equal([Command, running], Trip(new Protocol.CommandList([Command, running])).Commands);
    }

    [Fact]
    public void A_page_of_events_comes_back()
    {
        JournalledEvent[] events =
        [
            new(1, Id(), 1, new SignedIn(At, "alice", 1000)),
            new(2, Id(), 2, new TerminalResized(At, 0, 24, 80)),
            new(5, Id(), 3, new ChannelClosed(At, 0)),
        ];
        var page = Trip(new Protocol.EventPage(events, 5, true));
        Assert.Equal(events, page.Events);
        Assert.Equal(5, page.Cursor);
        Assert.True(page.Ended);
    }

    [Fact]
    public void A_key_frame_comes_back_as_it_went()
    {
        var sent = new ScreenFrame(Id(), 2, 17, At, 1L << 40, new byte[] { 1, 2, 3 });
        var back = ((Protocol.Frame)Serializer.FromBinary(Serializer.ToBinary(new Protocol.Frame(sent)), "frame/v1")).Found!;
        Assert.Equal(sent.State.ToArray(), back.State.ToArray());
        Assert.Equal(sent with { State = default }, back with { State = default });
    }

    [Fact]
    public void Questions_for_text_and_the_places_come_back()
    {
        var asked = Trip(new Protocol.FindText([Id(), Id()], ["one", "två"], true, 17));
        Assert.Equal([Id(), Id()], asked.Sessions);
        Assert.Equal(["one", "två"], asked.Parts);
        Assert.Equal((true, 17), (asked.OnlyCommands, asked.AfterSequenceNr));
        Protocol.TextPlace[] places = [new(0, 9, new byte[] { 0, 255 }, true, false), new(9, long.MaxValue, default, false, true)];
        var found = Trip(new Protocol.TextPlaces([new Protocol.SessionPlaces(Id(), places, true), new Protocol.SessionPlaces(Id(), [], false)]));
        Assert.Equal([true, false], found.Sessions.Select(s => s.More));
        Assert.Equal([0, 255], found.Sessions[0].Places[0].State.ToArray());
        Assert.Equal(
            places.Select(p => p with { State = default }), found.Sessions[0].Places.Select(p => p with { State = default }));
    }

    [Fact]
    public void Evidence_and_keys_come_back()
    {
        var seal = Trip(new Protocol.BundleOpened(new BundleSeal(new byte[] { 1 }, new byte[] { 2, 3 }, 17))).Seal;
        Assert.Equal(("01", "0203", 17), (Convert.ToHexString(seal.Manifest.Span), Convert.ToHexString(seal.Signature.Span), (int)seal.UpTo));
        var row = Trip(new Protocol.SealedPage([new SealedRow(7, "output-recorded/v1", new byte[] { 1 }, new byte[] { 2 })])).Rows.Single();
        Assert.Equal((7L, "output-recorded/v1", (byte)1, (byte)2), (row.SequenceNr, row.Manifest, row.Envelope.Span[0], row.Redaction.Span[0]));
        HostPublicKey[] keys = [new("00ff", "-----BEGIN", null), new("ff00", "-----BEGIN", At)];
        Assert.Equal(keys, Trip(new Protocol.KeyList(keys)).Keys);
    }

    [Fact]
    public void Updates_of_a_live_channel_come_back_in_order()
    {
        LiveUpdate[] sent =
        [
            new LiveUpdate.ScreenPart(0, new byte[] { 1, 2 }, false),
            new LiveUpdate.ScreenPart(2, new byte[] { 3 }, true),
            new LiveUpdate.Output(new byte[] { 0, 27, 255 }),
            new LiveUpdate.Resized(132, 43),
            new LiveUpdate.Missing(7),
            new LiveUpdate.Missing(null),
            new LiveUpdate.Ended("The session has ended."),
        ];
        var back = Trip(new Protocol.LivePage(sent)).Updates;
        Assert.Equal(sent.Select(Text), back.Select(Text));

        static string Text(LiveUpdate update) => update switch
        {
            LiveUpdate.ScreenPart part => $"{part.Offset} {Convert.ToHexString(part.State.Span)} {part.IsLast}",
            LiveUpdate.Output output => Convert.ToHexString(output.Bytes.Span),
            _ => update.ToString(),
        };
    }

    [Fact]
    public void More_keys_than_are_typed_at_once_are_refused()
    {
        var most = new Protocol.TypeKeys(new byte[Protocol.TypeKeys.MostBytes]);
        Assert.Equal(most.Bytes.Length, Trip(most).Bytes.Length);
        var more = Serializer.ToBinary(new Protocol.TypeKeys(new byte[Protocol.TypeKeys.MostBytes + 1]));
        Assert.Throws<SerializationException>(() => Serializer.FromBinary(more, "type-keys/v1"));
    }

    [Fact]
    public void A_status_comes_back_with_its_details()
    {
        var details = new Protocol.StatusDetails
        {
            Engine = "Akka 1.5", Attached = true, Pinned = true, UnknownSessions = 1, ClockAhead = TimeSpan.FromMilliseconds(-86_400_001), Records = 2, OutputBytes = 3,
            RingBytes = 4, WaitingBytes = 5, JournalPosition = 6, Storage = new Protocol.StorageFigures(7, 8, 9),
            Losses = [new LossCount("ring-full", 10, 11)],
            Programs = [new ProgramRuns("on_exec", 12, 13)],
            Actions = [new Protocol.ActionStatus("a", "slack_action", "ok", 0, 1, null, null, null, 0)],
        };
        var back = Trip(new Protocol.DaemonStatus("0.1.0", 1, At, "attached", 2, 3, 4, "/state") { Details = details }).Details!;
        Assert.Equal(details.Losses, back.Losses);
        Assert.Equal(details.Programs, back.Programs);
        Assert.Equal(details.Actions, back.Actions);
        Assert.Equal(details, back with { Losses = details.Losses, Programs = details.Programs, Actions = details.Actions });
    }

    [Fact]
    public void Actions_come_back_with_what_is_not_known()
    {
        var list = new Protocol.ActionList(
        [
            new Protocol.ActionStatus("a", "slack_action", "waiting", 3, 4, At, "refused", At.AddSeconds(1), 5),
            new Protocol.ActionStatus("b", "syslog_action", "ok", 0, 0, null, null, null, 0),
        ]);
        Assert.Equal("action-list/v1", Serializer.Manifest(list));
        var back = Assert.IsType<Protocol.ActionList>(Serializer.FromBinary(Serializer.ToBinary(list), "action-list/v1"));
        Assert.Equal(list.Actions, back.Actions);
    }

    [Fact]
    public void Every_message_of_the_protocol_has_a_manifest()
    {
        var tried = Messages().Select(row => ((object[])row)[1].GetType())
            .Concat([typeof(Protocol.SessionList), typeof(Protocol.CommandList), typeof(Protocol.EventPage)])
            .Concat([typeof(Protocol.RunPalette), typeof(Protocol.PaletteOutput)])
            .Concat([typeof(Protocol.ConfigurationReloaded), typeof(Protocol.ActionList)])
            .Concat([typeof(Protocol.LivePage), typeof(Protocol.TypeKeys)])
            .Concat([typeof(Protocol.FindText), typeof(Protocol.TextPlaces)])
            .Concat([typeof(Protocol.BundleOpened), typeof(Protocol.SealedPage), typeof(Protocol.KeyList)]);
        var all = typeof(Protocol).GetNestedTypes()
            .Where(type => type.IsClass && typeof(Protocol.IMessage).IsAssignableFrom(type));
        Assert.Empty(all.Except(tried));
    }

    [Fact]
    public void An_unknown_manifest_is_an_error_that_names_the_fix()
    {
        var error = Assert.Throws<SerializationException>(() => Serializer.FromBinary([], "hello/v99"));
        Assert.Contains("hello/v99", error.Message, StringComparison.Ordinal);
        Assert.Contains("same version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_a_message_or_a_serialization_error()
    {
        string[] manifests = [.. Messages().Select(row => (string)((object[])row)[0]), "session-list/v1", "event-page/v1"];
        Prop.ForAll<byte[], int>((bytes, pick) =>
        {
            try
            {
                return Serializer.FromBinary(bytes, manifests[(int)((uint)pick % manifests.Length)]) is Protocol.IMessage;
            }
            catch (SerializationException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public async Task Without_a_serializer_of_its_own_nothing_crosses()
    {
        await using var daemon = new TestDaemon();
        var serializer = daemon.System.Serialization.FindSerializerFor(new Counter.GetCount());
        Assert.IsType<RefusingJsonSerializer>(serializer);
        Assert.Throws<SerializationException>(() => serializer.ToBinary(new Counter.GetCount()));
        Assert.Throws<SerializationException>(
            () => daemon.System.Serialization.Deserialize("{}"u8.ToArray(), 1, "System.Object"));
    }

    private static SessionId Id() =>
        SessionId.TryParse("20261122T074517-970236-4f2a", out var id) ? id : throw new ArgumentException("id");

    private static T Trip<T>(T message)
        where T : Protocol.IMessage =>
        Assert.IsType<T>(Serializer.FromBinary(Serializer.ToBinary(message), Serializer.Manifest(message)));

    // A record compares its list by reference.
    private static void AssertSame(SessionSummary expected, SessionSummary actual)
    {
        Assert.Equal(expected.Ttys, actual.Ttys);
        Assert.Equal(expected, actual with { Ttys = expected.Ttys });
    }
}
