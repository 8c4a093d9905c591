using Akka.Actor;
using Akka.Persistence;

namespace SshLog.Bench.Engine;

/// <summary>Writes a number of events of 1 KiB, one by one or in a flood, and says when it has.</summary>
internal sealed class Writer : ReceivePersistentActor
{
    private readonly byte[] _payload = new byte[1024];
    private readonly TaskCompletionSource _recovered;
    private int _left;
    private TaskCompletionSource? _done;

    public Writer(string id, TaskCompletionSource recovered)
    {
        PersistenceId = id;
        _recovered = recovered;
        Random.Shared.NextBytes(_payload);
        Recover<byte[]>(_ => Recovered++);
        Recover<RecoveryCompleted>(_ => _recovered.TrySetResult());
        Command<OneByOne>(go =>
        {
            (_left, _done) = (go.Events, go.Done);
            PersistNext();
        });
        Command<Flood>(go =>
        {
            (_left, _done) = (go.Events, go.Done);
            for (var i = 0; i < go.Events; i++)
                PersistAsync(_payload, _ => Written());
        });
        Command<GetRecovered>(_ => Sender.Tell(Recovered));
    }

    public override string PersistenceId { get; }

    private int Recovered { get; set; }

    public static Props Props(string id, TaskCompletionSource recovered) =>
        Akka.Actor.Props.Create(() => new Writer(id, recovered));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _done?.TrySetException(cause);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    private void PersistNext() => Persist(_payload, _ =>
    {
        if (Written())
            PersistNext();
    });

    private bool Written()
    {
        if (--_left > 0)
            return true;
        _done!.SetResult();
        return false;
    }

    public sealed record OneByOne(int Events, TaskCompletionSource Done);

    public sealed record Flood(int Events, TaskCompletionSource Done);

    public sealed record GetRecovered;
}
