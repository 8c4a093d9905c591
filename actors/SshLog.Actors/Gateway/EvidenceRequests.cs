using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Hands recordings out as evidence, and the keys to check them with.</summary>
internal static class EvidenceRequests
{
    private const int PageBytes = 64 * 1024;

    private static readonly GatewayProtocol.Failure _none =
        new(GatewayProtocol.FailureCode.Unavailable, "This daemon signs no recordings.");

    public static GatewayProtocol.IReply Open(GatewayServices services, GatewayProtocol.OpenBundle open, ClientIdentity client) =>
        services.Bundles is not { } bundles ? _none
        : bundles.Seal(open.Session, $"{client.Name ?? "uid " + client.Uid} ({client.From})") is { } seal ? new GatewayProtocol.BundleOpened(seal)
        : new GatewayProtocol.Failure(GatewayProtocol.FailureCode.NotFound, $"There is no recording {open.Session.Text}.");

    public static GatewayProtocol.IReply Read(GatewayServices services, GatewayProtocol.ReadSealed read) =>
        services.Bundles is { } bundles
            ? new GatewayProtocol.SealedPage(bundles.ReadSealed(read.Session, read.AfterSequenceNr, PageBytes))
            : _none;

    public static GatewayProtocol.IReply Keys(GatewayServices services) =>
        services.Keys is { } keys ? new GatewayProtocol.KeyList(keys.List()) : _none;

    public static GatewayProtocol.IReply Rotate(GatewayServices services)
    {
        if (services.Keys is not { } keys)
            return _none;
        keys.Rotate();
        return new GatewayProtocol.KeyList(keys.List());
    }
}
