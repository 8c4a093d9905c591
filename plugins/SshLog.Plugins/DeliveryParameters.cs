using SshLog.Core.Rules;

namespace SshLog.Plugins;

/// <summary>Parameters that every action has: how it is tried. The daemon reads them, not the action.</summary>
public static class DeliveryParameters
{
    /// <summary>Seconds that one attempt may take.</summary>
    public const string Timeout = "timeout";

    /// <summary>How long an event is tried before it becomes a dead letter.</summary>
    public const string RetryFor = "retry_for";

    /// <summary>How often an event is tried before it becomes a dead letter; 0 for no such limit.</summary>
    public const string MaxAttempts = "max_attempts";

    /// <summary>Their descriptions, to be added to an action's own.</summary>
    public static IReadOnlyList<ParameterDescription> All { get; } =
    [
        new ParameterDescription(
            Timeout, new ValueShape(ValueKind.Number) { Minimum = 0.001m, Maximum = 86400 },
            new SettingValue.Number(10), Summary: "Seconds that one attempt may take."),
        new ParameterDescription(
            RetryFor, ValueShape.Duration, new SettingValue.Text("24 h"),
            Summary: "How long an event is tried before it becomes a dead letter."),
        new ParameterDescription(
            MaxAttempts, ValueShape.Between(0, 1_000_000), new SettingValue.Number(0),
            Summary: "How often an event is tried before it becomes a dead letter; 0 for no such limit."),
    ];
}
