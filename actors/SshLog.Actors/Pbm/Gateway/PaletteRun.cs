using Akka.Actor;
using Petabridge.Cmd;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Pbm;

/// <summary>
/// One command of a palette while it runs. Child of the connection's actor, parent of the palette's handler; keeps what
/// the handler says until the client asks for it, bounded: a client that asks too seldom misses the oldest lines.
/// </summary>
internal sealed class PaletteRun : ReceiveActor, IWithTimers
{
    private const int MostLines = 1000;
    private const int PageLines = 200;

    private readonly Queue<string> _lines = new();
    private readonly Props _handler;
    private readonly Command _command;
    private IActorRef? _client;
    private long _missed;
    private bool _ended;
    private bool _failed;

    public PaletteRun(Props handler, Command command)
    {
        (_handler, _command) = (handler, command);
        Receive<CommandResponse>(Keep);
        Receive<GatewayProtocol.ReadPalette>(_ => Read());
        Receive<Terminated>(_ => Keep(new ErroredCommandResponse("The command failed; the daemon's log says more.")));
        Receive<Waited>(_ => Answer());
        // What the handler asks is asked in the client's name.
        Receive<GatewayProtocol.IRequest>(request => Context.Parent.Forward(request));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Props handler, Command command) =>
        Akka.Actor.Props.Create(() => new PaletteRun(handler, command));

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart() => Context.Watch(Context.ActorOf(_handler, "handler")).Tell(_command);

    private void Keep(CommandResponse response)
    {
        if (_ended)
            return;
        if (response.Message.Length > 0)
        {
            foreach (var line in response.Message.Split('\n'))
                _lines.Enqueue(line);
        }

        for (; _lines.Count > MostLines; _missed++)
            _lines.Dequeue();
        _failed = response is ErroredCommandResponse;
        _ended = response.Final;
        Answer(onlyIfAny: true);
    }

    private void Read()
    {
        _client = Sender;
        Timers.StartSingleTimer(nameof(Waited), Waited.Instance, GatewayProtocol.ReadFeed.LongestWait);
        Answer(onlyIfAny: true);
    }

    private void Answer(bool onlyIfAny = false)
    {
        if (_client is not { } client || (onlyIfAny && _lines.Count == 0 && !_ended))
            return;
        var page = new List<string>();
        if (_missed > 0)
            page.Add($"({_missed} lines left out)");
        _missed = 0;
        while (page.Count < PageLines && _lines.TryDequeue(out var line))
            page.Add(line);
        Timers.Cancel(nameof(Waited));
        _client = null;
        client.Tell(new GatewayProtocol.PaletteOutput(page, _ended && _lines.Count == 0, _failed));
    }

    private sealed record Waited
    {
        public static readonly Waited Instance = new();
    }
}
