using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using SshLog.Core.Journal;
using SshLog.Native;
using SshLog.Schema;

namespace SshLog.Persistence.Journal;

/// <summary>
/// Stores a <see cref="JournalEvent"/> as its envelope, with the event's own frozen manifest in the journal's manifest
/// column. Runs on the journal's threads, so that is where payloads are compressed.
/// </summary>
public sealed class JournalEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Key of the actor system's configuration: whether payloads are compressed.</summary>
    internal const string CompressKey = "sshlog.journal-compress";

    private readonly bool _compresses = system.Settings.Config.GetBoolean(CompressKey, false) && Zstd.IsAvailable;

    /// <summary>The serializer id in every row; never changes.</summary>
    public const int Id = 5222;

    /// <inheritdoc />
    public override int Identifier => Id;

    /// <inheritdoc />
    public override string Manifest(object o) =>
        o is JournalEvent e ? e.Manifest : throw Refuse(o);

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) =>
        obj is JournalEvent e ? EnvelopeCodec.Encode(e, _compresses) : throw Refuse(obj);

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return EnvelopeCodec.Decode(manifest, bytes);
        }
        catch (EventFormatException e)
        {
            throw new SerializationException(e.Message, e);
        }
    }

    private static ArgumentException Refuse(object? other) =>
        new($"Only {nameof(JournalEvent)} goes to the journal, not {other?.GetType().Name ?? "null"}.");
}
