using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;
using SshLog.Plugins;

namespace SshLog.PluginHost.DotNet;

/// <summary>The checks of a plug-in's own that a description cannot carry: asked in the plug-in's process.</summary>
internal static class PluginChecks
{
    /// <summary>True if there is something to ask.</summary>
    public static bool HasCheck(ValueShape shape) =>
        shape.Check is not null || (shape.Items is { } items && HasCheck(items)) || shape.Fields?.Any(f => HasCheck(f.Shape)) == true;

    /// <summary>What speaks against a filter's argument or an action's parameter; null for nothing.</summary>
    public static string? Complaint(JsonElement question, IEnumerable<IFilterFactory> filters, IEnumerable<IActionFactory> actions)
    {
        if (PluginProtocol.Read(question.GetProperty("value")) is not { } value)
            return null;
        if (PluginProtocol.TextOf(question, "filter") is not { } name)
        {
            return actions.FirstOrDefault(a => a.Description.Name == PluginProtocol.TextOf(question, "action"))?.Description.Parameters
                .FirstOrDefault(p => p.Name == PluginProtocol.TextOf(question, "parameter")) is { } parameter
                ? Complaint(value, parameter.Shape)
                : null;
        }

        var filter = filters.First(f => f.Description.Name == name);
        if (Complaint(value, filter.Description.Argument) is { } complaint)
            return complaint;
        try
        {
            (filter.Create(value) as IDisposable)?.Dispose();
            return null;
        }
        catch (ArgumentException e)
        {
            return $"is not possible: {e.Message}";
        }
    }

    private static string? Complaint(SettingValue value, ValueShape shape) => shape.Check?.Invoke(value) ?? value switch
    {
        SettingValue.List list when shape.Items is { } items => list.Items.Select(item => Complaint(item, items)).FirstOrDefault(c => c is not null),
        SettingValue.Map map when shape.Items is { } items => map.Fields.Values.Select(item => Complaint(item, items)).FirstOrDefault(c => c is not null),
        SettingValue.Map map when shape.Fields is { } fields => fields
            .Select(field => map.Fields.TryGetValue(field.Name, out var inner) ? Complaint(inner, field.Shape) : null).FirstOrDefault(c => c is not null),
        _ => null,
    };
}
