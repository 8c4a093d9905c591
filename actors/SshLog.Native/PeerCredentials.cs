namespace SshLog.Native;

/// <summary>Who connected to a unix socket, as the kernel noted it at connect(2) (SO_PEERCRED, unix(7)).</summary>
/// <param name="ProcessId">Process id in the reader's pid namespace; 0 if the peer lives outside of it.</param>
/// <param name="UserId">Effective user id at connect time.</param>
/// <param name="GroupId">Effective group id at connect time.</param>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId);
