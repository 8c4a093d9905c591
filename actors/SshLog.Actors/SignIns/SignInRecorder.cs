using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using SshLog.Actors.Sessions;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Actors.SignIns;

/// <summary>
/// Records the failed sign-ins of one UTC day, hash-chained like a session's journal. Child of a BackoffSupervisor under
/// the <see cref="SignInKeeper"/>, which sends again what is not acknowledged; the position removes duplicates.
/// </summary>
internal sealed class SignInRecorder : ReceivePersistentActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly SignInDay _day;
    private readonly IEventCodec _codec;
    private readonly IActorRef _keeper;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ReadOnlyMemory<byte> _chainHead;
    private ProbePosition _position;

    public SignInRecorder(SignInDay day, IEventCodec codec, IActorRef keeper)
    {
        _day = day;
        _codec = codec;
        _keeper = keeper;
        _chainHead = EventChain.Genesis(day.PersistenceId);

        Recover<JournalEvent>(Apply);
        Recover<RecoveryCompleted>(_ =>
        {
            SetReceiveTimeout(Patience);
            _keeper.Tell(new SignInProtocol.Ready(_day));
        });
        Command<SignInProtocol.Record>(Record);
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

    private void Record(SignInProtocol.Record record)
    {
        if (record.Position <= _position)
        {
            Acknowledge();
            return;
        }

        var left = record.Facts.Count;
        PersistAll(Recorders.Seal(_chainHead, record.Position, record.Facts, _codec), e =>
        {
            Apply(e);
            if (--left == 0)
                Acknowledge();
        });
    }

    private void Apply(JournalEvent sealedEvent)
    {
        _position = sealedEvent.Position;
        _chainHead = EventChain.Link(sealedEvent);
    }

    private void Acknowledge() => _keeper.Tell(new SignInProtocol.Recorded(_day, _position));
}
