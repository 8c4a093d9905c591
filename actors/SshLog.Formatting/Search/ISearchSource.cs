using SshLog.Core.Protocol;

namespace SshLog.Formatting.Search;

/// <summary>The daemon, asked by a search. What it refuses is thrown as whoever asks wants it.</summary>
public interface ISearchSource
{
    /// <summary>Where texts may be.</summary>
    Task<GatewayProtocol.TextPlaces> FindAsync(GatewayProtocol.FindText request, CancellationToken cancellation);

    /// <summary>What is there.</summary>
    Task<GatewayProtocol.EventPage> ReadAsync(GatewayProtocol.ReadJournal request, CancellationToken cancellation);
}
