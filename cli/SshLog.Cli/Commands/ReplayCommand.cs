using System.CommandLine;
using System.Runtime.InteropServices;
using SshLog.Cli.Gateway;
using SshLog.Cli.Replay;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog replay</c>: a session's output as it was, in its time.</summary>
internal sealed class ReplayCommand : ICommand
{
    private const double FastestSpeed = 1000;

    private readonly Argument<string> _session = CommonOptions.Session();
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Everything at once" };

    private readonly Option<double> _speed = new("--speed")
    {
        Description = "So many times as fast",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double?> _idleLimit = new("--idle-limit")
    {
        Description = "Shorten longer pauses to so many seconds",
        HelpName = "SECONDS",
    };

    private readonly Option<int?> _channel = new("--channel")
    {
        Description = "This channel of the session (default: the first terminal, else the first)",
        HelpName = "N",
    };

    public ReplayCommand()
    {
        Definition = new Command(
            "replay",
            "Show what a session printed. Keys: space pauses, . next output, ] next command, + faster, - slower, "
            + "q quits. Into a pipe or file go exactly the recorded bytes.");
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_speed);
        Definition.Options.Add(_idleLimit);
        Definition.Options.Add(_noWait);
        Definition.Options.Add(_channel);
    }

    public Command Definition { get; }

    public string Examples => "sshlog replay alice --idle-limit 2\nsshlog replay 20261122T074517-970236-4f2a --speed 4"
        + "\nsshlog replay 20261122 --no-wait > output.raw";

    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_speed) is not (> 0 and <= FastestSpeed))
            throw new CliException(ExitCodes.Usage, $"--speed must be above 0 and at most {FastestSpeed}");
        if (parsed.GetValue(_idleLimit) is not (null or (>= 0 and <= 86400)))
            throw new CliException(ExitCodes.Usage, "--idle-limit must be between 0 and 86400 seconds");
        if (parsed.GetValue(_channel) is < 0)
            throw new CliException(ExitCodes.Usage, "--channel must be 0 or more");
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(context.Parsed.GetValue(_session)!, cancellation);
        var wanted = context.Parsed.GetValue(_channel);
        var selection = new ChannelSelection(session, wanted);
        var steps = selection.SelectAsync(context.Gateway.ReadJournalAsync(session.Id, cancellation), cancellation);
        var exitCode = context.Host.OutputIsTerminal
            ? await ReplayOnTerminalAsync(context, steps, cancellation)
            : await ReplayIntoPipeAsync(context, steps, cancellation);
        if (exitCode != ExitCodes.Ok)
            return exitCode;
        if (wanted is not null && !selection.Found)
        {
            throw new CliException(
                ExitCodes.NoInput,
                $"session {session.Id} has no channel {wanted}; it has: {selection.Describe()}");
        }

        if (selection.Note is { } note)
            context.WriteNote(note);
        return exitCode;
    }

    private ReplayPlayer CreatePlayer(CommandContext context, IReplayScreen screen)
    {
        var idleLimit = context.Parsed.GetValue(_idleLimit);
        var options = new ReplayOptions(
            context.Parsed.GetValue(_speed),
            idleLimit is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Wait: !context.Parsed.GetValue(_noWait));
        return new ReplayPlayer(options, screen, context.Host.Time);
    }

    private async Task<int> ReplayIntoPipeAsync(
        CommandContext context, IAsyncEnumerable<ReplayStep> steps, CancellationToken cancellation)
    {
        var screen = new PipeScreen(context.Host.Output, context.Host.ErrorOutput);
        await CreatePlayer(context, screen).RunAsync(steps, cancellation);
        return ExitCodes.Ok;
    }

    private async Task<int> ReplayOnTerminalAsync(
        CommandContext context, IAsyncEnumerable<ReplayStep> steps, CancellationToken cancellation)
    {
        var signalled = 0;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminal = context.Host.OpenTerminal();
        var screen = new TerminalScreen(context.Host.Output);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => End(s, 2));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => End(s, 15));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, s => End(s, 1));
        var player = CreatePlayer(context, screen);
        terminal.ListenForKeys(player.Press);
        screen.Begin();
        try
        {
            await player.RunAsync(steps, end.Token);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (signalled != 0)
        {
            return ExitCodes.Signalled(signalled);
        }
        finally
        {
            screen.End();
        }

        void End(PosixSignalContext signal, int number)
        {
            // A second signal ends the process even when its output is blocked.
            signal.Cancel = Interlocked.Exchange(ref signalled, number) == 0;
            if (!signal.Cancel)
                terminal.Dispose();
            end.Cancel();
        }
    }
}
