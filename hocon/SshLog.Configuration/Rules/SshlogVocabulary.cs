using System.Text.RegularExpressions;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>The events, filters and plug-ins that sshlog has, by the names and with the parameters that its users know.</summary>
public sealed partial class SshlogVocabulary : IRuleVocabulary
{
    private static readonly string[] _commandEnd = ["command_finish"];
    private static readonly string[] _commands = ["command_start", "command_finish"];
    private static readonly string[] _uploads = ["file_upload"];
    private static readonly string[] _users =
    [
        "connection_established", "connection_auth_failed", "connection_close", "command_start", "command_finish", "file_upload",
    ];

    /// <summary>The only one needed.</summary>
    public static SshlogVocabulary Instance { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Triggers { get; } = [.. _users, "terminal_update"];

    /// <inheritdoc/>
    public IReadOnlyCollection<FilterDescription> Filters { get; } =
    [
        new("command_name", _commands, ValueShape.Text),
        new("command_name_regex", _commands, Pattern),
        new("command_exit_code", _commandEnd, ValueShape.Text with { Check = Comparison }),
        new("command_output_contains", _commandEnd, ValueShape.Text),
        new("command_output_contains_regex", _commandEnd, Pattern),
        new("username", _users, ValueShape.Text),
        new("username_regex", _users, Pattern),
        new("require_tty", ["connection_established", "connection_close"], ValueShape.Flag),
        new("ignore_existing_logins", ["connection_established"], ValueShape.Flag),
        new("upload_file_path", _uploads, ValueShape.Text),
        new("upload_file_path_regex", _uploads, Pattern),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<PluginDescription> Plugins { get; } =
    [
        new("eventlogfile_action", [],
        [
            new("log_file_path", ValueShape.Text, Required: true),
            new("output_json", ValueShape.Flag),
            new("max_size_mb", ValueShape.Between(1, 1_000_000)),
            new("number_of_log_files", ValueShape.Between(1, 1000)),
        ]),
        new("sessionlog_action", [],
        [
            new("log_directory", ValueShape.Text, Required: true),
            new("timestamp_frequency_seconds", ValueShape.Between(-1, 86400)),
        ]),
        new("run_command_action", ["runcommand_action"],
        [
            new("command", ValueShape.Text, Required: true),
            new("args", ValueShape.Texts),
            new("timeout", new ValueShape(ValueKind.Number) { Minimum = 0.001m, Maximum = 86400 }),
        ]) { RunsCommandLine = true },
        new("slack_action", [], [new("slack_webhook_url", ValueShape.Text, Required: true)]),
        new("webhook_action", [],
        [
            new("webhook_url", ValueShape.Text, Required: true),
            new("do_get_request", ValueShape.Flag),
        ]),
        new("email_action", [],
        [
            new("sender", ValueShape.Text, Required: true),
            new("recipient", ValueShape.Text, Required: true),
            new("subject", ValueShape.Text, Required: true),
            new("body", ValueShape.Text),
            new("smtp_server", ValueShape.Text, Required: true),
            new("smtp_port", ValueShape.Between(1, 65535), Required: true),
            new("username", ValueShape.Text),
            new("password", ValueShape.Text),
        ]),
        new("syslog_action", [],
        [
            new("server_address", ValueShape.Text, Required: true),
            new("port", ValueShape.Between(1, 65535)),
            new("program_name", ValueShape.Text),
            new("udp", ValueShape.Flag),
            new("output_json", ValueShape.Flag),
            new("facility", ValueShape.Text),
            new("severity", ValueShape.Text),
        ]),
        new("statsd_action", [],
        [
            new("server_address", ValueShape.Text, Required: true),
            new("port", ValueShape.Between(1, 65535)),
            new("statsd_prefix", ValueShape.Text),
        ]),
    ];

    private static ValueShape Pattern => ValueShape.Text with { Check = IsPattern };

    private static string? IsPattern(SettingValue value)
    {
        try
        {
            _ = new Regex(((SettingValue.Text)value).Value, RegexOptions.CultureInvariant);
            return null;
        }
        catch (ArgumentException e)
        {
            return $"is no regular expression: {e.Message}";
        }
    }

    private static string? Comparison(SettingValue value) => ExitCode().IsMatch(((SettingValue.Text)value).Value)
        ? null
        : "is not possible: it must be a number from 0 to 255, perhaps behind =, !=, <, <=, > or >=";

    [GeneratedRegex(@"^\s*(?:=|==|!=|<|<=|>|>=)?\s*[0-9]{1,3}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex ExitCode();
}
