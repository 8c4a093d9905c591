using System.Collections.Immutable;
using Google.Protobuf;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;

namespace SshLog.Schema;

/// <summary>A recorder's state as the bytes of a snapshot (state.proto), and back.</summary>
public static class SessionStateCodec
{
    /// <summary>Frozen name of the schema.</summary>
    public const string Manifest = "session-state/v1";

    /// <summary>The snapshot's bytes.</summary>
    public static byte[] Encode(SessionState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var message = new Wire.SessionState
        {
            Id = state.Id.Text,
            Opened = state.Opened is { } opened ? EventMapping.ToWire(opened) : null,
            SignedIn = state.SignedIn is { } signedIn ? SignInMapping.ToWire(signedIn) : null,
            Closed = state.Closed is { } closed ? EventMapping.ToWire(closed) : null,
            Limited = state.Limited is { } limited ? RecordingMapping.ToWire(limited) : null,
            Epoch = state.Position.Epoch,
            Number = state.Position.Number,
            ChainHead = UnsafeByteOperations.UnsafeWrap(state.ChainHead),
            OutputBytes = state.OutputBytes,
            Commands = state.Commands,
            LossEvents = state.LossEvents,
            LastCommand = state.LastCommand,
            LastActivity = state.LastActivity.UtcTicks,
        };
        if (state.LastExitCode is { } exitCode)
            message.LastExitCode = exitCode;
        if (state.EffectiveUid is { } effectiveUid)
            message.EffectiveUid = effectiveUid;
        message.Channels.AddRange(state.Channels.Values.Select(ToWire));
        message.Running.AddRange(state.Running.Select(ToWire));
        return message.ToByteArray();
    }

    /// <summary>The state that was encoded.</summary>
    /// <exception cref="EventFormatException">The bytes are no such snapshot.</exception>
    public static SessionState Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return FromWire(Wire.SessionState.Parser.ParseFrom(bytes.Span));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or OverflowException)
        {
            throw new EventFormatException($"A '{Manifest}' snapshot cannot be read: {e.Message}", e);
        }
    }

    private static SessionState FromWire(Wire.SessionState m)
    {
        if (!SessionId.TryParse(m.Id, out var id))
            throw new ArgumentException($"'{m.Id}' is no session id.");
        return new SessionState
        {
            Id = id,
            Opened = m.Opened is { } opened ? EventMapping.FromWire(opened) : null,
            SignedIn = m.SignedIn is { } signedIn ? SignInMapping.FromWire(signedIn) : null,
            Closed = m.Closed is { } closed ? EventMapping.FromWire(closed) : null,
            Limited = m.Limited is { } limited ? RecordingMapping.FromWire(limited) : null,
            Channels = m.Channels.Select(FromWire).ToImmutableSortedDictionary(c => c.Number, c => c),
            Running = m.Running.ToImmutableDictionary(r => r.Pid, r => new RunningCommand(Time(r.StartedAt), r.Epoch)),
            Position = new ProbePosition(m.Epoch, m.Number),
            ChainHead = m.ChainHead.Memory,
            OutputBytes = m.OutputBytes,
            Commands = m.Commands,
            LossEvents = m.LossEvents,
            LastCommand = m.LastCommand,
            LastExitCode = m.HasLastExitCode ? m.LastExitCode : null,
            EffectiveUid = m.HasEffectiveUid ? m.EffectiveUid : null,
            LastActivity = Time(m.LastActivity),
        };
    }

    private static Wire.ChannelState ToWire(ChannelState c) => new()
    {
        Number = c.Number,
        Kind = (int)c.Kind,
        Index = c.Index,
        SeenAt = c.SeenAt.Nanoseconds,
        IsOpen = c.IsOpen,
        Rows = c.Rows,
        Columns = c.Columns,
        OutputBase = c.OutputBase,
        ErrorBase = c.ErrorBase,
        OutputNext = c.OutputNext,
        ErrorNext = c.ErrorNext,
    };

    private static ChannelState FromWire(Wire.ChannelState m) => new(
        m.Number,
        (ChannelKind)m.Kind,
        m.Index,
        new BootTime(m.SeenAt),
        m.IsOpen,
        m.Rows,
        m.Columns,
        m.OutputBase,
        m.ErrorBase,
        m.OutputNext,
        m.ErrorNext);

    private static Wire.RunningCommand ToWire(KeyValuePair<int, RunningCommand> running) => new()
    {
        Pid = running.Key,
        StartedAt = running.Value.StartedAt.UtcTicks,
        Epoch = running.Value.Epoch,
    };

    private static DateTimeOffset Time(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
