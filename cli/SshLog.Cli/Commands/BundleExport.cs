using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Persistence.Proof;

namespace SshLog.Cli.Commands;

/// <summary>A recording as evidence: every event with its place in the hash chain, signed by the daemon.</summary>
internal static class BundleExport
{
    /// <summary>Name of the form.</summary>
    public const string Name = "bundle";

    /// <summary>Writes it as it comes.</summary>
    /// <exception cref="CliException">The recording changes or ends meanwhile.</exception>
    public static async Task WriteAsync(IGateway gateway, SessionSummary session, Stream output, CancellationToken cancellation)
    {
        var opened = await gateway.AskAsync<GatewayProtocol.BundleOpened>(new GatewayProtocol.OpenBundle(session.Id), cancellation);
        BundleFormat.Begin(output, opened.Seal);
        var after = 0L;
        while (after < opened.Seal.UpTo)
        {
            var page = await gateway.AskAsync<GatewayProtocol.SealedPage>(new GatewayProtocol.ReadSealed(session.Id, after), cancellation);
            if (page.Rows.Count == 0)
                throw new CliException(ExitCodes.NoInput, $"the recording {session.Id.Text} was deleted meanwhile");
            foreach (var row in page.Rows.TakeWhile(r => r.SequenceNr <= opened.Seal.UpTo))
                BundleFormat.Write(output, row);
            after = page.Rows[^1].SequenceNr;
        }

        BundleFormat.Finish(output);
    }
}
