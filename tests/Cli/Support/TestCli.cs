using System.Text;
using SshLog.Cli.Attach;
using SshLog.Cli.Gateway;
using SshLog.Cli.Replay;

namespace SshLog.Cli.Tests.Support;

/// <summary>The whole program in a world of its own.</summary>
internal sealed class TestCli
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _errors = new();

    public FakeGateway Gateway { get; } = new();

    public SteppingTime Time { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    public bool OutputIsTerminal { get; init; }

    public bool InputIsTerminal { get; init; }

    /// <summary>Replaces the stream that standard output goes to.</summary>
    public Stream? Target { get; init; }

    /// <summary>What connecting fails with.</summary>
    public Exception? ConnectError { get; init; }

    /// <summary>What is typed.</summary>
    public string Input { get; init; } = string.Empty;

    public ReplayInput[] Keys { get; init; } = [];

    /// <summary>Raises a signal, once the program has registered for them; false if the process would end.</summary>
    public Func<int, bool>? Raise { get; private set; }

    /// <summary>The terminal's window.</summary>
    public Native.WindowSize Size { get; init; } = new(80, 24);

    public string? ConnectedTo { get; private set; }

    public bool TerminalRestored { get; private set; }

    public byte[] OutputBytes => _output.ToArray();

    public string Output => Encoding.UTF8.GetString(_output.ToArray());

    public string Errors => Encoding.UTF8.GetString(_errors.ToArray());

    public Task<int> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    public Task<int> RunAsync(CancellationToken cancellation, params string[] arguments) =>
        new CommandLine(new CliHost
        {
            Output = Target ?? _output,
            ErrorOutput = _errors,
            Input = () => new StringReader(Input),
            OutputIsTerminal = OutputIsTerminal,
            InputIsTerminal = InputIsTerminal,
            Time = Time,
            Environment = name => Environment.GetValueOrDefault(name),
            Connect = Connect,
            OpenTerminal = () => new FakeTerminal(this),
            OpenViewerTerminal = () => new FakeTerminal(this),
            TakeSignals = taken =>
            {
                Raise = taken;
                return new Nothing();
            },
        }).RunAsync(arguments, cancellation);

    private Task<IGateway> Connect(string path, CancellationToken cancellation)
    {
        ConnectedTo = path;
        return ConnectError is null ? Task.FromResult<IGateway>(Gateway) : Task.FromException<IGateway>(ConnectError);
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }

    private sealed class FakeTerminal(TestCli owner) : IReplayTerminal, IViewerTerminal
    {
        public Native.WindowSize Size => owner.Size;

        public void ListenForKeys(Action<ReplayInput> key) => Array.ForEach(owner.Keys, key);

        public void ListenForBytes(Action<byte[]> typed)
        {
        }

        public void ListenForWindow(ITerminalReplayScreen screen)
        {
        }

        public void ListenForResize(Action resized)
        {
        }

        public void Dispose() => owner.TerminalRestored = true;
    }
}
