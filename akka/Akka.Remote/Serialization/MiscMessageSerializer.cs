using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>The engine's own small messages (identifier 16).</summary>
public sealed class MiscMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string IdentifyManifest = "ID";
    private const string IdentityManifest = "AID";
    private const string RefManifest = "AR";
    private const string PoisonPillManifest = "PP";
    private const string KillManifest = "K";
    private const string HeartbeatManifest = "RWHB";
    private const string HeartbeatRspManifest = "RWHR";
    private const string NobodyPath = "nobody";

    /// <inheritdoc/>
    public override int Identifier => 16;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        Identify => IdentifyManifest,
        ActorIdentity => IdentityManifest,
        IActorRef => RefManifest,
        PoisonPill => PoisonPillManifest,
        Kill => KillManifest,
        RemoteWatcher.Heartbeat => HeartbeatManifest,
        RemoteWatcher.HeartbeatRsp => HeartbeatRspManifest,
        _ => throw new ArgumentException($"{o?.GetType()} is none of the engine's own messages."),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        Identify identify => WriteIdentify(identify),
        ActorIdentity identity => WriteIdentity(identity),
        Nobody => RefData.WritePath(NobodyPath),
        IActorRef actor => RefData.Write(actor),
        RemoteWatcher.HeartbeatRsp answer => WriteHeartbeatRsp(answer),
        PoisonPill or Kill or RemoteWatcher.Heartbeat => [],
        _ => throw new ArgumentException($"{obj?.GetType()} is none of the engine's own messages."),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return manifest switch
            {
                IdentifyManifest => ReadIdentify(bytes),
                IdentityManifest => ReadIdentity(bytes),
                RefManifest => ReadRef(RefData.ReadPath(bytes)) ?? Nobody.Instance,
                PoisonPillManifest => PoisonPill.Instance,
                KillManifest => Kill.Instance,
                HeartbeatManifest => RemoteWatcher.Heartbeat.Instance,
                HeartbeatRspManifest => ReadHeartbeatRsp(bytes),
                _ => throw new SerializationException($"Unknown message '{manifest}' of serializer 16."),
            };
        }
        catch (WireFormatException malformed)
        {
            throw new SerializationException(malformed.Message, malformed);
        }
    }

    // Identify: messageId (1: payload).
    private byte[] WriteIdentify(Identify identify)
    {
        if (identify.MessageId is null)
            return [];
        var id = Wrapped.Serialize(system, identify.MessageId).ToByteArray();
        var bytes = new byte[ProtoWriter.SizeOfBytes(id.Length)];
        var writer = new ProtoWriter(bytes);
        writer.Bytes(1, id);
        return bytes;
    }

    private Identify ReadIdentify(byte[] bytes)
    {
        object? id = null;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                id = Wrapped.Deserialize(system, reader.Bytes);
        }
        return new Identify(id!);
    }

    // ActorIdentity: correlationId (1: payload), path (2).
    private byte[] WriteIdentity(ActorIdentity identity)
    {
        var id = Wrapped.Serialize(system, identity.MessageId).ToByteArray();
        var path = identity.Subject.IsNobody()
            ? ""
            : Akka.Serialization.Serialization.SerializedActorPath(identity.Subject);
        var pathSize = Encoding.UTF8.GetByteCount(path);
        var bytes = new byte[ProtoWriter.SizeOfBytes(id.Length) + ProtoWriter.SizeOfBytes(pathSize)];
        var writer = new ProtoWriter(bytes);
        writer.Bytes(1, id);
        if (pathSize > 0)
            writer.Text(2, path, pathSize);
        return bytes[..writer.Length];
    }

    private ActorIdentity ReadIdentity(byte[] bytes)
    {
        object? id = null;
        var path = "";
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                id = Wrapped.Deserialize(system, reader.Bytes);
            else if (reader.Field == 2)
                path = reader.Text;
        }
        return new ActorIdentity(id!, ReadRef(path));
    }

    private IActorRef? ReadRef(string path) => path switch
    {
        "" => null,
        NobodyPath => Nobody.Instance,
        _ => system.Provider.ResolveActorRef(path),
    };

    // HeartbeatRsp: uid (1: uint64).
    private static byte[] WriteHeartbeatRsp(RemoteWatcher.HeartbeatRsp answer)
    {
        var bytes = new byte[12];
        var writer = new ProtoWriter(bytes);
        writer.Number(1, unchecked((ulong)answer.AddressUid));
        return bytes[..writer.Length];
    }

    private static RemoteWatcher.HeartbeatRsp ReadHeartbeatRsp(byte[] bytes)
    {
        ulong uid = 0;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                uid = reader.Number;
        }
        return new RemoteWatcher.HeartbeatRsp(unchecked((int)uid));
    }
}
