using System.CommandLine;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Formatting.Search;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog search</c>: where something was typed as a command or printed.</summary>
internal sealed class SearchCommand : ICommand
{
    private const int DefaultHits = 100;
    private const int LongestText = 200;

    private readonly Argument<string> _text = new("TEXT") { Description = "What is sought; without capital letters in it, capitals do not matter" };
    private readonly Option<bool> _regex = new("--regex") { Description = "TEXT is a regular expression (without back-references and look-around)" };
    private readonly Option<bool> _commands = new("--commands") { Description = "Only in commands, which is faster" };

    private readonly Option<string?> _session = new("--session")
    {
        Description = "Only in this session: id or the start of one, tty number, or user name",
        HelpName = "SESSION",
    };

    private readonly Option<string?> _user = new("--user") { Description = "Only in this user's sessions", HelpName = "USER" };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only in sessions that started since then: " + PointInTime.Forms,
        HelpName = "TIME",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "At most so many hits, from the newest session back",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultHits,
    };

    private readonly Option<bool> _json = CommonOptions.Json("A JSON object a line, as they are found");

    public SearchCommand()
    {
        Definition = new Command(
            "search",
            "Search commands and output of all sessions, the newest first, and show the command that replays each place. Output is "
            + "searched line by line as it was shown: colours and corrections do not hide a word. What the search index does not have "
            + "yet is read.");
        Definition.Arguments.Add(_text);
        foreach (var option in (Option[])[_regex, _commands, _session, _user, _since, _limit, _json])
            Definition.Options.Add(option);
    }

    public Command Definition { get; }

    public string Examples => "sshlog search 'permission denied' --since 1d\nsshlog search --commands 'rm -rf' --user alice"
        + "\nsshlog search --regex 'curl .*[|] *(ba)?sh' --json";

    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_limit) < 1)
            throw new CliException(ExitCodes.Usage, "--limit must be at least 1");
        if (parsed.GetValue(_text)!.Length == 0)
            throw new CliException(ExitCodes.Usage, "TEXT must not be empty");
        if (parsed.GetValue(_session) is not null && (parsed.GetValue(_user) ?? parsed.GetValue(_since)) is not null)
            throw new CliException(ExitCodes.Usage, "give either --session, or --user and --since");
        if (parsed.GetValue(_since) is { } since && PointInTime.TryParse(since, DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is null)
            throw new CliException(ExitCodes.Usage, $"--since must be {PointInTime.Forms}, not '{SafeText.Escape(since)}'");
        _ = Sought(parsed);
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var search = new SessionSearch(new Source(context.Gateway), Sought(context.Parsed), !context.Parsed.GetValue(_commands));
        try
        {
            if (!await WriteHitsAsync(context, search, cancellation))
                return ExitCodes.Ok;
        }
        catch (InvalidDataException e)
        {
            throw new CliException(ExitCodes.Protocol, e.Message, e);
        }

        if (search.ReadThrough > 0)
        {
            context.WriteNote(
                $"{Quantities.Count(search.ReadThrough, "recording")} had to be read through: "
                + (search.UsesIndex ? "not in the search index" : "this has no three letters in a row to look up in the search index"));
        }

        return ExitCodes.Ok;
    }

    // False at the limit.
    private async Task<bool> WriteHitsAsync(CommandContext context, SessionSearch search, CancellationToken cancellation)
    {
        var left = context.Parsed.GetValue(_limit);
        await foreach (var hit in search.FindAsync(await FindSessionsAsync(context, cancellation), cancellation))
        {
            Write(context, hit);
            if (--left > 0)
                continue;
            context.WriteNote($"there may be more: {context.Parsed.GetValue(_limit)} hits are shown (--limit)");
            return false;
        }

        return true;
    }

    private SoughtText Sought(ParseResult parsed)
    {
        var text = parsed.GetValue(_text)!;
        try
        {
            return SoughtText.Parse(text, parsed.GetValue(_regex));
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCodes.Usage, $"'{SafeText.Escape(text)}' cannot be searched for: {SafeText.Escape(e.Message)}", e);
        }
    }

    private async Task<IReadOnlyList<SessionSummary>> FindSessionsAsync(CommandContext context, CancellationToken cancellation)
    {
        if (context.Parsed.GetValue(_session) is { } name)
            return [await context.Gateway.ResolveAsync(name, cancellation)];
        var time = context.Host.Time;
        return await context.Gateway.FindSessionsAsync(
            new SessionQuery(
                User: context.Parsed.GetValue(_user),
                Since: context.Parsed.GetValue(_since) is { } since ? PointInTime.TryParse(since, time.GetUtcNow(), time.LocalTimeZone) : null,
                Limit: int.MaxValue),
            cancellation);
    }

    private void Write(CommandContext context, SearchHit hit)
    {
        if (context.Parsed.GetValue(_json))
        {
            new JsonOutput(context.Host.Output).WriteLine(hit.Write);
            return;
        }

        var text = SafeText.Escape(hit.Text.Trim());
        if (text.Length > LongestText)
            text = text[..LongestText] + "...";
        context.WriteText(writer =>
        {
            writer.WriteLine($"{Quantities.LocalTime(hit.At, context.Host.Time)}  {SafeText.Escape(hit.Session.User)}  "
                + $"{(hit.Channel is null ? "command" : "output ")}  {text}");
            writer.WriteLine("    " + hit.ReplayCommand + (hit.Command.Length > 0 ? "  # after " + SafeText.Escape(hit.Command) : string.Empty));
        });
    }

    private sealed class Source(IGateway gateway) : ISearchSource
    {
        public Task<GatewayProtocol.TextPlaces> FindAsync(GatewayProtocol.FindText request, CancellationToken cancellation) =>
            gateway.AskAsync<GatewayProtocol.TextPlaces>(request, cancellation);

        public Task<GatewayProtocol.EventPage> ReadAsync(GatewayProtocol.ReadJournal request, CancellationToken cancellation) =>
            gateway.AskAsync<GatewayProtocol.EventPage>(request, cancellation);
    }
}
