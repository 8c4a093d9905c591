using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.BuiltIn;
using SshLog.Core.Rules;
using SshLog.Schema;

namespace SshLog.Plugins.Tests;

/// <summary>Events and what is made for them.</summary>
internal static class Some
{
    public static readonly DateTimeOffset At = new(2026, 11, 27, 23, 30, 0, TimeSpan.Zero);

    public static readonly PluginCatalogue Plugins = BuiltIns.Catalogue(EventManifests.All);

    public static PluginEvent Event(
        string type = "command_start",
        string user = "billy",
        string client = "192.0.2.7",
        string[]? argv = null,
        int? exitCode = null,
        string output = "",
        DateTimeOffset? at = null,
        long ordering = 1) => new(() => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["event_type"] = type,
            ["username"] = user,
            ["args"] = string.Join(' ', argv ?? []),
            ["tcp_info"] = new Dictionary<string, object> { ["client_ip"] = client, ["client_port"] = 5000 },
        }))
        {
            EventType = type,
            Triggers = [type],
            At = at ?? At,
            Ordering = ordering,
            Session = "20261127T233000-42-0001",
            MonitorPid = 42,
            SessionStartedAt = At,
            Host = "host",
            User = user,
            Client = new IPEndPoint(IPAddress.Parse(client), 5000),
            Command = argv is null
            ? null
            : new PluginCommand("/usr/bin/" + Path.GetFileName(argv[0]), argv, 1000, 0, exitCode is not null, exitCode, null, Encoding.UTF8.GetBytes(output)),
            Output = type == "terminal_update" ? Encoding.UTF8.GetBytes(output) : default,
            Line = $"23:30:00 {type} (42) {user}",
        };

    public static bool Matches(string filter, SettingValue argument, params PluginEvent[] events)
    {
        var made = Plugins.Filter(filter).Create(argument);
        return events.Select(made.Matches).Last();
    }

    public static bool Matches(string filter, string argument, params PluginEvent[] events) =>
        Matches(filter, new SettingValue.Text(argument), events);

    public static IAction Action(string plugin, params (string Name, string Value)[] parameters)
    {
        var factory = Plugins.Action(plugin);
        var values = parameters.ToDictionary(p => p.Name, p => Value(p.Value));
        return factory.Create(new ActionContext(
            "test", new Parameters(factory.Description, values), NullLogger.Instance, TimeProvider.System));
    }

    private static SettingValue Value(string text) => text switch
    {
        "true" or "false" => new SettingValue.Flag(text == "true"),
        _ when text.StartsWith('[') => new SettingValue.List([.. JsonSerializer.Deserialize<string[]>(text)!.Select(t => new SettingValue.Text(t))]),
        _ when decimal.TryParse(text, out var number) => new SettingValue.Number(number),
        _ => new SettingValue.Text(text),
    };
}
