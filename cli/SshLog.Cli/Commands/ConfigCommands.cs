using System.CommandLine;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Configuration.Rules;
using SshLog.Formatting;
using SshLog.PluginHost;
using SshLog.Schema;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog config check|show|convert</c>: looks at configuration files, without a daemon.</summary>
internal sealed class ConfigCommands
{
    private readonly Argument<string?> _location = new("PATH")
    {
        Description = $"A file, or a directory with sshlog.conf and conf.d (default {SettingsLoader.DefaultDirectory})",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _json = CommonOptions.Json("A JSON object");

    public ConfigCommands()
    {
        Check = new Command("check", "Check the configuration and tell all mistakes at once.") { _location, _json };
        Show = new Command("show", "Show every setting as it counts, and where it comes from.") { _location, _json };
        Convert = new Command("convert", "Print the rules of sshlog's YAML files as HOCON.") { _location };
    }

    public Command Check { get; }

    public Command Show { get; }

    public Command Convert { get; }

    public static string CheckExamples => "sshlog config check\nsshlog config check /tmp/new.conf && systemctl reload sshlogd";

    public static string ShowExamples => "sshlog config show\nsshlog config show --json | jq '.settings[] | select(.source != \"default\")'";

    public static string ConvertExamples => "sshlog config convert /etc/sshlog/sshlog.yaml > /etc/sshlog/conf.d/rules.conf";

    public int RunCheck(ParseResult parsed, CliHost host)
    {
        IReadOnlyList<string> problems = [];
        LoadedConfiguration? loaded = null;
        try
        {
            loaded = Load(parsed);
        }
        catch (SettingsException e)
        {
            problems = e.Problems;
        }

        return CliHost.Tell(
            loaded is null ? ExitCodes.Configuration : ExitCodes.Ok, () => WriteVerdict(host, parsed.GetValue(_json), loaded, problems));
    }

    private static void WriteVerdict(CliHost host, bool asJson, LoadedConfiguration? loaded, IReadOnlyList<string> problems)
    {
        if (asJson)
        {
            new JsonOutput(host.Output).WriteLine(json =>
            {
                json.WriteBoolean("valid", loaded is not null);
                json.WriteStartArray("problems");
                foreach (var problem in problems)
                    json.WriteStringValue(problem);
                json.WriteEndArray();
                json.WriteStartArray("warnings");
                foreach (var warning in loaded?.Vocabulary.NotLoaded.Concat(loaded.Warnings) ?? [])
                    json.WriteStringValue(warning);
                json.WriteEndArray();
            });
        }
        else if (loaded is not null)
        {
            using var writer = CliHost.TextOn(host.Output);
            writer.WriteLine(
                $"The configuration is well: {Quantities.Count(loaded.Files.Count, "file")}, "
                + $"{Quantities.Count(loaded.Rules.Rules.Count, "rule")}, {Quantities.Count(loaded.Rules.Actions.Count, "action")}.");
            using var errors = CliHost.TextOn(host.ErrorOutput);
            foreach (var reason in loaded.Vocabulary.NotLoaded.Concat(loaded.Warnings))
                errors.WriteLine(SafeText.Escape(reason));
        }
        else
        {
            using var writer = CliHost.TextOn(host.ErrorOutput);
            foreach (var problem in problems)
                writer.WriteLine(SafeText.Escape(problem));
        }
    }

    public int RunShow(ParseResult parsed, CliHost host)
    {
        var loaded = LoadOrFail(parsed);
        if (parsed.GetValue(_json))
        {
            new JsonOutput(host.Output).WriteLine(json =>
            {
                json.WriteStartArray("settings");
                foreach (var setting in loaded.Values)
                {
                    json.WriteStartObject();
                    json.WriteString("path", setting.Path);
                    json.WriteString("value", setting.Value);
                    json.WriteString("source", setting.Source);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return ExitCodes.Ok;
        }

        using var writer = CliHost.TextOn(host.Output);
        foreach (var setting in loaded.Values)
            writer.WriteLine($"{setting.Path} = {SafeText.Escape(setting.Value)}  # {SafeText.Escape(setting.Source)}");
        foreach (var action in loaded.Rules.Actions)
            writer.WriteLine($"sshlog.actions.\"{SafeText.Escape(action.Name)}\"  # {action.Plugin}, {SafeText.Escape(action.Origin.ToString())}");
        foreach (var rule in loaded.Rules.Rules)
            writer.WriteLine($"sshlog.rules.\"{SafeText.Escape(rule.Name)}\"  # {SafeText.Escape(rule.Origin.ToString())}");
        return ExitCodes.Ok;
    }

    public int RunConvert(ParseResult parsed, CliHost host)
    {
        var loaded = LoadOrFail(parsed);
        using var writer = CliHost.TextOn(host.Output);
        writer.Write(RuleHocon.Write(loaded.Rules));
        return ExitCodes.Ok;
    }

    private LoadedConfiguration Load(ParseResult parsed)
    {
        using var plugins = new PluginDirectory();
        return Load(parsed.GetValue(_location), plugins);
    }

    /// <summary>A configuration, checked against what is built in and what is in its directory of plug-ins.</summary>
    internal static LoadedConfiguration Load(string? location, PluginDirectory plugins) => SettingsLoader.Load(
        location, [], settings => plugins.Load(settings.Plugins, BuiltIns.Catalogue(EventManifests.All)));

    private LoadedConfiguration LoadOrFail(ParseResult parsed) => OrFail(() => Load(parsed));

    /// <summary>The configuration that <paramref name="load"/> gives.</summary>
    /// <exception cref="CliException">It has mistakes; the message tells all of them.</exception>
    internal static LoadedConfiguration OrFail(Func<LoadedConfiguration> load)
    {
        try
        {
            return load();
        }
        catch (SettingsException e)
        {
            throw new CliException(
                ExitCodes.Configuration, "the configuration has mistakes:\n" + string.Join('\n', e.Problems.Select(SafeText.Escape)), e);
        }
    }
}
