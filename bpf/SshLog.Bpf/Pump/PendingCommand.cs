using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>A started command whose argv arrives in several records. At most 64 KiB.</summary>
internal sealed class PendingCommand
{
    private readonly CommandStartedRecord started;
    private readonly string executable;
    private readonly string directory;
    private readonly byte[] arguments;
    private int filled;

    /// <param name="record">A checked command_started record.</param>
    public PendingCommand(WireRecord record)
    {
        started = record.As<CommandStartedRecord>();
        var data = record.Data<CommandStartedRecord>();
        var paths = (int)(started.ExecutableSize + started.DirectorySize);
        var flags = started.Header.Flags;
        executable = WireText.ToPath(data[..(int)started.ExecutableSize], flags.HasFlag(RecordFlags.PathTruncated));
        directory = WireText.ToPath(data[(int)started.ExecutableSize..paths], flags.HasFlag(RecordFlags.DirectoryTruncated));
        arguments = new byte[started.ArgvCaptured];
        data[paths..].CopyTo(arguments);
        filled = (int)started.ArgvHere;
    }

    /// <summary>True if nothing more will come.</summary>
    public bool IsComplete => filled == arguments.Length;

    /// <summary>Adds a further record; false if it is not the next one of this command.</summary>
    public bool TryAdd(WireRecord record)
    {
        var more = record.As<CommandArgumentsRecord>();
        var data = record.Data<CommandArgumentsRecord>();
        if (more.StartedNs != started.Header.TimeNs || more.Offset != filled || data.Length > arguments.Length - filled)
            return false;
        data.CopyTo(arguments.AsSpan(filled));
        filled += data.Length;
        return true;
    }

    /// <summary>The command with the arguments that have come.</summary>
    public ProgramExecuted ToEvent() => new(
        new BootTime(started.Header.TimeNs),
        (int)started.Pid,
        (int)started.ParentPid,
        new ArgumentVector(arguments.AsMemory(0, filled), (long)started.ArgvTotal - filled),
        executable,
        directory,
        started.Uid,
        started.Euid,
        started.Loginuid == WireLimits.Unset ? null : started.Loginuid,
        started.AuditSession == WireLimits.Unset ? null : started.AuditSession,
        started.Tty < 0 ? null : started.Tty)
    {
        Typed = started.Header.Flags.HasFlag(RecordFlags.Typed),
        Channel = started.Channel.Kind == 0 ? null : started.Channel.ToRef(),
        Term = WireText.ToText(started.Term),
    };
}
