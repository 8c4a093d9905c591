using System.CommandLine;
using System.Globalization;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog redact</c>: takes out of a recording what should not be in it.</summary>
internal sealed class RedactCommand : ICommand
{
    private readonly Argument<string> _session = CommonOptions.Session();

    private readonly Option<string> _events = new("--events")
    {
        Description = "Which events: the numbers that sshlog search and sshlog history show behind #, one or a range",
        HelpName = "N[-M]",
        Required = true,
    };

    private readonly Option<string?> _reason = RecordingRequest.Reason("Why; recorded with the audit event");

    public RedactCommand()
    {
        Definition = new Command(
            "redact",
            "Take the content out of some events of a recording that is over: output, input, commands, files' names. That it was "
            + "taken out, where, by whom and why stays, signed, and sshlog verify explains it (for administrators).");
        _reason.Required = true;
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_events);
        Definition.Options.Add(_reason);
    }

    public Command Definition { get; }

    public string Examples => "sshlog redact 20261122T074517-970236-4f2a --events 17 --reason \"a password was printed\""
        + "\nsshlog redact 20261122T074517-970236-4f2a --events 17-23 --reason \"customer data\"";

    public void Check(ParseResult parsed)
    {
        if (string.IsNullOrWhiteSpace(parsed.GetValue(_reason)))
            throw new CliException(ExitCodes.Usage, "a redaction needs a reason: --reason TEXT");
        Range(parsed);
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(context.Parsed.GetValue(_session)!, cancellation);
        if (session.EndedAt is null)
            throw new CliException(ExitCodes.NoPermission, $"session {session.Id.Text} is open: end it first (sshlog kill)");
        var (from, last) = Range(context.Parsed);
        for (; from <= last; from += RedactionTarget.MostEvents)
        {
            var request = new GatewayProtocol.ChangeRecording(
                session.Id, GatewayProtocol.RecordingChange.Redact, context.Parsed.GetValue(_reason)!)
            {
                From = from,
                UpTo = Math.Min(last, from + RedactionTarget.MostEvents - 1),
            };
            await RecordingRequest.AskAsync(context, request, cancellation);
        }

        return ExitCodes.Ok;
    }

    private (long From, long UpTo) Range(ParseResult parsed)
    {
        var text = parsed.GetValue(_events)!.TrimStart('#');
        var parts = text.Split('-');
        return parts.Length <= 2 && Number(parts[0]) is { } from && Number(parts[^1]) is { } upTo && from >= 1 && upTo >= from
            && upTo - from < 1_000_000
            ? (from, upTo)
            : throw new CliException(ExitCodes.Usage, $"--events must be a number or a range such as 17-23, not '{SafeText.Escape(text)}'");
    }

    private static long? Number(string text) =>
        long.TryParse(text.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
