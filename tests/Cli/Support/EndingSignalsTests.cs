using SshLog.Native;

namespace SshLog.Cli.Tests.Support;

/// <summary>With signals that this process really gets.</summary>
public sealed class EndingSignalsTests
{
    [Theory]
    [InlineData(ProcessSignals.HangUp)]
    [InlineData(ProcessSignals.Terminate)]
    public void A_signal_ends_what_runs_and_not_the_process(int signal)
    {
        using var signals = new EndingSignals(EndingSignals.OfThisProcess, () => { }, CancellationToken.None);
        Assert.Null(signals.Number);
        Assert.False(signals.Explains(new OperationCanceledException()));

        using var self = ProcessSignals.Open(Environment.ProcessId);
        Assert.True(ProcessSignals.Send(self!, signal));

        Assert.True(signals.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.Equal(signal, signals.Number);
        Assert.True(signals.Explains(new OperationCanceledException()));
        Assert.True(signals.Explains(new IOException()));
        Assert.False(signals.Explains(new InvalidOperationException()));
    }
}
