using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Actors.SignIns;

/// <summary>
/// Records the failed sign-ins of one UTC day, hash-chained like a session's journal. Child of a BackoffSupervisor under
/// the <see cref="SignInKeeper"/>, which sends again what is not acknowledged; what is recorded already is not recorded again.
/// </summary>
internal sealed class SignInRecorder : ReceivePersistentActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly SignInDay _day;
    private readonly IEventCodec _codec;
    private readonly IActorRef _keeper;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly long _incarnation = Recorders.NextIncarnation();
    private readonly SeenPositions _seen = new();
    private ReadOnlyMemory<byte> _chainHead;

    public SignInRecorder(SignInDay day, IEventCodec codec, IActorRef keeper)
    {
        _day = day;
        _codec = codec;
        _keeper = keeper;
        _chainHead = EventChain.Genesis(day.PersistenceId);

        Recover<JournalEvent>(e => Apply(e, e.IsRedacted ? null : codec.Decode(e.Manifest, e.Payload)));
        Recover<RecoveryCompleted>(_ =>
        {
            SetReceiveTimeout(Patience);
            _keeper.Tell(new SignInProtocol.Ready(_day, _incarnation));
        });
        Command<SignInProtocol.Write>(write => write.Incarnation == _incarnation, Write);
        Command<ReceiveTimeout>(_ => _keeper.Tell(new SignInProtocol.Idle(_day)));
        Command<SessionProtocol.Stop>(_ => Context.Stop(Self));
    }

    public override string PersistenceId => _day.PersistenceId;

    public static Props Props(SignInDay day, IEventCodec codec, IActorRef keeper) =>
        Akka.Actor.Props.Create(() => new SignInRecorder(day, codec, keeper));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Error("{0}: event {1} could not be written, trying again: {2}", PersistenceId, sequenceNr, cause.Message);
        _keeper.Tell(new SessionProtocol.JournalFailed(cause));
    }

    private void Write(SignInProtocol.Write write)
    {
        if (_seen.Contains(write.Position, Connection(write.Facts[^1])))
        {
            Acknowledge(write);
            return;
        }

        var next = 0;
        PersistAll(Recorders.Seal(_chainHead, write.Position, write.Facts, _codec), e =>
        {
            Apply(e, write.Facts[next]);
            if (++next == write.Facts.Count)
                Acknowledge(write);
        });
    }

    private void Apply(JournalEvent sealedEvent, SessionEvent? fact)
    {
        _seen.Add(sealedEvent.Position, Connection(fact));
        _chainHead = EventChain.Link(sealedEvent);
    }

    private static SessionId? Connection(SessionEvent? fact) => (fact as SignInFailed)?.Connection;

    private void Acknowledge(SignInProtocol.Write write) => _keeper.Tell(new SignInProtocol.Recorded(_day, write.Number));
}
