namespace SshLog.Core.Identity;

/// <summary>
/// What the kernel knows a session by: the sshd process that serves the connection (its monitor). Unique within a
/// boot; with the boot id it becomes a <see cref="SessionId"/>.
/// </summary>
/// <param name="StartedAt">task_struct.start_boottime of the monitor.</param>
/// <param name="Pid">Thread group id of the monitor in the initial pid namespace.</param>
public readonly record struct SessionKey(BootTime StartedAt, int Pid);
