using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Live;

/// <summary>Which channel of a session a viewer means.</summary>
internal static class WatchedChannel
{
    /// <summary>Finds it.</summary>
    /// <param name="request">What the viewer asked for.</param>
    /// <param name="state">The session now.</param>
    /// <param name="failure">Why there is none, with the numbers of those that are open.</param>
    /// <returns>Null with <paramref name="failure"/>.</returns>
    public static ChannelState? Find(GatewayProtocol.Attach request, SessionState state, out GatewayProtocol.Failure? failure)
    {
        var open = state.Channels.Values.Where(c => c.IsOpen).OrderBy(c => c.Number).ToList();
        var terminals = open.FindAll(c => c.Kind == ChannelKind.Pty);
        var meant = request switch
        {
            { Channel: { } number } => open.FindAll(c => c.Number == number),
            { Tty: { } tty } => terminals.FindAll(c => (int)c.Index == tty),
            _ => terminals.Count > 0 ? terminals : open,
        };
        failure = meant.Count switch
        {
            0 => new GatewayProtocol.Failure(GatewayProtocol.FailureCode.NotFound, NotThere(request, open)),
            > 1 when !request.First => new GatewayProtocol.Failure(
                GatewayProtocol.FailureCode.Ambiguous, $"That session has several open channels: {Describe(meant)}. Name one by its number."),
            _ => null,
        };
        return failure is null ? meant[0] : null;
    }

    private static string NotThere(GatewayProtocol.Attach request, List<ChannelState> open) => request switch
    {
        _ when open.Count == 0 => "That session has no open channel: there is nothing to see.",
        { Channel: { } number } => $"That session has no open channel {number}; open: {Describe(open)}.",
        _ => $"That session has no terminal {request.Tty}; open: {Describe(open)}.",
    };

    private static string Describe(IEnumerable<ChannelState> channels) =>
        string.Join(", ", channels.Select(c => c.Kind == ChannelKind.Pty ? $"{c.Number} (tty {c.Index})" : $"{c.Number} (no tty)"));
}
