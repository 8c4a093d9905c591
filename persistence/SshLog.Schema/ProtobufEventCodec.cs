using Google.Protobuf;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using Manifests = SshLog.Schema.EventManifests;

namespace SshLog.Schema;

/// <summary>Events as protobuf messages (events.proto) under the manifests of <see cref="EventManifests"/>.</summary>
public sealed class ProtobufEventCodec : IEventCodec
{
    /// <summary>It has no state.</summary>
    public static readonly ProtobufEventCodec Instance = new();

    /// <inheritdoc />
    public (string Manifest, byte[] Payload) Encode(SessionEvent fact)
    {
        var (manifest, message) = fact switch
        {
            OutputRecorded e => (Manifests.OutputRecorded, (IMessage)EventMapping.ToWire(e)),
            CommandStarted e => (Manifests.CommandStarted, EventMapping.ToWire(e)),
            CommandFinished e => (Manifests.CommandFinished, EventMapping.ToWire(e)),
            SessionOpened e => (Manifests.SessionOpened, EventMapping.ToWire(e)),
            SignedIn e => (Manifests.SignedIn, SignInMapping.ToWire(e)),
            SignInFailed e => (Manifests.SignInFailed, SignInMapping.ToWire(e)),
            ChannelOpened e => (Manifests.ChannelOpened, EventMapping.ToWire(e)),
            ChannelClosed e => (Manifests.ChannelClosed, EventMapping.ToWire(e)),
            TerminalResized e => (Manifests.TerminalResized, EventMapping.ToWire(e)),
            LossRecorded e => (Manifests.LossRecorded, EventMapping.ToWire(e)),
            ChannelRequested e => (Manifests.ChannelRequested, CaptureMapping.ToWire(e)),
            OutputLeftOut e => (Manifests.OutputLeftOut, CaptureMapping.ToWire(e)),
            PrivilegeChanged e => (Manifests.PrivilegeChanged, CaptureMapping.ToWire(e)),
            FileTransferred e => (Manifests.FileTransferred, CaptureMapping.ToWire(e)),
            ForwardOpened e => (Manifests.ForwardOpened, CaptureMapping.ToWire(e)),
            InputRecorded e => (Manifests.InputRecorded, CaptureMapping.ToWire(e)),
            SessionClosed e => (Manifests.SessionClosed, EventMapping.ToWire(e)),
            KillRequested e => (Manifests.KillRequested, AccessMapping.ToWire(e)),
            ViewerJoined e => (Manifests.ViewerJoined, AccessMapping.ToWire(e)),
            ViewerLeft e => (Manifests.ViewerLeft, AccessMapping.ToWire(e)),
            InputInjected e => (Manifests.InputInjected, AccessMapping.ToWire(e)),
            RequestRefused e => (Manifests.RequestRefused, AccessMapping.ToWire(e)),
            RecordingLimited e => (Manifests.RecordingLimited, RecordingMapping.ToWire(e)),
            SessionHeld e => (Manifests.SessionHeld, AuditMapping.ToWire(e)),
            SessionReleased e => (Manifests.SessionReleased, AuditMapping.ToWire(e)),
            SessionDeleted e => (Manifests.SessionDeleted, AuditMapping.ToWire(e)),
            StorageChanged e => (Manifests.StorageChanged, AuditMapping.ToWire(e)),
            RecordingRedacted e => (Manifests.RecordingRedacted, AuditMapping.ToWire(e)),
            SigningKeyChanged e => (Manifests.SigningKeyChanged, AuditMapping.ToWire(e)),
            HeadSigned e => (Manifests.HeadSigned, AuditMapping.ToWire(e)),
            ContentRedacted e => (Manifests.ContentRedacted, RecordingMapping.ToWire(e)),
            _ => throw new NotSupportedException($"{fact?.GetType().Name ?? "null"} has no manifest."),
        };
        return (manifest, message.ToByteArray());
    }

    /// <inheritdoc />
    public SessionEvent Decode(string manifest, ReadOnlyMemory<byte> payload)
    {
        var span = payload.Span;
        try
        {
            return manifest switch
            {
                Manifests.OutputRecorded => EventMapping.FromWire(Wire.OutputRecorded.Parser.ParseFrom(span)),
                Manifests.CommandStarted => EventMapping.FromWire(Wire.CommandStarted.Parser.ParseFrom(span)),
                Manifests.CommandFinished => EventMapping.FromWire(Wire.CommandFinished.Parser.ParseFrom(span)),
                Manifests.SessionOpened => EventMapping.FromWire(Wire.SessionOpened.Parser.ParseFrom(span)),
                Manifests.SignedIn => SignInMapping.FromWire(Wire.SignedIn.Parser.ParseFrom(span)),
                Manifests.SignInFailed => SignInMapping.FromWire(Wire.SignInFailed.Parser.ParseFrom(span)),
                Manifests.ChannelOpened => EventMapping.FromWire(Wire.ChannelOpened.Parser.ParseFrom(span)),
                Manifests.ChannelClosed => EventMapping.FromWire(Wire.ChannelClosed.Parser.ParseFrom(span)),
                Manifests.TerminalResized => EventMapping.FromWire(Wire.TerminalResized.Parser.ParseFrom(span)),
                Manifests.LossRecorded => EventMapping.FromWire(Wire.LossRecorded.Parser.ParseFrom(span)),
                Manifests.ChannelRequested => CaptureMapping.FromWire(Wire.ChannelRequested.Parser.ParseFrom(span)),
                Manifests.OutputLeftOut => CaptureMapping.FromWire(Wire.OutputLeftOut.Parser.ParseFrom(span)),
                Manifests.PrivilegeChanged => CaptureMapping.FromWire(Wire.PrivilegeChanged.Parser.ParseFrom(span)),
                Manifests.FileTransferred => CaptureMapping.FromWire(Wire.FileTransferred.Parser.ParseFrom(span)),
                Manifests.ForwardOpened => CaptureMapping.FromWire(Wire.ForwardOpened.Parser.ParseFrom(span)),
                Manifests.InputRecorded => CaptureMapping.FromWire(Wire.InputRecorded.Parser.ParseFrom(span)),
                Manifests.SessionClosed => EventMapping.FromWire(Wire.SessionClosed.Parser.ParseFrom(span)),
                Manifests.KillRequested => AccessMapping.FromWire(Wire.KillRequested.Parser.ParseFrom(span)),
                Manifests.ViewerJoined => AccessMapping.FromWire(Wire.ViewerJoined.Parser.ParseFrom(span)),
                Manifests.ViewerLeft => AccessMapping.FromWire(Wire.ViewerLeft.Parser.ParseFrom(span)),
                Manifests.InputInjected => AccessMapping.FromWire(Wire.InputInjected.Parser.ParseFrom(span)),
                Manifests.RequestRefused => AccessMapping.FromWire(Wire.RequestRefused.Parser.ParseFrom(span)),
                Manifests.RecordingLimited => RecordingMapping.FromWire(Wire.RecordingLimited.Parser.ParseFrom(span)),
                Manifests.SessionHeld => AuditMapping.FromWire(Wire.SessionHeld.Parser.ParseFrom(span)),
                Manifests.SessionReleased => AuditMapping.FromWire(Wire.SessionReleased.Parser.ParseFrom(span)),
                Manifests.SessionDeleted => AuditMapping.FromWire(Wire.SessionDeleted.Parser.ParseFrom(span)),
                Manifests.StorageChanged => AuditMapping.FromWire(Wire.StorageChanged.Parser.ParseFrom(span)),
                Manifests.RecordingRedacted => AuditMapping.FromWire(Wire.RecordingRedacted.Parser.ParseFrom(span)),
                Manifests.SigningKeyChanged => AuditMapping.FromWire(Wire.SigningKeyChanged.Parser.ParseFrom(span)),
                Manifests.HeadSigned => AuditMapping.FromWire(Wire.HeadSigned.Parser.ParseFrom(span)),
                Manifests.ContentRedacted => RecordingMapping.FromWire(Wire.ContentRedacted.Parser.ParseFrom(span)),
                _ => throw new EventFormatException(
                    $"Unknown event manifest '{manifest}': this journal was written by a newer sshlogd; "
                    + "install that version to read it."),
            };
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or OverflowException)
        {
            throw new EventFormatException($"A '{manifest}' event cannot be read: {e.Message}", e);
        }
    }
}
