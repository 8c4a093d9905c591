using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Core.Sessions;

/// <summary>Decides about channels' purposes, transfers, forwards, privileges and input. Pure.</summary>
internal static class CaptureDecider
{
    /// <summary>The name of the subsystem that sshd serves itself.</summary>
    private const string Sftp = "sftp";

    /// <summary>The facts that follow from what was seen.</summary>
    public static IEnumerable<SessionEvent> Decide(
        SessionState state, ProbeEvent seen, SessionContext context, DateTimeOffset at) => seen switch
        {
            SubsystemServed e => state.Find(e.Channel) is { Request: null } channel
                ? [new ChannelRequested(at, channel.Number, ChannelRequest.Subsystem, Sftp, string.Empty)]
                : [],
            OutputSkipped e => state.Find(e.Channel) is { } channel
                ? [new OutputLeftOut(
                    at, channel.Number, e.Stream, channel.Base(e.Stream) + (long)e.Offset, e.Bytes)]
                : [],
            PrivilegeSwitched e =>
            [
                new PrivilegeChanged(
                    at, e.Pid, e.ByExec, e.UidBefore, e.EffectiveUidBefore, e.Uid, e.EffectiveUid,
                    context.Accounts.UserName(e.EffectiveUid)),
            ],
            InputTyped e => state.Find(e.Channel) is { } channel
                ? [new InputRecorded(at, channel.Number, e.Bytes, e.HiddenBytes)]
                : [],
            FileMoved e =>
            [
                new FileTransferred(
                    at, e.Pid, e.Protocol, e.Direction, e.Result, e.Path, e.RenamedFrom, e.Bytes, e.Mode, e.Error,
                    e.Files),
            ],
            ForwardSeen e =>
                [new ForwardOpened(at, e.Pid, e.Kind, e.Address, e.Port, e.PeerAddress, e.PeerPort, e.Error)],
            _ => throw new NotSupportedException($"No decision for {seen.GetType().Name}."),
        };

    /// <summary>
    /// The first program that sshd starts in a channel says what the channel is for: a login shell has a hyphen before
    /// its name, anything else is given to the shell with -c, a subsystem's program too.
    /// </summary>
    public static IEnumerable<SessionEvent> DescribeChannel(
        SessionState state, ProgramExecuted seen, DateTimeOffset at)
    {
        if (seen.Channel is not { } reference || state.Find(reference) is not { Request: null } channel)
            return [];
        var argv = seen.Arguments.ToStrings();
        var command = argv is [_, "-c", var text, ..] ? text : string.Empty;
        var request = argv is [['-', ..], ..] ? ChannelRequest.Shell
            : command.Split(' ')[0].EndsWith("/sftp-server", StringComparison.Ordinal) ? ChannelRequest.Subsystem
            : ChannelRequest.Exec;
        return [new ChannelRequested(at, channel.Number, request, command, seen.Term)];
    }
}
