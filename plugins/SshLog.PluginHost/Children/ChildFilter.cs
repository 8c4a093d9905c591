using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.PluginHost.Children;

/// <summary>A filter in a process of its own. Without an answer in time it throws, and so lets nothing pass.</summary>
internal sealed class ChildFilter(SupervisedChild child, TimeSpan limit, EventWriter write) : IFilter, IDisposable
{
    public bool Matches(PluginEvent happened)
    {
        var answer = child.Ask("filter", json => write(json, happened), limit);
        return answer.TryGetProperty("pass", out var pass) && pass.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? pass.GetBoolean()
            : throw new PluginException("answered neither \"pass\":true nor \"pass\":false");
    }

    public void Dispose() => child.Dispose();
}

/// <summary>An action in a process of its own.</summary>
internal sealed class ChildAction(SupervisedChild child, TimeSpan limit, EventWriter write) : IAction
{
    public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation) =>
        // It waits for the process, so not on a thread that others need.
        Task.Factory.StartNew(
            () => Execute(happened, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public async ValueTask DisposeAsync() => await child.StopAsync().ConfigureAwait(false);

    private ActionOutcome Execute(PluginEvent happened, CancellationToken cancellation)
    {
        try
        {
            var answer = child.Ask("execute", json => write(json, happened), limit, cancellation);
            var reason = PluginProtocol.Cut(PluginProtocol.TextOf(answer, "reason") ?? "the plug-in gives no reason");
            TimeSpan? after = answer.TryGetProperty("after_ms", out var ms) && ms.ValueKind == JsonValueKind.Number && ms.TryGetInt32(out var count) && count >= 0
                ? TimeSpan.FromMilliseconds(count)
                : null;
            return PluginProtocol.TextOf(answer, "outcome") switch
            {
                "done" => ActionOutcome.Done,
                "retry" => ActionOutcome.TryAgain(reason, after),
                "give_up" => ActionOutcome.GiveUp(reason),
                _ => ActionOutcome.TryAgain("the plug-in answered no outcome: done, retry or give_up"),
            };
        }
        catch (PluginException e)
        {
            return ActionOutcome.TryAgain("the plug-in " + e.Message);
        }
    }
}

/// <summary>Writes an event into a question.</summary>
internal delegate void EventWriter(Utf8JsonWriter json, PluginEvent happened);

/// <summary>Makes filters that run in processes.</summary>
internal sealed class ChildFilterFactory(FilterDescription description, Launch launch, EventWriter write, Func<ChildSurroundings> around)
    : IFilterFactory
{
    public FilterDescription Description { get; } = description;

    public IFilter Create(SettingValue argument)
    {
        var surroundings = around();
        return new ChildFilter(
            new SupervisedChild(launch, json =>
            {
                json.WriteString("filter", Description.Name);
                json.WritePropertyName("argument");
                PluginProtocol.Write(json, argument);
            }, surroundings),
            surroundings.Settings.FilterTimeout,
            write);
    }
}

/// <summary>Makes actions that run in processes.</summary>
internal sealed class ChildActionFactory(PluginDescription description, Launch launch, EventWriter write, Func<ChildSurroundings> around)
    : IActionFactory
{
    public PluginDescription Description { get; } = description;

    public IAction Create(ActionContext context)
    {
        var seconds = decimal.Parse(context.Parameters.Text(DeliveryParameters.Timeout), System.Globalization.CultureInfo.InvariantCulture);
        return new ChildAction(
            new SupervisedChild(launch, json => WriteHello(json, context), around() with { Log = context.Log, Time = context.Time }),
            TimeSpan.FromSeconds((double)seconds),
            write);
    }

    private void WriteHello(Utf8JsonWriter json, ActionContext context)
    {
        json.WriteString("action", Description.Name);
        json.WriteString("name", context.Name);
        json.WriteStartObject("parameters");
        foreach (var parameter in Description.Parameters)
        {
            json.WritePropertyName(parameter.Name);
            PluginProtocol.Write(json, context.Parameters.Value(parameter.Name));
        }

        json.WriteEndObject();
    }
}
