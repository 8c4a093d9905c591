using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Configuration.Rules;
using SshLog.Core.Rules;
using SshLog.PluginHost;
using SshLog.Plugins;
using SshLog.Schema;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog plugins test</c>: gives recorded events to one filter or action and shows what it makes of them.</summary>
internal sealed class PluginsTestCommand
{
    private readonly Argument<string> _events = new("EVENTS.jsonl")
    {
        Description = "Events, a JSON object a line, as sshlog export --format jsonl writes them; - for standard input",
    };

    private readonly Option<string?> _filter = new("--filter") { Description = "The filter to ask", HelpName = "NAME" };
    private readonly Option<string> _argument = new("--argument")
    {
        Description = "The filter's argument, as in a rule", HelpName = "VALUE", DefaultValueFactory = _ => "true",
    };

    private readonly Option<string?> _action = new("--action") { Description = "The action to carry out, for real", HelpName = "NAME" };
    private readonly Option<string[]> _parameters = new("--parameter", "-p")
    {
        Description = "A parameter of the action; may be given several times", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [],
    };

    private readonly PluginPlaceOptions _place = new();

    public PluginsTestCommand() => Definition = new Command(
        "test", "Give events to a filter or an action and show what it makes of each. Exits with 70 when it failed on one.")
    {
        _events, _filter, _argument, _action, _parameters, _place.Config, _place.Directory,
    };

    public Command Definition { get; }

    public static string Examples =>
        "sshlog export SESSION --format jsonl > events.jsonl\nsshlog plugins test events.jsonl --filter is_private_address --argument true"
        + "\nsshlog plugins test events.jsonl --action save_to_csv_action -p csv_file=/tmp/test.csv";

    public async Task<int> RunAsync(ParseResult parsed, CliHost host, CancellationToken cancellation)
    {
        var (filter, action) = (parsed.GetValue(_filter), parsed.GetValue(_action));
        if (filter is null == action is null)
            throw new CliException(ExitCodes.Usage, "give either --filter NAME or --action NAME");
        using var loggers = LoggerFactory.Create(log => log.AddProvider(new Notes(host)));
        using var directory = new PluginDirectory { Loggers = loggers };
        var plugins = directory.Load(_place.Settings(parsed), BuiltIns.Catalogue(EventManifests.All));
        try
        {
            return filter is not null
                ? Filter(parsed, host, Known(plugins, plugins.Filters.Any(f => f.Name == filter), () => plugins.Filter(filter), $"filter {filter}"))
                : await ActAsync(
                    parsed, host, Known(plugins, plugins.Plugins.Any(p => p.Name == action), () => plugins.Action(action!), $"action {action}"), loggers, cancellation);
        }
        catch (SettingsException e)
        {
            throw new CliException(ExitCodes.Usage, string.Join('\n', e.Problems.Select(SafeText.Escape)), e);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCodes.Usage, SafeText.Escape(e.Message), e);
        }
    }

    private int Filter(ParseResult parsed, CliHost host, IFilterFactory factory)
    {
        var argument = GivenValues.Check(factory.Description.Name, parsed.GetValue(_argument)!, factory.Description.Argument);
        var filter = factory.Create(argument);
        using var release = filter as IDisposable;
        return Each(parsed, host, happened =>
            factory.Description.Triggers is { } triggers && !happened.Triggers.Any(triggers.Contains) ? "not asked"
            : filter.Matches(happened) ? "pass" : "no");
    }

    private async Task<int> ActAsync(
        ParseResult parsed, CliHost host, IActionFactory factory, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var given = new List<KeyValuePair<string, string>>();
        foreach (var parameter in parsed.GetValue(_parameters)!)
        {
            var at = parameter.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new CliException(ExitCodes.Usage, $"'{SafeText.Escape(parameter)}' is no NAME=VALUE");
            given.Add(new(parameter[..at], parameter[(at + 1)..]));
        }

        var parameters = new Parameters(factory.Description, GivenValues.Check(factory.Description, given));
        await using var action = factory.Create(new ActionContext("test", parameters, loggers.CreateLogger("test"), host.Time));
        var limit = TimeSpan.FromSeconds(double.Parse(parameters.Text(DeliveryParameters.Timeout), System.Globalization.CultureInfo.InvariantCulture));
        return Each(parsed, host, happened =>
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(limit);
            var outcome = action.ExecuteAsync(happened, patience.Token).GetAwaiter().GetResult();
            return outcome.Kind == ActionOutcomeKind.Done ? "done" : throw new InvalidOperationException(outcome.Reason);
        });
    }

    private int Each(ParseResult parsed, CliHost host, Func<PluginEvent, string> what)
    {
        var file = parsed.GetValue(_events)!;
        using var reader = Open(file, host);
        using var writer = CliHost.TextOn(host.Output);
        var failed = false;
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            PluginEvent happened;
            try
            {
                using var json = JsonDocument.Parse(line);
                happened = PluginEventJson.FromFields(json.RootElement);
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                throw new CliException(ExitCodes.Data, $"{SafeText.Escape(file)}:{number}: {(e is JsonException ? "is no JSON" : e.Message)}", e);
            }

            string said;
            try
            {
                said = what(happened);
            }
#pragma warning disable CA1031 // Whatever a plug-in throws is what is to be shown.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failed = true;
                said = "failed: " + e.Message;
            }

            writer.WriteLine($"{SafeText.Escape(said),-10} {SafeText.Escape(happened.Line)}");
        }

        return failed ? ExitCodes.Internal : ExitCodes.Ok;
    }

    private static TextReader Open(string file, CliHost host)
    {
        try
        {
            return file == "-" ? host.Input() : new StreamReader(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.NoInput, $"{SafeText.Escape(file)} cannot be read: {e.Message}", e);
        }
    }

    private static T Known<T>(PluginCatalogue plugins, bool isKnown, Func<T> get, string what) => isKnown
        ? get()
        : throw new CliException(
            ExitCodes.NoInput, $"there is no {SafeText.Escape(what)}" + string.Concat(plugins.NotLoaded.Select(reason => "\n" + SafeText.Escape(reason))));

    /// <summary>What plug-ins log, on standard error.</summary>
    private sealed class Notes(CliHost host) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var writer = CliHost.TextOn(host.ErrorOutput);
            writer.Write($"sshlog: {SafeText.Escape(formatter(state, exception))}\n");
        }

        public void Dispose()
        {
        }
    }
}
