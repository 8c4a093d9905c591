using System.Net;

namespace SshLog.Core.Recording;

/// <summary>How much of a session is recorded.</summary>
public enum RecordingLevel
{
    /// <summary>That it was: its opening, sign-in and close, and that the rest is left out.</summary>
    None = 1,

    /// <summary>All but what was printed.</summary>
    Metadata = 2,

    /// <summary>Everything.</summary>
    All = 3,
}

/// <summary>An entry of <c>record.sessions</c>. What it does not name fits everyone.</summary>
/// <param name="Name">For the recording.</param>
/// <param name="Level">How much.</param>
/// <param name="Users">User names; empty for all.</param>
/// <param name="Groups">Names of groups that the user is in, one is enough; empty for all.</param>
/// <param name="Peers">Networks that the client's address is in, one is enough; empty for all.</param>
public sealed record RecordingRule(
    string Name,
    RecordingLevel Level,
    IReadOnlyList<string> Users,
    IReadOnlyList<string> Groups,
    IReadOnlyList<AddressRange> Peers)
{
    /// <summary>True if it is about this session.</summary>
    public bool Fits(string user, Func<IReadOnlyCollection<string>> groups, IPAddress client)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return (Users.Count == 0 || Users.Contains(user))
            && (Peers.Count == 0 || Peers.Any(peer => peer.Contains(client)))
            && (Groups.Count == 0 || groups().Any(Groups.Contains));
    }
}

/// <summary>Who is recorded, and how much: the first entry that fits counts, without one everything is.</summary>
/// <param name="rules">In order.</param>
public sealed class RecordingPolicy(IReadOnlyList<RecordingRule> rules)
{
    /// <summary>Everything of everyone.</summary>
    public static RecordingPolicy Everything { get; } = new([]);

    /// <summary>In order.</summary>
    public IReadOnlyList<RecordingRule> Rules { get; } = rules;

    /// <summary>The entry that leaves something out of a session; null when all of it is recorded.</summary>
    /// <param name="user">Who signed in.</param>
    /// <param name="groups">Asked for the user's groups, only when an entry needs them.</param>
    /// <param name="client">The client's address.</param>
    public RecordingRule? Decide(string user, Func<IReadOnlyCollection<string>> groups, IPAddress client)
    {
        IReadOnlyCollection<string>? known = null;
        var first = Rules.FirstOrDefault(rule => rule.Fits(user, () => known ??= groups(), client));
        return first is { Level: RecordingLevel.All } ? null : first;
    }
}
