using System.CommandLine;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Core.Rules;
using SshLog.Formatting;
using SshLog.PluginHost;
using SshLog.Schema;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog plugins list|check</c>: looks at a directory of plug-ins, without a daemon.</summary>
internal sealed class PluginsCommands
{
    private readonly PluginPlaceOptions _place = new();
    private readonly Option<bool> _json = CommonOptions.Json("A JSON object a plug-in");

    public PluginsCommands()
    {
        List = new Command("list", "List the plug-ins with their filters and actions, and those that cannot be used with the reason.")
        {
            _place.Config, _place.Directory, _json,
        };
        Check = new Command("check", "Check that all plug-ins can be used; exits with 78 when one cannot.") { _place.Config, _place.Directory };
    }

    public Command List { get; }

    public Command Check { get; }

    public static string ListExamples => "sshlog plugins list\nsshlog plugins list --json | jq -r '.filters[].name'";

    public static string CheckExamples => "sshlog plugins check && sshlog config reload\nsshlog plugins check --directory /tmp/plugins";

    public int RunList(ParseResult parsed, CliHost host)
    {
        using var directory = new PluginDirectory();
        var found = _place.Find(parsed, directory);
        if (parsed.GetValue(_json))
        {
            foreach (var plugin in found)
                WriteJson(new JsonOutput(host.Output), plugin);
            return ExitCodes.Ok;
        }

        using var writer = CliHost.TextOn(host.Output);
        if (found.Count == 0)
            writer.WriteLine($"There are no plug-ins in {SafeText.Escape(_place.Settings(parsed).Directory)}.");
        foreach (var plugin in found)
        {
            writer.WriteLine($"{SafeText.Escape(plugin.Name)} ({NameOf(plugin.Kind)}), {SafeText.Escape(plugin.Path)}");
            if (plugin.Problem is { } problem)
                writer.WriteLine($"    not used: {SafeText.Escape(problem)}");
            foreach (var filter in plugin.Filters.Select(f => f.Description))
                writer.WriteLine($"    filter {filter.Name}{About(filter.Triggers)}{Sentence(filter.Summary)}");
            foreach (var action in plugin.Actions.Select(a => a.Description))
                writer.WriteLine($"    action {action.Name} ({string.Join(", ", action.Parameters.Select(Parameter))}){Sentence(action.Summary)}");
        }

        return ExitCodes.Ok;
    }

    public int RunCheck(ParseResult parsed, CliHost host)
    {
        using var directory = new PluginDirectory();
        var problems = directory.Load(_place.Settings(parsed), BuiltIns.Catalogue(EventManifests.All)).NotLoaded;
        return CliHost.Tell(problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Configuration, () =>
        {
            using var writer = CliHost.TextOn(problems.Count == 0 ? host.Output : host.ErrorOutput);
            foreach (var problem in problems)
                writer.WriteLine(SafeText.Escape(problem));
            if (problems.Count == 0)
                writer.WriteLine("All plug-ins can be used.");
        });
    }

    private static string About(IReadOnlyCollection<string>? triggers) =>
        triggers is null ? string.Empty : $" on {SafeText.Escape(string.Join(", ", triggers))}";

    private static string Sentence(string summary) => summary.Length == 0 ? string.Empty : ": " + SafeText.Escape(summary);

    private static string Parameter(ParameterDescription parameter) => parameter.Required ? parameter.Name : $"[{parameter.Name}]";

    private static string NameOf(PluginKind kind) => kind switch
    {
        PluginKind.Python => "Python",
        PluginKind.Program => "program",
        PluginKind.DotNet => ".NET",
        _ => "unknown",
    };

    private static void WriteJson(JsonOutput output, FoundPlugin plugin) => output.WriteLine(json =>
    {
        json.WriteString("name", plugin.Name);
        json.WriteString("kind", NameOf(plugin.Kind));
        json.WriteString("path", plugin.Path);
        json.WriteString("problem", plugin.Problem);
        json.WriteStartArray("filters");
        foreach (var filter in plugin.Filters.Select(f => f.Description))
        {
            json.WriteStartObject();
            json.WriteString("name", filter.Name);
            json.WriteString("summary", filter.Summary);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("actions");
        foreach (var action in plugin.Actions.Select(a => a.Description))
        {
            json.WriteStartObject();
            json.WriteString("name", action.Name);
            json.WriteString("summary", action.Summary);
            json.WriteStartArray("parameters");
            foreach (var parameter in action.Parameters)
                json.WriteStringValue(parameter.Name);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}

/// <summary>Which plug-ins are meant, and what they may take.</summary>
internal sealed class PluginPlaceOptions
{
    /// <summary><c>--config PATH</c>.</summary>
    public Option<string?> Config { get; } = new("--config")
    {
        Description = $"Configuration whose settings sshlog.plugins count (default {SettingsLoader.DefaultDirectory})",
        HelpName = "PATH",
    };

    /// <summary><c>--directory PATH</c>.</summary>
    public Option<string?> Directory { get; } = new("--directory")
    {
        Description = "Directory of the plug-ins, instead of the configuration's",
        HelpName = "PATH",
    };

    /// <summary>The settings; rules may have mistakes.</summary>
    /// <exception cref="CliException">A setting has one.</exception>
    public PluginSettings Settings(ParseResult parsed)
    {
        PluginSettings? settings = null;
        try
        {
            SettingsLoader.Load(parsed.GetValue(Config), [], read =>
            {
                settings = read.Plugins;
                return BuiltIns.Catalogue(EventManifests.All);
            });
        }
        catch (SettingsException e)
        {
            // Rules may well name what is looked for here.
            if (settings is null || e.Problems.Any(p => p.Contains("sshlog.plugins", StringComparison.Ordinal)))
                throw new CliException(ExitCodes.Configuration, string.Join('\n', e.Problems.Select(SafeText.Escape)), e);
        }

        return parsed.GetValue(Directory) is { } directory ? settings! with { Directory = Path.GetFullPath(directory) } : settings!;
    }

    /// <summary>The plug-ins.</summary>
    public IReadOnlyList<FoundPlugin> Find(ParseResult parsed, PluginDirectory directory)
    {
        var settings = Settings(parsed);
        return parsed.GetValue(Directory) is null || System.IO.Directory.Exists(settings.Directory)
            ? directory.Find(settings)
            : throw new CliException(ExitCodes.NoInput, $"there is no directory {SafeText.Escape(settings.Directory)}");
    }
}
