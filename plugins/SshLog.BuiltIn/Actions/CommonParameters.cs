using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>Describes actions in few words.</summary>
internal static class CommonParameters
{
    internal static PluginDescription With(string name, string summary, params ParameterDescription[] own) =>
        Describe(name, [], summary, own);

    internal static PluginDescription Describe(
        string name, IReadOnlyCollection<string> aliases, string summary, params ParameterDescription[] own) => new(
            name, aliases,
            [
                .. own,
                .. DeliveryParameters.All,
            ],
            summary);

    internal static ParameterDescription Required(string name, string summary) =>
        new(name, ValueShape.Text, Required: true, Summary: summary);

    internal static ParameterDescription Optional(string name, string? value, string summary) =>
        new(name, ValueShape.Text, value is null ? null : new SettingValue.Text(value), Summary: summary);

    internal static ParameterDescription Flag(string name, bool value, string summary) =>
        new(name, ValueShape.Flag, new SettingValue.Flag(value), Summary: summary);

    internal static ParameterDescription Number(string name, int value, int from, int to, string summary) =>
        new(name, ValueShape.Between(from, to), new SettingValue.Number(value), Summary: summary);
}

/// <summary>A factory that is a description and a function.</summary>
internal sealed class ActionFactory(PluginDescription description, Func<ActionContext, IAction> create)
    : IActionFactory
{
    public PluginDescription Description { get; } = description;

    public IAction Create(ActionContext context) => create(context);
}
