using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;
using SshLog.Core.Journal;
using Manifests = SshLog.Remoting.Gateway.GatewayManifests;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <summary>
/// The messages of <see cref="Protocol"/> as protobuf (gateway.proto). Throws nothing but
/// <see cref="SerializationException"/> and <see cref="ArgumentException"/>, on any bytes: anything else would tear
/// the connection down.
/// </summary>
public sealed class GatewaySerializer : SerializerWithStringManifest
{
    /// <summary>The serializer's number on the wire.</summary>
    public const int Id = 2201;

    /// <summary>Made by Akka from the configuration.</summary>
    public GatewaySerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc />
    public override int Identifier => Id;

    /// <inheritdoc />
    public override string Manifest(object o) => o switch
    {
        Protocol.Hello => Manifests.Hello,
        Protocol.Welcome => Manifests.Welcome,
        Protocol.Failure => Manifests.Failure,
        Protocol.FindSessions => Manifests.FindSessions,
        Protocol.SessionList => Manifests.SessionList,
        Protocol.ResolveSession => Manifests.ResolveSession,
        Protocol.ResolvedSession => Manifests.ResolvedSession,
        Protocol.ListCommands => Manifests.ListCommands,
        Protocol.CommandList => Manifests.CommandList,
        Protocol.ReadJournal => Manifests.ReadJournal,
        Protocol.ReadFeed => Manifests.ReadFeed,
        Protocol.EventPage => Manifests.EventPage,
        Protocol.GetStatus => Manifests.GetStatus,
        Protocol.DaemonStatus => Manifests.DaemonStatus,
        Protocol.RunPalette => Manifests.RunPalette,
        Protocol.ReadPalette => Manifests.ReadPalette,
        Protocol.PaletteOutput => Manifests.PaletteOutput,
        Protocol.GetFrame => Manifests.GetFrame,
        Protocol.Frame => Manifests.Frame,
        Protocol.FindText => Manifests.FindText,
        Protocol.TextPlaces => Manifests.TextPlaces,
        Protocol.OpenBundle => Manifests.OpenBundle,
        Protocol.BundleOpened => Manifests.BundleOpened,
        Protocol.ReadSealed => Manifests.ReadSealed,
        Protocol.SealedPage => Manifests.SealedPage,
        Protocol.ListHolds => Manifests.ListHolds,
        Protocol.ListKeys => Manifests.ListKeys,
        Protocol.RotateKey => Manifests.RotateKey,
        Protocol.KeyList => Manifests.KeyList,
        Protocol.ReloadConfiguration => Manifests.ReloadConfiguration,
        Protocol.ConfigurationReloaded => Manifests.ConfigurationReloaded,
        Protocol.ListActions => Manifests.ListActions,
        Protocol.ActionList => Manifests.ActionList,
        Protocol.ChangeAction => Manifests.ChangeAction,
        Protocol.ActionChanged => Manifests.ActionChanged,
        Protocol.KillSession => Manifests.KillSession,
        Protocol.SessionKilled => Manifests.SessionKilled,
        Protocol.ChangeRecording => Manifests.ChangeRecording,
        Protocol.RecordingChanged => Manifests.RecordingChanged,
        Protocol.Attach => Manifests.Attach,
        Protocol.Attached => Manifests.Attached,
        Protocol.ReadLive => Manifests.ReadLive,
        Protocol.LivePage => Manifests.LivePage,
        Protocol.TypeKeys => Manifests.TypeKeys,
        Protocol.Typed => Manifests.Typed,
        Protocol.Detach => Manifests.Detach,
        Protocol.Detached => Manifests.Detached,
        _ => throw NotOurs(o),
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        IMessage message = obj switch
        {
            Protocol.EventPage m => GatewayMapping.ToWire(m),
            Protocol.ReadJournal m => GatewayMapping.ToWire(m),
            Protocol.ReadFeed m => new Wire.ReadFeed { Cursor = m.Cursor },
            Protocol.Hello m => GatewayMapping.ToWire(m),
            Protocol.Welcome m => GatewayMapping.ToWire(m),
            Protocol.Failure m => new Wire.Failure { Code = (int)m.Code, Message = m.Message },
            Protocol.FindSessions m => GatewayMapping.ToWire(m.Query),
            Protocol.SessionList m => new Wire.SessionList { Sessions = { m.Sessions.Select(GatewayMapping.ToWire) } },
            Protocol.ResolveSession m => new Wire.ResolveSession { Name = m.Name },
            Protocol.ResolvedSession m => new Wire.ResolvedSession { Session = GatewayMapping.ToWire(m.Session) },
            Protocol.ListCommands m => GatewayMapping.ToWire(m),
            Protocol.CommandList m => new Wire.CommandList { Commands = { m.Commands.Select(GatewayMapping.ToWire) } },
            Protocol.GetStatus => new Wire.GetStatus(),
            Protocol.DaemonStatus m => GatewayMapping.ToWire(m),
            Protocol.RunPalette m => new Wire.RunPalette { Palette = m.Palette, Words = { m.Words } },
            Protocol.ReadPalette => new Wire.ReadPalette(),
            Protocol.PaletteOutput m => GatewayMapping.ToWire(m),
            Protocol.GetFrame m => GatewayMapping.ToWire(m),
            Protocol.Frame m => GatewayMapping.ToWire(m),
            Protocol.FindText m => GatewayMapping.ToWire(m),
            Protocol.TextPlaces m => GatewayMapping.ToWire(m),
            Protocol.OpenBundle m => new Wire.OpenBundle { Session = m.Session.Text },
            Protocol.BundleOpened m => GatewayMapping.ToWire(m),
            Protocol.ReadSealed m => new Wire.ReadSealed { Session = m.Session.Text, AfterSequenceNr = m.AfterSequenceNr },
            Protocol.SealedPage m => GatewayMapping.ToWire(m),
            Protocol.ListHolds m => new Wire.ListHolds { After = m.After },
            Protocol.ListKeys => new Wire.ListKeys(),
            Protocol.RotateKey => new Wire.RotateKey(),
            Protocol.KeyList m => GatewayMapping.ToWire(m),
            Protocol.ReloadConfiguration => new Wire.ReloadConfiguration(),
            Protocol.ConfigurationReloaded m => new Wire.ConfigurationReloaded { Accepted = m.Accepted, Lines = { m.Lines } },
            Protocol.ListActions => new Wire.ListActions(),
            Protocol.ActionList m => GatewayMapping.ToWire(m),
            Protocol.ChangeAction m => GatewayMapping.ToWire(m),
            Protocol.ActionChanged m => new Wire.ActionChanged { Events = m.Events },
            Protocol.KillSession m => GatewayMapping.ToWire(m),
            Protocol.SessionKilled m => new Wire.SessionKilled { How = m.How },
            Protocol.ChangeRecording m => GatewayMapping.ToWire(m),
            Protocol.RecordingChanged m => new Wire.RecordingChanged { How = m.How },
            Protocol.Attach m => GatewayMapping.ToWire(m),
            Protocol.Attached m => GatewayMapping.ToWire(m),
            Protocol.ReadLive => new Wire.ReadLive(),
            Protocol.LivePage m => GatewayMapping.ToWire(m),
            Protocol.TypeKeys m => new Wire.TypeKeys { Bytes = UnsafeByteOperations.UnsafeWrap(m.Bytes) },
            Protocol.Typed => new Wire.Typed(),
            Protocol.Detach => new Wire.Detach(),
            Protocol.Detached => new Wire.Detached(),
            _ => throw NotOurs(obj),
        };
        return message.ToByteArray();
    }

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or EventFormatException
            or ArgumentException or FormatException or OverflowException)
        {
            throw new SerializationException($"A '{manifest}' message cannot be read: {error.Message}", error);
        }
    }

    private static Protocol.IMessage Read(byte[] bytes, string manifest) => manifest switch
    {
        Manifests.EventPage => GatewayMapping.FromWire(Wire.EventPage.Parser.ParseFrom(bytes)),
        Manifests.ReadJournal => GatewayMapping.FromWire(Wire.ReadJournal.Parser.ParseFrom(bytes)),
        Manifests.ReadFeed => new Protocol.ReadFeed(Wire.ReadFeed.Parser.ParseFrom(bytes).Cursor),
        Manifests.Hello => GatewayMapping.FromWire(Wire.Hello.Parser.ParseFrom(bytes)),
        Manifests.Welcome => GatewayMapping.FromWire(Wire.Welcome.Parser.ParseFrom(bytes)),
        Manifests.Failure => GatewayMapping.FromWire(Wire.Failure.Parser.ParseFrom(bytes)),
        Manifests.FindSessions =>
            new Protocol.FindSessions(GatewayMapping.FromWire(Wire.FindSessions.Parser.ParseFrom(bytes))),
        Manifests.SessionList => new Protocol.SessionList(
            [.. Wire.SessionList.Parser.ParseFrom(bytes).Sessions.Select(GatewayMapping.FromWire)]),
        Manifests.ResolveSession => new Protocol.ResolveSession(Wire.ResolveSession.Parser.ParseFrom(bytes).Name),
        Manifests.ResolvedSession => new Protocol.ResolvedSession(
            GatewayMapping.FromWire(Wire.ResolvedSession.Parser.ParseFrom(bytes).Session)),
        Manifests.ListCommands => GatewayMapping.FromWire(Wire.ListCommands.Parser.ParseFrom(bytes)),
        Manifests.CommandList => new Protocol.CommandList(
            [.. Wire.CommandList.Parser.ParseFrom(bytes).Commands.Select(GatewayMapping.FromWire)]),
        Manifests.GetStatus => Protocol.GetStatus.Instance,
        Manifests.DaemonStatus => GatewayMapping.FromWire(Wire.DaemonStatus.Parser.ParseFrom(bytes)),
        Manifests.RunPalette => GatewayMapping.FromWire(Wire.RunPalette.Parser.ParseFrom(bytes)),
        Manifests.ReadPalette => Protocol.ReadPalette.Instance,
        Manifests.PaletteOutput => GatewayMapping.FromWire(Wire.PaletteOutput.Parser.ParseFrom(bytes)),
        Manifests.GetFrame => GatewayMapping.FromWire(Wire.GetFrame.Parser.ParseFrom(bytes)),
        Manifests.Frame => GatewayMapping.FromWire(Wire.Frame.Parser.ParseFrom(bytes)),
        Manifests.FindText => GatewayMapping.FromWire(Wire.FindText.Parser.ParseFrom(bytes)),
        Manifests.TextPlaces => GatewayMapping.FromWire(Wire.TextPlaces.Parser.ParseFrom(bytes)),
        Manifests.OpenBundle => GatewayMapping.FromWire(Wire.OpenBundle.Parser.ParseFrom(bytes)),
        Manifests.BundleOpened => GatewayMapping.FromWire(Wire.BundleOpened.Parser.ParseFrom(bytes)),
        Manifests.ReadSealed => GatewayMapping.FromWire(Wire.ReadSealed.Parser.ParseFrom(bytes)),
        Manifests.SealedPage => GatewayMapping.FromWire(Wire.SealedPage.Parser.ParseFrom(bytes)),
        Manifests.ListHolds => new Protocol.ListHolds(Wire.ListHolds.Parser.ParseFrom(bytes).After),
        Manifests.ListKeys => Protocol.ListKeys.Instance,
        Manifests.RotateKey => Protocol.RotateKey.Instance,
        Manifests.KeyList => GatewayMapping.FromWire(Wire.KeyList.Parser.ParseFrom(bytes)),
        Manifests.ReloadConfiguration => Protocol.ReloadConfiguration.Instance,
        Manifests.ConfigurationReloaded =>
            GatewayMapping.FromWire(Wire.ConfigurationReloaded.Parser.ParseFrom(bytes)),
        Manifests.ListActions => Protocol.ListActions.Instance,
        Manifests.ActionList => GatewayMapping.FromWire(Wire.ActionList.Parser.ParseFrom(bytes)),
        Manifests.ChangeAction => GatewayMapping.FromWire(Wire.ChangeAction.Parser.ParseFrom(bytes)),
        Manifests.ActionChanged => new Protocol.ActionChanged(Wire.ActionChanged.Parser.ParseFrom(bytes).Events),
        Manifests.KillSession => GatewayMapping.FromWire(Wire.KillSession.Parser.ParseFrom(bytes)),
        Manifests.SessionKilled => new Protocol.SessionKilled(Wire.SessionKilled.Parser.ParseFrom(bytes).How),
        Manifests.ChangeRecording => GatewayMapping.FromWire(Wire.ChangeRecording.Parser.ParseFrom(bytes)),
        Manifests.RecordingChanged => new Protocol.RecordingChanged(Wire.RecordingChanged.Parser.ParseFrom(bytes).How),
        Manifests.Attach => GatewayMapping.FromWire(Wire.Attach.Parser.ParseFrom(bytes)),
        Manifests.Attached => GatewayMapping.FromWire(Wire.Attached.Parser.ParseFrom(bytes)),
        Manifests.ReadLive => Protocol.ReadLive.Instance,
        Manifests.LivePage => GatewayMapping.FromWire(Wire.LivePage.Parser.ParseFrom(bytes)),
        Manifests.TypeKeys => GatewayMapping.FromWire(Wire.TypeKeys.Parser.ParseFrom(bytes)),
        Manifests.Typed => Protocol.Typed.Instance,
        Manifests.Detach => Protocol.Detach.Instance,
        Manifests.Detached => Protocol.Detached.Instance,
        _ => throw new SerializationException(
            $"Unknown message '{manifest}': client and daemon are of different versions; "
            + "install the same version of sshlog and sshlogd, and restart the daemon."),
    };

    private static ArgumentException NotOurs(object? message) =>
        new($"{message?.GetType().FullName ?? "null"} is not a message of the gateway protocol.");
}
