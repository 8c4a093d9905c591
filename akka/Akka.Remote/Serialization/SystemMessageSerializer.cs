using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>
/// System messages (identifier 22), by type name. Death watch alone crosses processes here: what supervises or stops
/// actors of another system is refused in both directions.
/// </summary>
public sealed class SystemMessageSerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <inheritdoc/>
    public override int Identifier => 22;

    /// <inheritdoc/>
    public override bool IncludeManifest => true;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        Watch watch => Pair(watch.Watchee, watch.Watcher),
        Unwatch unwatch => Pair(unwatch.Watchee, unwatch.Watcher),
        DeathWatchNotification notification => Notification(notification),
        _ => throw new ArgumentException($"{obj?.GetType()} does not go to other systems."),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            if (type == typeof(Watch))
                return ReadPair(bytes, (watchee, watcher) => new Watch(watchee, watcher));
            if (type == typeof(Unwatch))
                return ReadPair(bytes, (watchee, watcher) => new Unwatch(watchee, watcher));
            if (type == typeof(DeathWatchNotification))
                return ReadNotification(bytes);
        }
        catch (WireFormatException malformed)
        {
            throw new SerializationException(malformed.Message, malformed);
        }
        throw new SerializationException($"{type} is not taken from other systems.");
    }

    private static byte[] Pair(IActorRef watchee, IActorRef watcher)
    {
        var first = RefData.Write(watchee);
        var second = RefData.Write(watcher);
        var bytes = new byte[ProtoWriter.SizeOfBytes(first.Length) + ProtoWriter.SizeOfBytes(second.Length)];
        var writer = new ProtoWriter(bytes);
        writer.Bytes(1, first);
        writer.Bytes(2, second);
        return bytes;
    }

    private static byte[] Notification(DeathWatchNotification notification)
    {
        var actor = RefData.Write(notification.Actor);
        var bytes = new byte[ProtoWriter.SizeOfBytes(actor.Length) + 4];
        var writer = new ProtoWriter(bytes);
        writer.Bytes(1, actor);
        writer.Number(2, notification.ExistenceConfirmed ? 1u : 0);
        writer.Number(3, notification.AddressTerminated ? 1u : 0);
        return bytes[..writer.Length];
    }

    private object ReadPair(byte[] bytes, Func<IInternalActorRef, IInternalActorRef, object> make)
    {
        IInternalActorRef? watchee = null, watcher = null;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                watchee = RefData.Read(system, reader.Bytes);
            else if (reader.Field == 2)
                watcher = RefData.Read(system, reader.Bytes);
        }
        if (watchee is null || watcher is null)
            throw new WireFormatException("a watch without both actors");
        return make(watchee, watcher);
    }

    private DeathWatchNotification ReadNotification(byte[] bytes)
    {
        IInternalActorRef? actor = null;
        bool confirmed = false, addressTerminated = false;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    actor = RefData.Read(system, reader.Bytes);
                    break;
                case 2:
                    confirmed = reader.Number != 0;
                    break;
                case 3:
                    addressTerminated = reader.Number != 0;
                    break;
            }
        }
        return actor is null
            ? throw new WireFormatException("the end of no actor")
            : new DeathWatchNotification(actor, confirmed, addressTerminated);
    }
}
