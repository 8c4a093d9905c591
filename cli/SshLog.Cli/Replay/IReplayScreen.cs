using SshLog.Core.Probe;

namespace SshLog.Cli.Replay;

/// <summary>Where a replay appears.</summary>
internal interface IReplayScreen
{
    /// <summary>Shows recorded bytes.</summary>
    void Write(ReplayStep.Output recorded);

    /// <summary>Shows that something is missing here.</summary>
    /// <param name="text">Safe to print.</param>
    void Mark(string text);
}

/// <summary>The terminal of the person who watches, taken over until it is disposed of.</summary>
internal interface IReplayTerminal : IDisposable
{
    /// <summary>Calls <paramref name="key"/> for every key, on another thread, until disposed of.</summary>
    void ListenForKeys(Action<ReplayKey> key);
}

/// <summary>Into a pipe or file: every byte as it was recorded, nothing else; gaps go to standard error.</summary>
/// <param name="output">Standard output.</param>
/// <param name="errors">Standard error; also what the recorded command wrote to its standard error.</param>
internal sealed class PipeScreen(Stream output, Stream errors) : IReplayScreen
{
    public void Write(ReplayStep.Output recorded) =>
        (recorded.Stream == ChannelStream.Error ? errors : output).Write(recorded.Bytes.Span);

    public void Mark(string text)
    {
        using var writer = CliHost.TextOn(errors);
        writer.Write($"sshlog: {text}\n");
    }
}
