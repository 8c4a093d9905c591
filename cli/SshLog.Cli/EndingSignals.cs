using System.Runtime.InteropServices;

namespace SshLog.Cli;

/// <summary>
/// While this lives SIGINT, SIGTERM and SIGHUP end what runs instead of the process, so that it leaves the terminal usable.
/// Made after the terminal was taken over: the runtime notes the terminal's mode when the first signal is registered.
/// </summary>
internal sealed class EndingSignals : IDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly IDisposable _registrations;
    private readonly Action _atOnce;
    private int _number;

    /// <param name="take">Registers for signals by number; what it calls says whether the process shall live.</param>
    /// <param name="atOnce">What must be done even when a second signal comes because nothing ends.</param>
    /// <param name="cancellation">Ends it too.</param>
    public EndingSignals(Func<Func<int, bool>, IDisposable> take, Action atOnce, CancellationToken cancellation)
    {
        _atOnce = atOnce;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _registrations = take(TakeSignal);
    }

    /// <summary>Cancelled by a signal.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Which came; null while none has.</summary>
    public int? Number => Volatile.Read(ref _number) is > 0 and var number ? number : null;

    /// <summary>Registers for the signals of this process.</summary>
    public static IDisposable OfThisProcess(Func<int, bool> taken) => new Registrations(
        Register(PosixSignal.SIGINT, 2, taken), Register(PosixSignal.SIGTERM, 15, taken), Register(PosixSignal.SIGHUP, 1, taken));

    /// <summary>True if an exception is how what runs has ended because of a signal: also when nobody reads the terminal any more.</summary>
    public bool Explains(Exception error) => Number is not null && error is (OperationCanceledException or IOException);

    public void Dispose()
    {
        _registrations.Dispose();
        _end.Dispose();
    }

    private bool TakeSignal(int number)
    {
        // A second signal ends the process even when its output is blocked.
        var isFirst = Interlocked.Exchange(ref _number, number) == 0;
        if (!isFirst)
            _atOnce();
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended just then by itself.
        }

        return isFirst;
    }

    private static PosixSignalRegistration Register(PosixSignal signal, int number, Func<int, bool> taken) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = taken(number));

    private sealed class Registrations(params PosixSignalRegistration[] registered) : IDisposable
    {
        public void Dispose() => Array.ForEach(registered, r => r.Dispose());
    }
}
