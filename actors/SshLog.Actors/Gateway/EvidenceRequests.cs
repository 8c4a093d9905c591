using Akka.Actor;
using SshLog.Actors.Retention;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Hands recordings out as evidence, and the keys to check them with.</summary>
internal static class EvidenceRequests
{
    private const int PageBytes = 64 * 1024;

    // A deletion that is under way takes its time.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private static readonly GatewayProtocol.Failure _none =
        new(GatewayProtocol.FailureCode.Unavailable, "This daemon signs no recordings.");

    public static GatewayProtocol.IReply Open(GatewayServices services, GatewayProtocol.OpenBundle open, ClientIdentity client) =>
        services.Bundles is not { } bundles ? _none
        : bundles.Seal(open.Session, Name(services, client)) is { } seal ? new GatewayProtocol.BundleOpened(seal)
        : new GatewayProtocol.Failure(GatewayProtocol.FailureCode.NotFound, $"There is no recording {open.Session.Text}.");

    public static GatewayProtocol.IReply Read(GatewayServices services, GatewayProtocol.ReadSealed read) =>
        services.Bundles is { } bundles
            ? new GatewayProtocol.SealedPage(bundles.ReadSealed(read.Session, read.AfterSequenceNr, PageBytes))
            : _none;

    public static GatewayProtocol.IReply Keys(GatewayServices services) =>
        services.Keys is { } keys ? new GatewayProtocol.KeyList(keys.List()) : _none;

    public static async Task<GatewayProtocol.IReply> RotateAsync(GatewayServices services, ClientIdentity client)
    {
        if (services.Keys is not { } keys)
            return _none;
        var old = keys.List()[0].Fingerprint;
        var next = keys.Rotate().Fingerprint;
        // The change itself is signed and on the disk already; this says who has asked for it.
        if (services.Retention is { } retention
            && await retention.Ask(new RetentionProtocol.KeyChanged(old, next, client), _patience).ConfigureAwait(false)
                is GatewayProtocol.Failure failed)
            return failed with { Message = $"The key was changed to {next}, but that could not be recorded: {failed.Message}" };
        return new GatewayProtocol.KeyList(keys.List());
    }

    /// <summary>For example: billy (uid 1000, pid 4711).</summary>
    private static string Name(GatewayServices services, ClientIdentity client)
    {
        var name = services.Accounts is { } accounts ? client.NameBy(accounts) : client.Name ?? string.Empty;
        string[] more = [client.Uid is { } uid ? $"uid {uid}" : string.Empty, client.From];
        return $"{name} ({string.Join(", ", more.Where(m => m.Length > 0))})".TrimStart();
    }
}
