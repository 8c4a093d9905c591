using System.Globalization;
using System.Text;
using System.Text.Json;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>What a bundle says of itself; signed as a whole.</summary>
/// <param name="Host">Where it was recorded.</param>
/// <param name="Database">Identity of the journal's database.</param>
/// <param name="PersistenceId">Which journal.</param>
/// <param name="Events">How many events it has, from the first on.</param>
/// <param name="Link">32 bytes: <see cref="EventChain.Link"/> of the last.</param>
/// <param name="At">When it was made.</param>
/// <param name="By">For whom.</param>
/// <param name="Key">Name of the key that signed it.</param>
/// <param name="PublicPem">That key's public part.</param>
/// <param name="Heads">Signed heads of the journal, the one made with the bundle last.</param>
public sealed record BundleManifest(
    string Host, string Database, string PersistenceId, long Events, ReadOnlyMemory<byte> Link, DateTimeOffset At, string By,
    string Key, string PublicPem, IReadOnlyList<SignedHead> Heads)
{
    /// <summary>Name and version of the form.</summary>
    public const string Format = "sshlog-bundle/1";

    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>How the host's key has changed, so that an earlier or later one proves the bundle too. Older bundles have none.</summary>
    public IReadOnlyList<KeyChange> KeyChanges { get; init; } = [];

    /// <summary>What is signed: the form's name, NUL, the manifest's bytes.</summary>
    public static byte[] Message(ReadOnlySpan<byte> manifest) => [.. Encoding.ASCII.GetBytes(Format + "\0"), .. manifest];

    /// <summary>As JSON.</summary>
    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("host", Host);
            json.WriteString("database", Database);
            json.WriteString("journal", PersistenceId);
            json.WriteNumber("events", Events);
            json.WriteString("link", Convert.ToHexStringLower(Link.Span));
            json.WriteString("exported_at", At.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture));
            json.WriteString("exported_by", By);
            json.WriteString("key", Key);
            json.WriteString("public_key", PublicPem);
            json.WriteStartArray("heads");
            foreach (var head in Heads)
            {
                json.WriteStartObject();
                json.WriteNumber("event", head.SequenceNr);
                json.WriteString("link", Convert.ToHexStringLower(head.Link.Span));
                json.WriteString("at", head.At.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture));
                json.WriteString("key", head.Key);
                json.WriteBase64String("signature", head.Signature.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (KeyChanges.Count > 0)
                WriteKeyChanges(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>What <see cref="Encode"/> has encoded.</summary>
    /// <exception cref="FormatException">It is no manifest.</exception>
    public static BundleManifest Decode(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            using var document = JsonDocument.Parse(encoded);
            var root = document.RootElement;
            if (Text(root, "format") != Format)
                throw new FormatException($"it is of the form {Text(root, "format")}, not {Format}");
            var (database, journal) = (Text(root, "database"), Text(root, "journal"));
            return new BundleManifest(
                Text(root, "host"), database, journal, root.GetProperty("events").GetInt64(), Hex(root, "link"), TimeOf(root, "exported_at"),
                Text(root, "exported_by"), Text(root, "key"), Text(root, "public_key"),
                [
                    .. root.GetProperty("heads").EnumerateArray().Select(head => new SignedHead(
                        database, journal, head.GetProperty("event").GetInt64(), Hex(head, "link"), TimeOf(head, "at"), Text(head, "key"),
                        head.GetProperty("signature").GetBytesFromBase64())),
                ])
            {
                KeyChanges = root.TryGetProperty("key_changes", out var changes) ? [.. changes.EnumerateArray().Select(ReadKeyChange)] : [],
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("its manifest cannot be read", e);
        }
    }

    private void WriteKeyChanges(Utf8JsonWriter json)
    {
        json.WriteStartArray("key_changes");
        foreach (var change in KeyChanges)
        {
            json.WriteStartObject();
            json.WriteString("at", change.At.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture));
            json.WriteBase64String("old", change.Old.Span);
            json.WriteBase64String("new", change.New.Span);
            json.WriteBase64String("old_signature", change.OldSignature.Span);
            json.WriteBase64String("new_signature", change.NewSignature.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static KeyChange ReadKeyChange(JsonElement change) => new(
        change.GetProperty("old").GetBytesFromBase64(), change.GetProperty("new").GetBytesFromBase64(), TimeOf(change, "at"),
        change.GetProperty("old_signature").GetBytesFromBase64(), change.GetProperty("new_signature").GetBytesFromBase64());

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"its manifest has no {name}");

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(Text(element, name));

    private static DateTimeOffset TimeOf(JsonElement element, string name) => DateTimeOffset.ParseExact(
        Text(element, name), Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
