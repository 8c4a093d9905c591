using System.CommandLine;
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

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Begin there: " + ReplayTarget.Forms,
        HelpName = "PLACE",
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
            "Show what a session printed, in its time. An open session is followed. Into a pipe or file go exactly the "
            + "recorded bytes. Keys: "
            + string.Join("; ", ReplayKeys.All.Select(k => $"{k.Keys}: {k.Meaning}")) + ".");
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_speed);
        Definition.Options.Add(_idleLimit);
        Definition.Options.Add(_noWait);
        Definition.Options.Add(_from);
        Definition.Options.Add(_channel);
    }

    public Command Definition { get; }

    public string Examples => "sshlog replay alice --idle-limit 2\nsshlog replay 20261122T074517-970236-4f2a --speed 4"
        + "\nsshlog replay alice --from 50%\nsshlog replay alice --from '#17'   # as sshlog history alice numbers its commands"
        + "\nsshlog replay 20261122 --no-wait > output.raw";

    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_speed) is not (>= ReplayPlayer.SlowestSpeed and <= FastestSpeed))
            throw new CliException(ExitCodes.Usage, $"--speed must be at least 1/64 (0.015625) and at most {FastestSpeed}");
        if (parsed.GetValue(_idleLimit) is not (null or (>= 0 and <= 86400)))
            throw new CliException(ExitCodes.Usage, "--idle-limit must be between 0 and 86400 seconds");
        if (parsed.GetValue(_from) is { } place && ReplayTarget.TryParse(place) is null)
        {
            throw new CliException(
                ExitCodes.Usage, $"--from must be {ReplayTarget.Forms}, not '{Terminal.SafeText.Escape(place)}'");
        }

        if (parsed.GetValue(_channel) is < 0)
            throw new CliException(ExitCodes.Usage, "--channel must be 0 or more");
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(context.Parsed.GetValue(_session)!, cancellation);
        var wanted = context.Parsed.GetValue(_channel);
        var recording = new Recording(context.Gateway, session, wanted, context.Host.Time);
        var exitCode = context.Host.OutputIsTerminal
            ? await ReplayOnTerminalAsync(context, recording, cancellation)
            : await ReplayIntoPipeAsync(context, recording, cancellation);
        if (exitCode != ExitCodes.Ok)
            return exitCode;
        if (wanted is not null && recording.Choice.Channel is null)
        {
            throw new CliException(
                ExitCodes.NoInput,
                $"session {session.Id} has no channel {wanted}; it has: {recording.Choice.Describe()}");
        }

        if (recording.Choice.Note("replayed") is { } note)
            context.WriteNote(note);
        return exitCode;
    }

    private ReplayPlayer CreatePlayer(CommandContext context, IReplayScreen screen)
    {
        var idleLimit = context.Parsed.GetValue(_idleLimit);
        var wait = !context.Parsed.GetValue(_noWait);
        var options = new ReplayOptions(
            context.Parsed.GetValue(_speed),
            idleLimit is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            wait,
            Follow: wait && context.Host.OutputIsTerminal);
        return new ReplayPlayer(options, screen, context.Host.Time);
    }

    private ReplayTarget? From(CommandContext context) =>
        context.Parsed.GetValue(_from) is { } place ? ReplayTarget.TryParse(place) : null;

    private async Task<int> ReplayIntoPipeAsync(
        CommandContext context, Recording recording, CancellationToken cancellation)
    {
        var screen = new PipeScreen(context.Host.Output, context.Host.ErrorOutput);
        await CreatePlayer(context, screen).RunAsync(recording, From(context), cancellation);
        return ExitCodes.Ok;
    }

    private async Task<int> ReplayOnTerminalAsync(
        CommandContext context, Recording recording, CancellationToken cancellation)
    {
        using var terminal = context.Host.OpenTerminal();
        using var signals = new EndingSignals(context.Host.TakeSignals, terminal.Dispose, cancellation);
        // All at once, it scrolls by and stays there to be read; in its time, it is painted.
        ITerminalReplayScreen screen = context.Parsed.GetValue(_noWait)
            ? new TerminalScreen(context.Host.Output)
            : new ViewScreen(context.Host.Output, () => terminal.Size);
        var player = CreatePlayer(context, screen);
        terminal.ListenForKeys(player.Press);
        screen.Begin();
        try
        {
            try
            {
                terminal.ListenForWindow(screen);
                await player.RunAsync(recording, From(context), signals.Token);
                return ExitCodes.Ok;
            }
            finally
            {
                screen.End();
            }
        }
        catch (Exception e) when (signals.Explains(e))
        {
            return ExitCodes.Signalled(signals.Number!.Value);
        }
    }
}
