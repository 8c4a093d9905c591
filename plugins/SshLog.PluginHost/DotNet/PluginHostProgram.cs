using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;
using SshLog.Plugins;

namespace SshLog.PluginHost.DotNet;

/// <summary>
/// The process of a .NET plug-in: loads its assembly and answers the daemon. <c>sshlogd</c> and <c>sshlog</c> become it when
/// they are started so.
/// </summary>
public static class PluginHostProgram
{
    /// <summary>First word of the command line.</summary>
    public const string Verb = "plugin-host";

    /// <summary>True if the command line asks for it: <c>plugin-host ASSEMBLY</c>.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) => arguments is [Verb, _];

    /// <summary>Answers until standard input ends.</summary>
    /// <param name="arguments">For which <see cref="IsAsked"/> is true.</param>
    /// <returns>0, or 70 (EX_SOFTWARE) when the plug-in cannot be loaded or made.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        using var input = new StreamReader(Console.OpenStandardInput());
        using var output = Console.OpenStandardOutput();
        // What the plug-in prints goes to the log.
        Console.SetOut(Console.Error);
        Console.SetIn(TextReader.Null);
        var answers = new Answers(output);
        try
        {
            var (filters, actions) = PluginAssembly.Load(arguments[1]);
            Serve(input, answers, filters, actions);
            return 0;
        }
#pragma warning disable CA1031 // The edge of the process: whatever it is, the daemon is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            answers.Error(null, e.Message);
            return 70;
        }
    }

    private static void Serve(
        StreamReader input, Answers answers, IReadOnlyList<IFilterFactory> filters, IReadOnlyList<IActionFactory> actions)
    {
        IFilter? filter = null;
        IAction? action = null;
        while (input.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var message = document.RootElement;
            switch (PluginProtocol.TextOf(message, "type"))
            {
                case "describe":
                    answers.Write(json => DescriptionJson.Write(json, filters, actions));
                    break;
                case "check":
                    var complaint = PluginChecks.Complaint(message, filters, actions);
                    answers.Write(json =>
                    {
                        json.WriteString("type", "checked");
                        json.WriteString("complaint", complaint);
                    });
                    break;
                case "hello":
                    (filter, action) = Make(message, answers, filters, actions);
                    answers.Write(json =>
                    {
                        json.WriteString("type", "ready");
                        json.WriteNumber("version", PluginProtocol.Version);
                    });
                    break;
                case "shutdown":
                    action?.DisposeAsync().AsTask().GetAwaiter().GetResult();
                    return;
                default:
                    Answer(message, answers, filter, action);
                    break;
            }
        }
    }

    private static (IFilter?, IAction?) Make(
        JsonElement hello, Answers answers, IReadOnlyList<IFilterFactory> filters, IReadOnlyList<IActionFactory> actions)
    {
        if (PluginProtocol.TextOf(hello, "filter") is { } filter)
        {
            var argument = PluginProtocol.Read(hello.GetProperty("argument")) ?? new SettingValue.Text(string.Empty);
            return (filters.First(f => f.Description.Name == filter).Create(argument), null);
        }

        var factory = actions.First(a => a.Description.Name == PluginProtocol.TextOf(hello, "action"));
        var values = hello.GetProperty("parameters").EnumerateObject()
            .Where(p => factory.Description.Parameters.Any(known => known.Name == p.Name))
            .Select(p => (p.Name, Value: PluginProtocol.Read(p.Value))).Where(p => p.Value is not null)
            .ToDictionary(p => p.Name, p => p.Value!, StringComparer.Ordinal);
        var context = new ActionContext(
            PluginProtocol.TextOf(hello, "name")!, new Parameters(factory.Description, values), answers, TimeProvider.System);
        return (null, factory.Create(context));
    }

    private static void Answer(JsonElement message, Answers answers, IFilter? filter, IAction? action)
    {
        var id = message.GetProperty("id").GetInt64();
        try
        {
            var happened = PluginEventJson.Read(message);
            if (filter is not null)
            {
                var pass = filter.Matches(happened);
                answers.Result(id, json => json.WriteBoolean("pass", pass));
                return;
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(message.GetProperty("deadline_ms").GetInt64()));
            var outcome = action!.ExecuteAsync(happened, limit.Token).GetAwaiter().GetResult();
            answers.Result(id, json =>
            {
                json.WriteString("outcome", outcome.Kind switch
                {
                    ActionOutcomeKind.Done => "done",
                    ActionOutcomeKind.GiveUp => "give_up",
                    _ => "retry",
                });
                json.WriteString("reason", outcome.Reason);
                if (outcome.After is { } after)
                    json.WriteNumber("after_ms", (long)after.TotalMilliseconds);
            });
        }
#pragma warning disable CA1031 // A plug-in's defect is the plug-in's: whatever it is, the daemon is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            answers.Error(id, $"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <summary>Lines to the daemon; also the plug-in's log. Any thread.</summary>
    private sealed class Answers(Stream output) : ILogger
    {
        private readonly Lock _one = new();

        public void Write(Action<Utf8JsonWriter> members)
        {
            lock (_one)
            {
                using (var json = new Utf8JsonWriter(output))
                {
                    json.WriteStartObject();
                    members(json);
                    json.WriteEndObject();
                }

                output.WriteByte((byte)'\n');
                output.Flush();
            }
        }

        public void Result(long id, Action<Utf8JsonWriter> members) => Write(json =>
        {
            json.WriteString("type", "result");
            json.WriteNumber("id", id);
            members(json);
        });

        public void Error(long? id, string message) => Write(json =>
        {
            json.WriteString("type", "error");
            if (id is { } number)
                json.WriteNumber("id", number);
            json.WriteString("message", PluginProtocol.Cut(message));
        });

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = formatter(state, exception) + (exception is null ? string.Empty : " " + exception.Message);
            Write(json =>
            {
                json.WriteString("type", "log");
                json.WriteString("level", logLevel >= LogLevel.Error ? "error" : logLevel == LogLevel.Warning ? "warning" : "info");
                json.WriteString("message", PluginProtocol.Cut(text));
            });
        }
    }
}
