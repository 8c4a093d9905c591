using SshLog.Bpf.Wire;

namespace SshLog.Bpf.Interop;

/// <summary>
/// What the pump asks the probe's maps when records are missing, and takes out when something has ended.
/// </summary>
internal interface IKernelMaps
{
    /// <summary>Every session that has an entry; walks the whole map.</summary>
    IReadOnlyList<WireSessionKey> FindSessions();

    /// <summary>A session's entry; false if there is none.</summary>
    bool TryGetSession(WireSessionKey key, out SessionValue value);

    /// <summary>A channel's entry; false if there is none.</summary>
    bool TryGetChannel(in ChannelKey key, out ChannelValue value);

    /// <summary>Every channel of a session that has an entry; walks the whole map.</summary>
    IReadOnlyList<ChannelKey> FindChannels(WireSessionKey session);

    /// <summary>Lost records of a session that were reported already, as <see cref="StoreReportedLosses"/> left it.</summary>
    ulong ReadReportedLosses(WireSessionKey key);

    /// <summary>Remembers, beyond our own death, how many lost records of a session were reported.</summary>
    void StoreReportedLosses(WireSessionKey key, ulong value);

    /// <summary>Transfers of a session that were summed up and not told, as <see cref="StoreUntoldTransfers"/> left it.</summary>
    ulong ReadUntoldTransfers(WireSessionKey key);

    /// <summary>Remembers, beyond our own death, how many transfers of a session are summed up and not told yet.</summary>
    void StoreUntoldTransfers(WireSessionKey key, ulong value);

    /// <summary>How far a sign-in has come, as <see cref="StoreSignIn"/> left it; null if it left nothing.</summary>
    (ulong Position, byte[] Progress)? ReadSignIn(WireSessionKey key);

    /// <summary>Remembers, beyond our own death, how far a sign-in has come.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="position">Ring buffer position up to which it is in it.</param>
    /// <param name="progress">At most <see cref="WireLimits.SignInProgressLimit"/> bytes.</param>
    void StoreSignIn(WireSessionKey key, ulong position, ReadOnlySpan<byte> progress);

    /// <summary>Removes what <see cref="StoreSignIn"/> left.</summary>
    void DeleteSignIn(WireSessionKey key);

    /// <summary>Removes a channel's entry of a session that is over, and those of its pipes.</summary>
    void DeleteChannel(in ChannelKey key);
}
