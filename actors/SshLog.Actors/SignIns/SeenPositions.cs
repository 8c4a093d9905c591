using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Actors.SignIns;

/// <summary>
/// What of a day's failed sign-ins is recorded, so that nothing is recorded twice. Positions grow within an attachment of the probe;
/// those of another attachment say nothing about it, least of all those of another boot, whose clock began at 0 again. Ends of
/// connections that are found together share a position.
/// </summary>
internal sealed class SeenPositions
{
    private readonly Dictionary<ulong, Newest> _byEpoch = [];

    /// <summary>Whether what a connection had at a position is recorded.</summary>
    /// <param name="position">The batch.</param>
    /// <param name="connection">Whose; null for what belongs to none.</param>
    public bool Contains(ProbePosition position, SessionId? connection) =>
        _byEpoch.TryGetValue(position.Epoch, out var newest)
        && (position.Number < newest.Number || (position.Number == newest.Number && newest.Connections.Contains(connection)));

    /// <summary>It is recorded now.</summary>
    public void Add(ProbePosition position, SessionId? connection)
    {
        if (!_byEpoch.TryGetValue(position.Epoch, out var newest) || position.Number > newest.Number)
            _byEpoch[position.Epoch] = newest = new Newest(position.Number, []);
        newest.Connections.Add(connection);
    }

    private sealed record Newest(ulong Number, HashSet<SessionId?> Connections);
}
