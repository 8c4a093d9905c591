using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.Terminal;

namespace SshLog.PluginHost.Children;

/// <summary>
/// One filter or action of a plug-in, in a process that is started when it is first asked, killed with its group when it
/// misbehaves, started again after a while, and left off after too many failures.
/// </summary>
/// <param name="launch">How to start it.</param>
/// <param name="hello">What it is to be: written into the first message.</param>
/// <param name="around">Settings, log and clock.</param>
internal sealed partial class SupervisedChild(Launch launch, Action<Utf8JsonWriter> hello, ChildSurroundings around) : IDisposable
{
    private const int MostLinesBetween = 1000;
    private const int MostLogLinesAMinute = 100;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private readonly Lock _one = new();
    private readonly Failures _failures = new(around.Settings.Failures, around.Time);
    private readonly ArrayBufferWriter<byte> _line = new();
    private ChildProcess? _child;
    private int _errorsInARow;
    private bool _answered;
    private long _asked;
    private long _minute = around.Time.GetTimestamp();
    private int _logged;

    /// <summary>Asks it and waits for its answer.</summary>
    /// <param name="type">Kind of the question.</param>
    /// <param name="question">Writes the rest of its members.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <returns>The answer, a JSON object.</returns>
    /// <exception cref="PluginException">There is no answer; the message says why.</exception>
    public JsonElement Ask(string type, Action<Utf8JsonWriter> question, TimeSpan limit, CancellationToken cancellation = default)
    {
        lock (_one)
        {
            var served = _child is not null && _answered;
            try
            {
                return AskOnce(type, question, limit, cancellation);
            }
            catch (PluginException e) when (e.HasEnded && served && !_failures.IsOff && !cancellation.IsCancellationRequested)
            {
                // One that has done well and then ended, by its limit of processor time for example: no event is missed for that.
                return AskOnce(type, question, limit, cancellation, atOnce: true);
            }
        }
    }

    /// <summary>Lets it end in peace; it is started again if it is asked again.</summary>
    public Task StopAsync() => Task.Run(() =>
    {
        // Whoever asks it may still hold the lock, until its time is up.
        ChildProcess? child;
        lock (_one)
            (child, _child) = (_child, null);
        return child is null ? Task.CompletedTask : StopAsync(child);
    });

    /// <inheritdoc />
    public void Dispose() => _ = StopAsync();

    private static async Task StopAsync(ChildProcess child)
    {
        try
        {
            child.Write("""{"type":"shutdown"}"""u8, _patience);
            await child.EndsAsync(_patience).ConfigureAwait(false);
        }
        catch (PluginException)
        {
            // It has ended already.
        }
        finally
        {
            child.Dispose();
        }
    }

    private JsonElement AskOnce(
        string type, Action<Utf8JsonWriter> question, TimeSpan limit, CancellationToken cancellation, bool atOnce = false)
    {
        var child = _child ?? Start(atOnce);
        var began = Stopwatch.GetTimestamp();
        using var killed = cancellation.Register(child.Kill);
        try
        {
            var id = ++_asked;
            child.Write(PluginProtocol.Line(_line, json =>
            {
                json.WriteString("type", type);
                json.WriteNumber("id", id);
                json.WriteNumber("deadline_ms", (long)Math.Ceiling(limit.TotalMilliseconds));
                question(json);
            }), limit);
            var answer = Answer(child, "result", id, limit);
            (_errorsInARow, _answered) = (0, true);
            return answer;
        }
        catch (PluginException e) when (e is not { InnerException: PluginSaysNo })
        {
            if (!cancellation.IsCancellationRequested)
            {
                Fail(child, e.Message);
                throw;
            }

            if (Stopwatch.GetElapsedTime(began) < limit * 0.9)
            {
                // The daemon stops, or has other rules now.
                Forget(child);
                throw new PluginException("was stopped", e);
            }

            Fail(child, "took too long");
            throw new PluginException("took too long", e);
        }
    }

    private ChildProcess Start(bool atOnce)
    {
        if (_failures.IsOff)
            throw new PluginException($"is off after {_failures.Total} failures; sshlog config reload starts it again");
        if (!atOnce && _failures.Wait is { Ticks: > 0 } wait)
            throw new PluginException($"has failed and is started again in {Math.Ceiling(wait.TotalSeconds):0} s");
        ChildProcess? child = null;
        try
        {
            child = ChildProcess.Start(launch, around.Settings, around.Registry, around.Log);
            child.Write(PluginProtocol.Line(_line, json =>
            {
                json.WriteString("type", "hello");
                json.WriteNumber("version", PluginProtocol.Version);
                json.WriteString("schema", PluginProtocol.Schema);
                hello(json);
            }), around.Settings.StartTimeout);
            var ready = Answer(child, "ready", null, around.Settings.StartTimeout);
            if (!ready.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number)
                || number != PluginProtocol.Version)
            {
                throw new PluginException($"speaks another version than {PluginProtocol.Version} of the protocol");
            }
        }
        catch (PluginException e)
        {
            Fail(child, "did not start: " + e.Message);
            throw;
        }

        Started(around.Log, launch.Plugin, child.Pid);
        _answered = false;
        return _child = child;
    }

    private JsonElement Answer(ChildProcess child, string expected, long? id, TimeSpan limit)
    {
        var end = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        for (var lines = 0; lines < MostLinesBetween; lines++)
        {
            using var document = Parse(child.ReadLine(end));
            var message = document.RootElement;
            var type = message.ValueKind == JsonValueKind.Object ? PluginProtocol.TextOf(message, "type") : null;
            if (type == "log")
            {
                Log(message);
                continue;
            }

            if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("id", out var answered)
                && (answered.ValueKind != JsonValueKind.Number || !answered.TryGetInt64(out var number) || number != id))
            {
                throw new PluginException("answered another question than it was asked");
            }

            if (type == expected)
                return message.Clone();
            if (type == "error")
                throw Refusal(child, PluginProtocol.TextOf(message, "message"), isAnswer: id is not null);
            throw new PluginException($"wrote a line that is no {expected}");
        }

        throw new PluginException($"wrote more than {MostLinesBetween} lines instead of an answer");
    }

    // An error is an answer too; a plug-in that has no other is started anew.
    private PluginException Refusal(ChildProcess child, string? message, bool isAnswer)
    {
        var said = SafeText.Escape(PluginProtocol.Cut(message ?? "an error without a message"));
        if (!isAnswer)
            return new PluginException(said);
        if (++_errorsInARow >= around.Settings.Failures)
        {
            Fail(child, $"failed {_errorsInARow} times in a row: {said}");
            _errorsInARow = 0;
        }

        return new PluginException(said, new PluginSaysNo());
    }

    private void Forget(ChildProcess? child)
    {
        child?.Dispose();
        _child = null;
    }

    private void Fail(ChildProcess? child, string why)
    {
        Forget(child);
        _failures.Add();
        var (said, wait) = (SafeText.Escape(why), Math.Ceiling(_failures.Wait.TotalSeconds));
        if (_failures.IsOff)
            IsOff(around.Log, launch.Plugin, said, _failures.Total);
        else
            Failed(around.Log, launch.Plugin, said, wait);
    }

    private void Log(JsonElement message)
    {
        if (around.Time.GetElapsedTime(_minute) > TimeSpan.FromMinutes(1))
            (_minute, _logged) = (around.Time.GetTimestamp(), 0);
        if (++_logged > MostLogLinesAMinute)
            return;
        var level = PluginProtocol.TextOf(message, "level") switch
        {
            "debug" => LogLevel.Debug,
            "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.Information,
        };
        var said = SafeText.Escape(PluginProtocol.Cut(PluginProtocol.TextOf(message, "message") ?? string.Empty));
        Said(around.Log, level, launch.Plugin, said);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            throw new PluginException("wrote a line that is no JSON");
        }
    }

    [LoggerMessage(420, LogLevel.Debug, "Plug-in {Plugin} has started, pid {Pid}")]
    private static partial void Started(ILogger logger, string plugin, int pid);

    [LoggerMessage(421, LogLevel.Warning, "Plug-in {Plugin} {Why}; it is started again in {Seconds} s at the earliest")]
    private static partial void Failed(ILogger logger, string plugin, string why, double seconds);

    [LoggerMessage(422, LogLevel.Error, "Plug-in {Plugin} {Why}; after {Count} failures it is off until the configuration is loaded again")]
    private static partial void IsOff(ILogger logger, string plugin, string why, int count);

    [LoggerMessage(EventId = 423, Message = "Plug-in {Plugin}: {Said}")]
    private static partial void Said(ILogger logger, LogLevel level, string plugin, string said);

    /// <summary>Tells an error that the plug-in reports from one that it makes.</summary>
    private sealed class PluginSaysNo : Exception;
}

/// <summary>What children run among.</summary>
/// <param name="Settings">Limits.</param>
/// <param name="Registry">Where those that run are known.</param>
/// <param name="Log">What they say and how they do.</param>
/// <param name="Time">Clock.</param>
internal sealed record ChildSurroundings(PluginSettings Settings, ChildRegistry Registry, ILogger Log, TimeProvider Time);
