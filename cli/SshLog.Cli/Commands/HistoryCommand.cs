using System.CommandLine;
using System.Net;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog history</c>: recorded sessions, or the commands of one.</summary>
internal sealed class HistoryCommand : ICommand
{
    private const int DefaultSessions = 100;

    private readonly Argument<string?> _session = CommonOptions.OptionalSession();
    private readonly Option<string?> _user = new("--user")
    {
        Description = "Only this user's sessions",
        HelpName = "USER",
    };

    private readonly Option<string?> _client = new("--client")
    {
        Description = "Only sessions from this address",
        HelpName = "IP",
    };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only sessions that started since then: " + PointInTime.Forms,
        HelpName = "TIME",
    };

    private readonly Option<string?> _command = new("--command")
    {
        Description = "Only sessions in which this program ran (its name or path); of one session, only its runs",
        HelpName = "PROGRAM",
    };

    private readonly Option<int?> _exitStatus = new("--exit-status")
    {
        Description = "Only sessions in which a command, or the one of --command, ended with this status; of one session, only those",
        HelpName = "N",
    };

    private readonly Option<bool> _json = CommonOptions.Json("A JSON array, an object a session or command");

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = $"At most so many, the newest (default: {DefaultSessions} sessions, all commands)",
        HelpName = "N",
    };

    public HistoryCommand()
    {
        Definition = new Command("history", "List sessions, ended ones too; with a session, its commands.");
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_user);
        Definition.Options.Add(_client);
        Definition.Options.Add(_since);
        Definition.Options.Add(_command);
        Definition.Options.Add(_exitStatus);
        Definition.Options.Add(_limit);
        Definition.Options.Add(_json);
    }

    public Command Definition { get; }

    public string Examples => "sshlog history --user alice --since 7d\nsshlog history --command scp\nsshlog history 20261122T074517-970236-4f2a"
        + "\nsshlog history alice --exit-status 1";

    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_limit) is < 1)
            throw new CliException(ExitCodes.Usage, "--limit must be at least 1");
        if (parsed.GetValue(_session) is not null
            && (parsed.GetValue(_user) ?? parsed.GetValue(_client) ?? parsed.GetValue(_since)) is not null)
            throw new CliException(ExitCodes.Usage, "give either a session, or --user, --client and --since");
        if (parsed.GetValue(_client) is { } client && !IPAddress.TryParse(client, out _))
            throw new CliException(ExitCodes.Usage, $"--client must be an address, not '{SafeText.Escape(client)}'");
        if (parsed.GetValue(_since) is { } since && PointInTime.TryParse(since, DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is null)
            throw new CliException(ExitCodes.Usage, $"--since must be {PointInTime.Forms}, not '{SafeText.Escape(since)}'");
    }

    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation) =>
        context.Parsed.GetValue(_session) is { } name
            ? ShowCommandsAsync(context, name, cancellation)
            : ShowSessionsAsync(context, cancellation);

    private async Task<int> ShowSessionsAsync(CommandContext context, CancellationToken cancellation)
    {
        var limit = context.Parsed.GetValue(_limit) ?? DefaultSessions;
        var time = context.Host.Time;
        var query = new SessionQuery(
            User: context.Parsed.GetValue(_user),
            Client: context.Parsed.GetValue(_client) is { } client ? IPAddress.Parse(client) : null,
            Since: context.Parsed.GetValue(_since) is { } since ? PointInTime.TryParse(since, time.GetUtcNow(), time.LocalTimeZone) : null,
            Limit: limit,
            Command: context.Parsed.GetValue(_command),
            ExitStatus: context.Parsed.GetValue(_exitStatus));
        var sessions = await context.Gateway.FindSessionsAsync(query, cancellation);
        if (context.Parsed.GetValue(_json))
        {
            new JsonOutput(context.Host.Output).WriteArray(sessions, SummaryJson.WriteSession);
            return ExitCodes.Ok;
        }

        var table = new SessionTable(context.Host.Time, context.Host.OutputIsTerminal, context.Style);
        context.WriteText(writer => table.WriteHistory(writer, sessions));
        return ExitCodes.Ok;
    }

    private async Task<int> ShowCommandsAsync(CommandContext context, string name, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(name, cancellation);
        var all = await context.Gateway.ListCommandsAsync(session.Id, cancellation);
        IReadOnlyList<CommandSummary> commands = [.. all.Where(c => IsWanted(context, c))];
        if (context.Parsed.GetValue(_limit) is { } limit)
            commands = [.. commands.TakeLast(limit)];
        if (context.Parsed.GetValue(_json))
        {
            new JsonOutput(context.Host.Output).WriteArray(
                commands, (json, command) => SummaryJson.WriteCommand(json, session, command));
            return ExitCodes.Ok;
        }

        context.WriteText(w => CommandTable.Write(w, session, commands, context.Host.Time, context.Style));
        if (all.Count < session.Commands && context.Parsed.GetValue(_limit) is null)
            context.WriteNote($"showing {Quantities.Count(all.Count)} of {Quantities.Count(session.Commands, "command")}: the others were redacted, which sshlog verify explains");
        return ExitCodes.Ok;
    }

    private bool IsWanted(CommandContext context, CommandSummary command)
    {
        var (program, status) = (context.Parsed.GetValue(_command), context.Parsed.GetValue(_exitStatus));
        return (program is null || command.Executable == program || command.Executable.EndsWith("/" + program, StringComparison.Ordinal))
            && (status is null || command.ExitCode == status);
    }
}
