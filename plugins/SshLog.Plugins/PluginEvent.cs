using System.Collections.Immutable;
using System.Text.Json;

namespace SshLog.Plugins;

/// <summary>
/// Something that happened, as rules see it. Immutable. Everything that a user chose (names, arguments, paths, terminal
/// bytes) is data of a stranger: never part of a shell's text, of markup or of a format string.
/// </summary>
public sealed record PluginEvent
{
    private readonly Lazy<JsonElement> _fields;

    /// <param name="json">The event as one JSON object; called at most once, when somebody asks.</param>
    public PluginEvent(Func<byte[]> json)
    {
        ArgumentNullException.ThrowIfNull(json);
        _fields = new Lazy<JsonElement>(() =>
        {
            using var document = JsonDocument.Parse(json());
            return document.RootElement.Clone();
        });
    }

    /// <summary>sshlog's name of the event, for example <c>command_start</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>
    /// Every name by which a rule may be triggered by it: <see cref="EventType"/>, others such as <c>command_failed</c>, and the
    /// name of its schema, for example <c>command-started/v1</c>.
    /// </summary>
    public required ImmutableArray<string> Triggers { get; init; }

    /// <summary>Names of the rules that let it pass, for an action; empty for a filter.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Place in the whole journal; grows, never reused. The same event delivered twice has the same one.</summary>
    public required long Ordering { get; init; }

    /// <summary>Id of the session; of a failed sign-in, of the connection.</summary>
    public required string Session { get; init; }

    /// <summary>The sshd process that serves the session.</summary>
    public required int MonitorPid { get; init; }

    /// <summary>
    /// When that process started, nanoseconds since boot: together with its pid never reused. Null when it is of an earlier boot.
    /// </summary>
    public ulong? MonitorStartedAt { get; init; }

    /// <summary>When the session's connection began, UTC.</summary>
    public required DateTimeOffset SessionStartedAt { get; init; }

    /// <summary>The machine.</summary>
    public required string Host { get; init; }

    /// <summary>Who signed in, or the name that was tried; empty when not known.</summary>
    public required string User { get; init; }

    /// <summary>The peer's address; an IPv4-mapped one as IPv4.</summary>
    public required System.Net.IPEndPoint Client { get; init; }

    /// <summary>Number of the session's first pty; null without one.</summary>
    public int? Tty { get; init; }

    /// <summary>True if the session began before the daemon did.</summary>
    public bool Existing { get; init; }

    /// <summary>The command that it is about; null for none.</summary>
    public PluginCommand? Command { get; init; }

    /// <summary>Fingerprint of the key that was used or tried (<c>SHA256:...</c>); null for none.</summary>
    public string? KeyFingerprint { get; init; }

    /// <summary>Channel within the session that output or a size belongs to; null for none.</summary>
    public int? Channel { get; init; }

    /// <summary>What a terminal or a command printed; empty for other events.</summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    /// <summary>File that was transferred; null for none.</summary>
    public string? Path { get; init; }

    /// <summary>The event in one line for people, control characters escaped.</summary>
    public required string Line { get; init; }

    /// <summary>All fields under sshlog's names and ours (docs/event-catalogue.md), a JSON object.</summary>
    public JsonElement Fields => _fields.Value;

    /// <summary>A field as text: of numbers the digits, of arrays and objects their JSON; null when there is none.</summary>
    /// <param name="name">Name of the field; a dot leads into an object (<c>tcp_info.client_ip</c>).</param>
    public string? Field(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var value = Fields;
        foreach (var part in name.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(part, out value))
                return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => string.Empty,
            _ => value.GetRawText(),
        };
    }
}

/// <summary>A command of a session.</summary>
/// <param name="Executable">Absolute path of the program file; empty when the start was not seen.</param>
/// <param name="Arguments">argv, argv[0] first, decoded as UTF-8.</param>
/// <param name="Uid">Real user id; null when not known.</param>
/// <param name="EffectiveUid">Effective user id; null when not known.</param>
/// <param name="Finished">True if it has ended.</param>
/// <param name="ExitCode">Exit status; null while it runs, when replaced or when a signal ended it.</param>
/// <param name="Signal">Number of the signal that ended it; null for none.</param>
/// <param name="FirstOutput">The first bytes that it printed; empty when not captured.</param>
public sealed record PluginCommand(
    string Executable,
    IReadOnlyList<string> Arguments,
    uint? Uid,
    uint? EffectiveUid,
    bool Finished,
    int? ExitCode,
    int? Signal,
    ReadOnlyMemory<byte> FirstOutput);
