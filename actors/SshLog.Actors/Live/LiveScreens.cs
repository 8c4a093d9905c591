using Akka.Actor;
using SshLog.Actors.Gateway;
using SshLog.Core.Identity;

namespace SshLog.Actors.Live;

/// <summary>Has one <see cref="LiveScreen"/> for each channel that somebody watches, however many do.</summary>
public sealed class LiveScreens : ReceiveActor
{
    private readonly GatewayServices _services;
    private readonly Dictionary<(SessionId Session, int Channel), Entry> _screens = [];
    private int _made;

    /// <param name="services">Where recordings are read.</param>
    public LiveScreens(GatewayServices services)
    {
        _services = services;
        Receive<LiveProtocol.Watch>(Watch);
        Receive<LiveProtocol.Audience>(Count);
        Receive<LiveProtocol.GetViewers>(_ => Sender.Tell(new LiveProtocol.ViewerCounts(
            _screens.GroupBy(s => s.Key.Session).ToDictionary(g => g.Key, g => g.Sum(s => s.Value.Viewers)))));
        Receive<Terminated>(gone => Remove(gone.ActorRef));
    }

    /// <summary>How to make one.</summary>
    public static Props Props(GatewayServices services) => Akka.Actor.Props.Create(() => new LiveScreens(services));

    /// <summary>A screen that fails is made anew for the next viewer; those it had are told.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    private void Watch(LiveProtocol.Watch watch)
    {
        var key = (watch.Session, watch.Channel);
        if (!_screens.TryGetValue(key, out var entry))
        {
            var screen = Context.ActorOf(
                LiveScreen.Props(_services, watch.Session, watch.Channel), $"{watch.Session.Text}-{watch.Channel}-{_made++}");
            _screens.Add(key, entry = new Entry(Context.Watch(screen)));
        }

        entry.Sent++;
        entry.Screen.Forward(watch);
    }

    private void Count(LiveProtocol.Audience audience)
    {
        if (_screens.FirstOrDefault(s => s.Value.Screen.Equals(Sender)) is not { Value: { } entry } found)
            return;
        entry.Viewers = audience.Viewers;
        // Unless another viewer is on the way there.
        if (audience.Viewers > 0 || audience.Sent < entry.Sent)
            return;
        _screens.Remove(found.Key);
        Context.Stop(Sender);
    }

    private void Remove(IActorRef screen)
    {
        foreach (var key in _screens.Where(s => s.Value.Screen.Equals(screen)).Select(s => s.Key).ToList())
            _screens.Remove(key);
    }

    private sealed class Entry(IActorRef screen)
    {
        public IActorRef Screen { get; } = screen;

        public int Viewers { get; set; }

        public int Sent { get; set; }
    }
}
