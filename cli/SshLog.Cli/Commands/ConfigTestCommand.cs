using System.CommandLine;
using System.Text.Json;
using SshLog.Configuration;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.PluginHost;
using SshLog.Plugins;
using SshLog.Rules;
using SshLog.Schema;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog config test</c>: what rules would have done with what is recorded, without a daemon.</summary>
internal sealed class ConfigTestCommand
{
    private const string JournalFile = "journal.db";

    private readonly Option<string?> _config = new("--config")
    {
        Description = $"The rules: a file, or a directory with sshlog.conf and conf.d (default {SettingsLoader.DefaultDirectory})",
        HelpName = "PATH",
    };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only events since then: " + PointInTime.Forms + " (default: all that are recorded)",
        HelpName = "TIME",
    };

    private readonly Option<string?> _until = new("--until") { Description = "Only events until then (default: now)", HelpName = "TIME" };

    private readonly Option<string?> _journal = new("--journal")
    {
        Description = $"The journal, or a copy of it (default: {JournalFile} in the configuration's state-directory)",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = CommonOptions.Json("A JSON object a line, as they are found");

    public ConfigTestCommand()
    {
        Definition = new Command(
            "test",
            "Show which recorded events the rules would have matched, and what their actions would have sent. Nothing is sent or "
            + "written; of plug-ins only filters are asked. Reads the journal's file (root may) and needs no daemon.")
        {
            _config, _since, _until, _journal, _json,
        };
    }

    /// <summary>Name, description and options.</summary>
    public Command Definition { get; }

    /// <summary>Command lines to show in the help.</summary>
    public static string Examples => "sshlog config test --since 1d\nsshlog config test --config new-rules.conf --since 2026-11-01 --until 2026-11-08"
        + "\nsshlog config test --since 7d --json | jq -r '.rules[]' | sort | uniq -c";

    /// <summary>Does it.</summary>
    /// <returns>0, whether anything matched or not.</returns>
    /// <exception cref="CliException">The configuration has mistakes (78), there is no such journal (66), or it cannot be read (74).</exception>
    public async Task<int> RunAsync(ParseResult parsed, CliHost host, CancellationToken cancellation)
    {
        var now = host.Time.GetUtcNow();
        var since = Time(parsed, _since, host) ?? DateTimeOffset.MinValue;
        var until = Time(parsed, _until, host) ?? now;
        if (since > until)
            throw new CliException(ExitCodes.Usage, "--since must be before --until");
        using var plugins = new PluginDirectory();
        var loaded = ConfigCommands.OrFail(() => ConfigCommands.Load(parsed.GetValue(_config), plugins));
        var journal = parsed.GetValue(_journal) ?? Path.Combine(loaded.Settings.StateDirectory, JournalFile);
        if (!File.Exists(journal))
            throw new CliException(ExitCodes.NoInput, $"there is no journal {journal} (or you may not see it: root may)");
        try
        {
            await using var trial = new RuleTrial(loaded.Rules, (PluginCatalogue)loaded.Vocabulary, text => Note(host, text), host.Time);
            using var reader = new JournalReader(journal, ProtobufEventCodec.Instance);
            var cursor = since == DateTimeOffset.MinValue ? 0 : reader.NewestBefore(since);
            var matches = 0;
            foreach (var match in trial.Run(reader, reader, cursor, since, until))
            {
                cancellation.ThrowIfCancellationRequested();
                matches++;
                if (parsed.GetValue(_json))
                    new JsonOutput(host.Output).WriteLine(json => WriteJson(json, match));
                else
                    WriteText(host, match);
            }

            Note(host, $"{Quantities.Count(trial.Events, "event")} looked at, {Quantities.Count(matches)} matched; nothing was sent");
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            throw new CliException(ExitCodes.InputOutput, e.Message.TrimEnd('.'), e);
        }
    }

    private static DateTimeOffset? Time(ParseResult parsed, Option<string?> option, CliHost host)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        return PointInTime.TryParse(text, host.Time.GetUtcNow(), host.Time.LocalTimeZone)
            ?? throw new CliException(ExitCodes.Usage, $"{option.Name} must be {PointInTime.Forms}, not '{SafeText.Escape(text)}'");
    }

    private static void WriteText(CliHost host, TrialMatch match)
    {
        using var writer = CliHost.TextOn(host.Output);
        var date = Quantities.LocalTime(match.Event.At, host.Time).Split(' ')[0];
        writer.WriteLine($"{date} {match.Event.Line}");
        writer.WriteLine($"    rules: {SafeText.Escape(string.Join(", ", match.Rules))}");
        foreach (var action in match.Actions)
        {
            var lines = (action.Text ?? $"({action.Problem})").TrimEnd('\n').Split('\n');
            writer.WriteLine($"    {SafeText.Escape(action.Name)} ({action.Plugin}): {SafeText.Escape(lines[0])}");
            foreach (var line in lines[1..])
                writer.WriteLine("        " + SafeText.Escape(line));
        }
    }

    private static void WriteJson(Utf8JsonWriter json, TrialMatch match)
    {
        json.WriteNumber("ordering", match.Event.Ordering);
        json.WriteString("time", Quantities.Rfc3339(match.Event.At));
        json.WriteString("session", match.Event.Session);
        json.WriteString("username", match.Event.User);
        json.WriteString("event_type", match.Event.EventType);
        json.WriteString("line", match.Event.Line);
        json.WriteStartArray("rules");
        foreach (var rule in match.Rules)
            json.WriteStringValue(rule);
        json.WriteEndArray();
        json.WriteStartArray("actions");
        foreach (var action in match.Actions)
        {
            json.WriteStartObject();
            json.WriteString("name", action.Name);
            json.WriteString("plugin", action.Plugin);
            json.WriteString("would_send", action.Text);
            json.WriteString("problem", action.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Note(CliHost host, string text)
    {
        using var writer = CliHost.TextOn(host.ErrorOutput);
        writer.Write($"sshlog: {SafeText.Escape(text)}\n");
    }
}
