using SshLog.Cli.Attach;
using SshLog.Cli.Gateway;
using SshLog.Cli.Prompt;
using SshLog.Cli.Replay;
using SshLog.Native;

namespace SshLog.Cli;

/// <summary>What a command sees of the process around it; tests give it another world.</summary>
internal sealed record CliHost
{
    private const int StandardOutput = 1;

    /// <summary>Standard output.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error.</summary>
    public required Stream ErrorOutput { get; init; }

    /// <summary>Standard input; only called by a command that reads it.</summary>
    public Func<TextReader> Input { get; init; } = () => Console.In;

    /// <summary>True if a person types standard input.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>True if a person reads standard output.</summary>
    public required bool OutputIsTerminal { get; init; }

    /// <summary>Clock and local time zone.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Environment variables by name; null when not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Connects to the daemon behind a socket path; fails with <see cref="CliException"/>.</summary>
    public required Func<string, CancellationToken, Task<IGateway>> Connect { get; init; }

    /// <summary>Takes the terminal over for a replay; only called when standard output is one.</summary>
    public required Func<IReplayTerminal> OpenTerminal { get; init; }

    /// <summary>Takes the terminal over for an attachment; only called when standard input and output are one.</summary>
    public Func<IViewerTerminal> OpenViewerTerminal { get; init; } = () => new ViewerTerminal(StandardOutput);

    /// <summary>Reads single keys for a prompt; only called when standard input and output are a terminal.</summary>
    public Func<IPromptKeys> OpenKeys { get; init; } = () => new ConsoleKeys();

    /// <summary>Registers for the signals that would end the process, see <see cref="EndingSignals"/>.</summary>
    public Func<Func<int, bool>, IDisposable> TakeSignals { get; init; } = EndingSignals.OfThisProcess;

    /// <summary>True where output may be styled (no-color.org).</summary>
    public bool UsesColour => OutputIsTerminal && string.IsNullOrEmpty(Environment("NO_COLOR"));

    /// <summary>The process that this code runs in.</summary>
    public static CliHost OfThisProcess() => new()
    {
        Output = new DescriptorStream(StandardOutput),
        ErrorOutput = new DescriptorStream(2),
        InputIsTerminal = Termios.IsTerminal(0),
        OutputIsTerminal = Termios.IsTerminal(StandardOutput),
        Time = TimeProvider.System,
        Environment = System.Environment.GetEnvironmentVariable,
        Connect = ActorGateway.ConnectAsync,
        OpenTerminal = () => new ControllingTerminal(StandardOutput),
    };

    /// <summary>Writes a verdict out. It is the exit status also where nobody reads to the end (<c>grep -q</c>).</summary>
    public static int Tell(int verdict, Action write)
    {
        try
        {
            write();
        }
        catch (BrokenPipeException)
        {
            // Who has read enough wants to know all the same.
        }

        return verdict;
    }

    /// <summary>A writer of UTF-8 text on <paramref name="stream"/>; flush it, the stream stays open.</summary>
    public static StreamWriter TextOn(Stream stream) => new(stream, leaveOpen: true);
}
