using SshLog.Core.Probe;
using SshLog.Formatting;
using SshLog.Native;

namespace SshLog.Cli.Replay;

/// <summary>Where a replay appears.</summary>
internal interface IReplayScreen
{
    /// <summary>Shows recorded bytes.</summary>
    void Write(ReplayStep.Output recorded);

    /// <summary>Shows that something is missing here.</summary>
    /// <param name="text">Safe to print.</param>
    void Mark(string text);

    /// <summary>The recorded window has this size from here on.</summary>
    void Resize(int columns, int rows)
    {
    }

    /// <summary>Goes on from a screen that another place of the recording showed.</summary>
    void Show(ChannelScreen screen)
    {
    }

    /// <summary>Shows a line about the replay itself, or none.</summary>
    /// <param name="text">Safe to print; null for none.</param>
    void Status(string? text)
    {
    }

    /// <summary>Shows lines in place of the recording until the next <see cref="Status"/>.</summary>
    void Help(IReadOnlyList<string> lines)
    {
    }
}

/// <summary>A screen that takes a terminal over.</summary>
internal interface ITerminalReplayScreen : IReplayScreen
{
    /// <summary>Before anything else.</summary>
    void Begin();

    /// <summary>After everything, however the replay ended: leaves the terminal usable.</summary>
    void End();

    /// <summary>The process is about to be stopped: leaves the terminal to others. On any thread.</summary>
    void Leave();

    /// <summary>The process goes on: the terminal is ours again. On any thread.</summary>
    void Return();

    /// <summary>The window has another size, or something else was painted over it. On any thread.</summary>
    void Repaint()
    {
    }
}

/// <summary>The terminal of the person who watches, taken over until it is disposed of.</summary>
internal interface IReplayTerminal : IDisposable
{
    /// <summary>The window's size now.</summary>
    WindowSize Size { get; }

    /// <summary>Calls <paramref name="key"/> for every key, on another thread, until disposed of.</summary>
    void ListenForKeys(Action<ReplayInput> key);

    /// <summary>Tells <paramref name="screen"/>, on other threads, when the process is stopped and goes on and when the window has another size.</summary>
    void ListenForWindow(ITerminalReplayScreen screen);
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
