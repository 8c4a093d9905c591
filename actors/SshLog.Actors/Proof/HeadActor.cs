using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Core.Journal;

namespace SshLog.Actors.Proof;

/// <summary>
/// Has the heads of journals signed some time after they have grown, and once more when the daemon stops. Nothing is signed
/// while nothing is written.
/// </summary>
public sealed class HeadActor : ReceiveActor, IWithTimers
{
    private readonly IHeadSigner _signer;
    private readonly IActorRef _feed;
    private readonly TimeSpan _interval;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="signer">Signs.</param>
    /// <param name="feed">Says when something was written.</param>
    /// <param name="interval">From the first write to the signature.</param>
    public HeadActor(IHeadSigner signer, IActorRef feed, TimeSpan interval)
    {
        (_signer, _feed, _interval) = (signer, feed, interval);
        Receive<FeedProtocol.Grown>(_ => Timers.StartSingleTimer(nameof(Sign), Sign.Instance, _interval));
        Receive<Sign>(_ => SignNow());
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(IHeadSigner signer, IActorRef feed, TimeSpan interval) =>
        Akka.Actor.Props.Create(() => new HeadActor(signer, feed, interval));

    /// <inheritdoc />
    protected override void PreStart() => SignNow();

    /// <inheritdoc />
    protected override void PostStop() => TrySign();

    private void SignNow()
    {
        // Whatever is written from here on is told.
        _feed.Tell(FeedProtocol.NotifyGrown.Instance);
        if (!TrySign())
            Timers.StartSingleTimer(nameof(Sign), Sign.Instance, _interval);
    }

    private bool TrySign()
    {
        try
        {
            if (_signer.SignGrown() > 0)
                _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
            return true;
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("{0}", e.Message);
            return false;
        }
    }

    private sealed record Sign
    {
        public static readonly Sign Instance = new();
    }
}
