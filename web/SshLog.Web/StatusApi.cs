using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Web;

/// <summary>How the daemon and its actions do.</summary>
internal sealed class StatusApi(IWebGateway gateway)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/status", async context =>
        {
            await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
            var status = await daemon.AskAsync<GatewayProtocol.DaemonStatus>(
                GatewayProtocol.GetStatus.Instance, context.RequestAborted).ConfigureAwait(false);
            await Answers.WriteAsync(context, json => SummaryJson.WriteStatus(json, status)).ConfigureAwait(false);
        });
        routes.MapGet("/api/actions", async context =>
        {
            await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
            var list = await daemon.AskAsync<GatewayProtocol.ActionList>(
                GatewayProtocol.ListActions.Instance, context.RequestAborted).ConfigureAwait(false);
            await Answers.WriteArrayAsync(context, list.Actions, SummaryJson.WriteAction).ConfigureAwait(false);
        });
    }
}
