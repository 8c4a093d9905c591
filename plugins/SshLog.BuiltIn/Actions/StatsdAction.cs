using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// Counts events at a statsd server: <c>PREFIX.EVENT:1|c</c>, with DogStatsD tags on request. Tags whose values have no end
/// (pid, port, command) make a series each, so they are only sent when they are asked for.
/// </summary>
internal sealed partial class StatsdAction : IAction, IPreview
{
    private readonly UdpClient _client = new();
    private readonly string _server;
    private readonly int _port;
    private readonly string _prefix;
    private readonly IReadOnlyList<string> _tags;
    private readonly bool _dogstatsd;

    private StatsdAction(ActionContext context)
    {
        var parameters = context.Parameters;
        _prefix = parameters.Text("statsd_prefix");
        _dogstatsd = parameters.Flag("dogstatsd");
        _tags = parameters.Texts("tags");
        _server = parameters.Text("server_address");
        _port = (int)parameters.Integer("port");
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("statsd_action", "Counts events at a statsd server.",
            CommonParameters.Required("server_address", "Name or address of the server."),
            CommonParameters.Number("port", 8125, 1, 65535, "Its UDP port."),
            CommonParameters.Optional("statsd_prefix", "sshlog", "What the names begin with."),
            CommonParameters.Flag("dogstatsd", true, "false for plain statsd, which has no tags."),
            new ParameterDescription("tags",
                ValueShape.ListOf(ValueShape.OneOf("hostname", "user", "pid", "client_ip", "client_port", "command", "upload_file")),
                new SettingValue.List([new SettingValue.Text("hostname")]),
                Summary: "Tags: hostname, user, pid, client_ip, client_port, command, upload_file.")
            {
                YamlDefault = new SettingValue.List(
                    [new SettingValue.Text("hostname"), new SettingValue.Text("user"), new SettingValue.Text("client_ip")]),
            }),
        context => new StatsdAction(context));

    public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        try
        {
            await _client.SendAsync(Encoding.UTF8.GetBytes(Preview(happened)), _server, _port, cancellation).ConfigureAwait(false);
            return ActionOutcome.Done;
        }
        catch (SocketException e)
        {
            return ActionOutcome.TryAgain($"{_server}:{_port}: {e.Message}");
        }
    }

    public string Preview(PluginEvent happened) => $"{_prefix}.{happened.EventType}:1|c"
        + (_dogstatsd && _tags.Count > 0
            ? "|#" + string.Join(',', _tags.Select(tag => $"{tag}:{Clean(Value(tag, happened))}"))
            : string.Empty);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Value(string tag, PluginEvent happened) => tag switch
    {
        "hostname" => happened.Host,
        "user" => happened.User,
        "pid" => happened.MonitorPid.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "client_ip" => happened.Client.Address.ToString(),
        "client_port" => happened.Client.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "command" => happened.Command?.Executable ?? string.Empty,
        _ => happened.Path ?? string.Empty,
    };

    // What would end a tag or a line is replaced.
    private static string Clean(string value) => Unclean().Replace(value, "_");

    [GeneratedRegex(@"[,|#\s\p{C}]", RegexOptions.CultureInvariant)]
    private static partial Regex Unclean();
}
