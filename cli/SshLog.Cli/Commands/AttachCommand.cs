using System.CommandLine;
using System.Globalization;
using SshLog.Cli.Attach;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog attach</c>: a session as it happens, and typing into it where that is allowed.</summary>
internal sealed class AttachCommand : ICommand
{
    private const string EscapeVariable = "SSHLOG_ESCAPE";
    private const string DefaultEscape = "^Q";

    private readonly Argument<string> _session = CommonOptions.Session();
    private readonly Option<bool> _readOnly = new("--readonly", "-r") { Description = "Watch only" };

    private readonly Option<int?> _channel = new("--channel")
    {
        Description = "This channel of the session; needed where it has several open terminals and SESSION is not the tty of one",
        HelpName = "N",
    };

    private readonly Option<string?> _escape = new("--escape")
    {
        Description = $"What leaves: {EscapeKey.Forms} (default: ${EscapeVariable}, else {DefaultEscape})",
        HelpName = "KEY",
    };

    public AttachCommand()
    {
        Definition = new Command(
            "attach",
            "Watch a session on this terminal as it happens, and type into it if you are an operator and the daemon allows "
            + "typing. Begins with its present screen; your window may have any size. That you watch and type is recorded.");
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_readOnly);
        Definition.Options.Add(_channel);
        Definition.Options.Add(_escape);
    }

    public Command Definition { get; }

    public string Examples => "sshlog attach alice --readonly\nsshlog attach 17                 # the session on pts/17\n"
        + "sshlog attach alice --channel 1  # one of several terminals over one connection\n"
        + "sshlog attach alice --escape '~.'  # leave as ssh does";

    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_escape) is { } given)
            ParseEscape("--escape", given);
        if (parsed.GetValue(_channel) is < 0)
            throw new CliException(ExitCodes.Usage, "--channel must be 0 or more");
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        if (!context.Host.OutputIsTerminal || !context.Host.InputIsTerminal)
        {
            throw new CliException(
                ExitCodes.Usage, "attach needs a terminal; into a pipe or file write sshlog replay and sshlog watch");
        }

        var escape = EscapeOf(context);
        var name = context.Parsed.GetValue(_session)!;
        var session = await context.Gateway.ResolveAsync(name, cancellation);
        if (session.EndedAt is not null)
            throw new CliException(ExitCodes.NoInput, $"session {session.Id.Text} is over; see it with sshlog replay {session.Id.Text}");
        var attach = new GatewayProtocol.Attach(session.Id, context.Parsed.GetValue(_channel), context.Parsed.GetValue(_readOnly))
        {
            // A session that was named by one of its ttys.
            Tty = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var tty) && session.Ttys.Contains(tty) ? tty : null,
        };
        var attached = await context.Gateway.AskAsync<GatewayProtocol.Attached>(attach, cancellation);
        context.WriteNote(Greeting(session, attached, escape));
        var (how, exitCode) = await WatchAsync(context, attached, escape, cancellation);
        if (how is not null)
            context.WriteNote(how);
        return exitCode;
    }

    private static EscapeKey ParseEscape(string source, string text) => EscapeKey.TryParse(text) ?? throw new CliException(
        ExitCodes.Usage, $"{source} must be {EscapeKey.Forms}, not '{SafeText.Escape(text)}'");

    private EscapeKey EscapeOf(CommandContext context) =>
        context.Parsed.GetValue(_escape) is { } given ? ParseEscape("--escape", given)
        : context.Host.Environment(EscapeVariable) is { Length: > 0 } variable ? ParseEscape(EscapeVariable, variable)
        : EscapeKey.TryParse(DefaultEscape)!;

    private static string Greeting(SessionSummary session, GatewayProtocol.Attached attached, EscapeKey escape)
    {
        var how = attached.MayType ? "you may type" : attached.WhyNot.Length > 0 ? "read-only: " + attached.WhyNot.TrimEnd('.') : "read-only";
        return $"watching {SafeText.Escape(session.User)} ({session.Id.Text}, channel {attached.Channel}), {how}; {escape.Text} leaves";
    }

    /// <returns>How it ended, one sentence; null when a signal has ended it.</returns>
    private static async Task<(string? How, int ExitCode)> WatchAsync(
        CommandContext context, GatewayProtocol.Attached attached, EscapeKey escape, CancellationToken cancellation)
    {
        using var terminal = context.Host.OpenViewerTerminal();
        using var signals = new EndingSignals(context.Host.TakeSignals, terminal.Dispose, cancellation);
        var view = new LiveView(context.Host.Output, () => terminal.Size, attached.Kind, attached.MayType);
        var attachment = new Attachment(context.Gateway, view, escape, attached.MayType, context.Host.Time);
        view.Begin();
        try
        {
            try
            {
                terminal.ListenForResize(view.Repaint);
                terminal.ListenForBytes(attachment.Type);
                return (await attachment.RunAsync(signals.Token), ExitCodes.Ok);
            }
            finally
            {
                view.End();
            }
        }
        catch (Exception e) when (signals.Explains(e))
        {
            return (null, ExitCodes.Signalled(signals.Number!.Value));
        }
    }
}
