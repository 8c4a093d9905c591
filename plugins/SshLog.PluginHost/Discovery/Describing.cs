using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;

namespace SshLog.PluginHost.Discovery;

/// <summary>Asks a plug-in's process one thing before it is anything.</summary>
internal static class Describing
{
    /// <summary>Starts it, asks what it brings, ends it.</summary>
    /// <param name="launch">How to start it.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="registry">For its process.</param>
    /// <param name="log">What it says.</param>
    /// <param name="check">Asks the plug-in about a value where it has a check of its own; null where it cannot have.</param>
    /// <exception cref="PluginException">It does not answer as it should.</exception>
    public static Description Ask(
        Launch launch, PluginSettings settings, ChildRegistry registry, ILogger log, PluginCheck? check = null) =>
        Description.Read(Ask(launch, settings, registry, log, "description", json => json.WriteString("type", "describe")), check);

    /// <summary>Starts it, asks it, ends it.</summary>
    /// <returns>The message of the type that was expected.</returns>
    /// <exception cref="PluginException">It does not answer as it should.</exception>
    public static JsonElement Ask(
        Launch launch, PluginSettings settings, ChildRegistry registry, ILogger log, string expected, Action<Utf8JsonWriter> question)
    {
        using var child = ChildProcess.Start(launch, settings, registry, log);
        child.Write(PluginProtocol.Line(new ArrayBufferWriter<byte>(), question), settings.StartTimeout);
        var end = Stopwatch.GetTimestamp() + (long)(settings.StartTimeout.TotalSeconds * Stopwatch.Frequency);
        try
        {
            for (var lines = 0; lines < 100; lines++)
            {
                using var json = JsonDocument.Parse(child.ReadLine(end));
                var type = json.RootElement.ValueKind == JsonValueKind.Object ? PluginProtocol.TextOf(json.RootElement, "type") : null;
                if (type == expected)
                    return json.RootElement.Clone();
                if (type == "error")
                    throw new PluginException(Terminal.SafeText.Escape(PluginProtocol.Cut(PluginProtocol.TextOf(json.RootElement, "message") ?? "an error")));
            }
        }
        catch (JsonException e)
        {
            throw new PluginException($"wrote a line that is no JSON instead of its {expected}", e);
        }

        throw new PluginException($"wrote no {expected}");
    }
}

/// <summary>What a plug-in says against a value; null for nothing.</summary>
/// <param name="question">Writes whose value it is: <c>filter</c>, or <c>action</c> and <c>parameter</c>.</param>
/// <param name="value">Of the right kind already.</param>
internal delegate string? PluginCheck(Action<Utf8JsonWriter> question, SettingValue value);
