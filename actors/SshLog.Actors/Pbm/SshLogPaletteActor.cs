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
    private long _cursor;

    public SshLogPaletteActor(GatewayServices services, CommandPalette palette)
        : base(palette)
    {
        _services = services;
        Process(SshLogPalette.Sessions.Name, ListSessions);
        Process(SshLogPalette.Health.Name, _ => ShowHealth());
        Process(SshLogPalette.Watch.Name, _ => Watch());
        Process(SshLogPalette.Actions.Name, _ => Answer(PaletteAnswers.ActionsAsync(services)));
        Process(SshLogPalette.JournalStats.Name, _ => Answer(PaletteAnswers.JournalAsync(services)));
        if (palette == SshLogPalette.Full)
        {
            // What changes something is asked of the connection, which knows whose it is and what they may do.
            var asked = new PaletteAnswers(Context.Parent);
            Process(SshLogPalette.Kill.Name, command => Answer(asked.KillAsync(
                Value(command, SshLogPalette.Kill, "session")!, Value(command, SshLogPalette.Kill, "reason"))));
            Process(SshLogPalette.RulesReload.Name, _ => Answer(asked.ReloadAsync()));
            Process(SshLogPalette.LogLevel.Name, command => Answer(asked.ChangeLogLevelAsync(
                Value(command, SshLogPalette.LogLevel, "level")!)));
        }

        Receive<FeedProtocol.Cursor>(now =>
        {
            _cursor = now.Ordering;
            ShowEvents();
        });
        Receive<FeedProtocol.Grown>(_ => ShowEvents());
    }

    protected override void PostStop() => _services.Feed.Tell(FeedProtocol.ForgetMe.Instance);

    private void ListSessions(Command command)
    {
        var user = Value(command, SshLogPalette.Sessions, "user");
        AskOpen().PipeTo(
            Sender,
            success: open => new CommandResponse(string.Join(
                '\n', open.Sessions.Where(s => user is null || s.User == user).Select(Line))),
            failure: Failed);
    }

    private void ShowHealth()
    {
        var open = AskOpen();
        var health = _services.Probe.Ask<ProbeProtocol.Health>(new ProbeProtocol.GetHealth(), InternalAnswer);
        Task.WhenAll(open, health).PipeTo(
            Sender, success: () => new CommandResponse(Status(open.Result, health.Result)), failure: Failed);
    }

    private void Watch()
    {
        _viewer = Sender;
        _services.Feed.Tell(FeedProtocol.GetCursor.Instance);
    }

    private void ShowEvents()
    {
        // Whatever is written from here on is told.
        _services.Feed.Tell(FeedProtocol.NotifyGrown.ButByOutput);
        try
        {
            FeedPage page;
            do
            {
                page = _services.Journal.Read(_cursor, PageEvents, PageBytes, withOutput: false);
                _cursor = page.Cursor;
                foreach (var line in page.Events.Select(Line).OfType<string>())
                    _viewer.Tell(new CommandResponse(line, final: false));
            }
            while (page.Events.Count > 0);
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            _viewer.Tell(Failed(e));
        }
    }

    private void Answer(Task<CommandResponse> answer) => answer.PipeTo(Sender, failure: Failed);

    // Arguments come by the switch that was typed.
    private static string? Value(Command command, CommandDefinition definition, string argument) =>
        command.Arguments.LastOrDefault(given => definition.ArgumentsByName[argument].Switch.Contains(given.Item1))?.Item2;

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
