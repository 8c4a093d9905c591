using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bench.Pipeline;

/// <summary>Delivers prepared batches at the speed of whoever takes them, within credit, like the real probe.</summary>
internal sealed class SyntheticSource(IEnumerable<ProbeBatch> batches, long credit) : IProbeSource
{
    public const ulong Epoch = 1_000_000_000;

    private readonly object _gate = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _outstanding;
    private long _delivered;
    private bool _allDelivered;
    private bool _stopped;
    private Thread? _thread;

    /// <summary>Everything has been delivered and every credit has come back.</summary>
    public Task Settled => _settled.Task;

    public ProbeHealth Health => new("synthetic", Volatile.Read(ref _delivered), 0, 0, 0, Volatile.Read(ref _outstanding));

    public void Start(IProbeSink sink)
    {
        _thread = new Thread(() => Run(sink)) { Name = "synthetic probe", IsBackground = true };
        _thread.Start();
    }

    public void Release(ProbeBatch batch)
    {
        lock (_gate)
        {
            _outstanding -= batch.Cost;
            Monitor.Pulse(_gate);
            SettleIfDone();
        }
    }

    public void Stop(TimeSpan patience)
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        _thread?.Join();
    }

    public void Dispose() => Stop(TimeSpan.Zero);

    private void Run(IProbeSink sink)
    {
        sink.Seeded(Epoch, Array.Empty<SessionKey>());
        foreach (var batch in batches)
        {
            lock (_gate)
            {
                while (_outstanding >= credit && !_stopped)
                    Monitor.Wait(_gate);
                if (_stopped)
                    return;
                _outstanding += batch.Cost;
                _delivered++;
            }

            sink.Deliver(batch);
        }

        lock (_gate)
        {
            _allDelivered = true;
            SettleIfDone();
        }
    }

    private void SettleIfDone()
    {
        if (_allDelivered && _outstanding == 0)
            _settled.TrySetResult();
    }
}
