using System.Globalization;
using Akka.Actor;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;
using SshLog.Actors.Feed;
using SshLog.Actors.Gateway;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Actors.Pbm;

/// <summary>Carries the commands of <see cref="SshLogPalette"/> out for one client, in lines of text.</summary>
internal sealed class SshLogPaletteActor : CommandHandlerActor
{
    private const int PageEvents = 100;
    private const int PageBytes = 64 * 1024;
    private static readonly TimeSpan InternalAnswer = TimeSpan.FromSeconds(5);

    private readonly GatewayServices _services;
    private IActorRef _viewer = ActorRefs.Nobody;
    private long? _cursor;

    public SshLogPaletteActor(GatewayServices services)
        : base(SshLogPalette.Palette)
    {
        _services = services;
        Process(SshLogPalette.Sessions.Name, ListSessions);
        Process(SshLogPalette.Status.Name, _ => ShowStatus());
        Process(SshLogPalette.Watch.Name, _ => Watch());
        Receive<FeedProtocol.Advanced>(ShowEvents);
    }

    protected override void PostStop() => _services.Feed.Tell(FeedProtocol.ForgetMe.Instance);

    private void ListSessions(Command command)
    {
        var user = command.Arguments.LastOrDefault()?.Item2;
        AskOpen().PipeTo(
            Sender,
            success: open => new CommandResponse(string.Join(
                '\n', open.Sessions.Where(s => user is null || s.User == user).Select(Line))),
            failure: Failed);
    }

    private void ShowStatus()
    {
        var open = AskOpen();
        var health = _services.Probe.Ask<ProbeProtocol.Health>(new ProbeProtocol.GetHealth(), InternalAnswer);
        Task.WhenAll(open, health).PipeTo(
            Sender, success: () => new CommandResponse(Status(open.Result, health.Result)), failure: Failed);
    }

    private void Watch()
    {
        _viewer = Sender;
        _cursor = null;
        _services.Feed.Tell(FeedProtocol.GetCursor.Instance);
    }

    private void ShowEvents(FeedProtocol.Advanced advanced)
    {
        var cursor = _cursor ?? advanced.Cursor;
        try
        {
            FeedPage page;
            do
            {
                page = _services.Journal.Read(cursor, PageEvents, PageBytes, withOutput: false);
                cursor = page.Cursor;
                foreach (var line in page.Events.Select(Line).OfType<string>())
                    _viewer.Tell(new CommandResponse(line, final: false));
            }
            while (page.Events.Count > 0);
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            _viewer.Tell(Failed(e));
            return;
        }

        _cursor = cursor;
        _services.Feed.Tell(new FeedProtocol.NotifyBehind(cursor));
    }

    private Task<SessionProtocol.OpenSessions> AskOpen() =>
        _services.Router.Ask<SessionProtocol.OpenSessions>(SessionProtocol.GetOpenSessions.Instance, InternalAnswer);

    private static ErroredCommandResponse Failed(Exception e) => new($"The daemon cannot answer now: {e.Message}");

    private static string Status(SessionProtocol.OpenSessions open, ProbeProtocol.Health health) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
         probe: {SafeText.Escape(health.Counters?.Mode ?? health.Problem ?? "attaching")}
         open sessions: {open.Sessions.Count}
         lost: {health.Counters?.LostRecords ?? 0} records, {health.Counters?.LostBytes ?? 0} bytes
         """);

    private static string Line(SessionSummary s) =>
        $"{s.Id.Text}  {SafeText.Escape(s.User)}  {s.Client}  {Time(s.StartedAt)}  {SafeText.Escape(s.LastCommand)}";

    private static string? Line(JournalledEvent entry)
    {
        var what = entry.Event switch
        {
            SignedIn e => $"{SafeText.Escape(e.User)} signed in",
            CommandStarted e => $"pid {e.Pid} started: {SafeText.Escape(string.Join(' ', e.Arguments.ToStrings()))}",
            CommandFinished e => $"pid {e.Pid} finished",
            LossRecorded => "records were lost",
            SessionClosed => "closed",
            _ => null,
        };
        return what is null ? null : $"{Time(entry.Event.At)}  {entry.Session.Text}  {what}";
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}
