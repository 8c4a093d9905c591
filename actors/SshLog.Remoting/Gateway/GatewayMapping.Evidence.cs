using Google.Protobuf;
using SshLog.Core.Journal;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <content>Recordings as evidence, and the host's keys.</content>
internal static partial class GatewayMapping
{
    public static Wire.BundleOpened ToWire(Protocol.BundleOpened m) => new()
    {
        Manifest = UnsafeByteOperations.UnsafeWrap(m.Seal.Manifest),
        Signature = UnsafeByteOperations.UnsafeWrap(m.Seal.Signature),
        UpTo = m.Seal.UpTo,
    };

    public static Protocol.BundleOpened FromWire(Wire.BundleOpened m) =>
        new(new BundleSeal(m.Manifest.Memory, m.Signature.Memory, m.UpTo));

    public static Protocol.OpenBundle FromWire(Wire.OpenBundle m) => new(Session(m.Session));

    public static Protocol.ReadSealed FromWire(Wire.ReadSealed m) => new(Session(m.Session), m.AfterSequenceNr);

    public static Wire.SealedPage ToWire(Protocol.SealedPage m) => new()
    {
        Rows =
        {
            m.Rows.Select(r => new Wire.SealedRow
            {
                SequenceNr = r.SequenceNr,
                Manifest = r.Manifest,
                Envelope = UnsafeByteOperations.UnsafeWrap(r.Envelope),
                Redaction = UnsafeByteOperations.UnsafeWrap(r.Redaction),
            }),
        },
    };

    public static Protocol.SealedPage FromWire(Wire.SealedPage m) =>
        new([.. m.Rows.Select(r => new SealedRow(r.SequenceNr, r.Manifest, r.Envelope.Memory, r.Redaction.Memory))]);

    public static Wire.KeyList ToWire(Protocol.KeyList m) => new() { Keys = { m.Keys.Select(ToWire) } };

    public static Protocol.KeyList FromWire(Wire.KeyList m) =>
        new([.. m.Keys.Select(k => new HostPublicKey(k.Fingerprint, k.Pem, k.HasUntil ? Time(k.Until) : null))]);

    private static Wire.HostPublicKey ToWire(HostPublicKey key)
    {
        var message = new Wire.HostPublicKey { Fingerprint = key.Fingerprint, Pem = key.Pem };
        if (key.Until is { } until)
            message.Until = until.UtcTicks;
        return message;
    }
}
