using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Terminal;

namespace SshLog.Web;

/// <summary>
/// <c>/api/sessions/{id}/live</c>: a session as it happens, over a web socket (RFC 6455). Text messages are JSON about the
/// screen, binary ones what it prints; a binary message of the client is what is typed. The daemon is asked for the next page
/// when the last one is sent: a slow browser costs nothing and gets a fresh screen.
/// </summary>
internal sealed class LiveSocket(IWebGateway gateway, WebGuard guard, CancellationToken stopping)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/sessions/{id}/live", ServeAsync);

    private async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            throw new WebException(426, "This is a web socket.");
        var channel = SessionApi.Channel(context.Request.Query);
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var session = await SessionApi.FindAsync(daemon, context).ConfigureAwait(false);
        var readOnly = context.Request.Query["type"] != "1";
        // Refused as an ordinary answer, before it becomes a web socket.
        var attached = await daemon.AskAsync<GatewayProtocol.Attached>(
            new GatewayProtocol.Attach(session.Id, channel, readOnly) { First = true }, context.RequestAborted).ConfigureAwait(false);
        if (!readOnly && !attached.MayType)
            throw new WebException(403, attached.WhyNot);
        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var viewer = new Viewer(socket, daemon, attached, () => guard.IsSignedIn(context));
        await viewer.RunAsync(end).ConfigureAwait(false);
    }

    private sealed class Viewer(WebSocket socket, IWebConnection daemon, GatewayProtocol.Attached attached, Func<bool> isSignedIn) : IDisposable
    {
        private static readonly TimeSpan _closePatience = TimeSpan.FromSeconds(2);

        private readonly SemaphoreSlim _sending = new(1);
        private readonly ScreenParts _parts = new();
        private TerminalFilter _filter = new();

        public async Task RunAsync(CancellationTokenSource end)
        {
            await TellAsync(
                json =>
                {
                    json.WriteString("type", "attached");
                    json.WriteNumber("channel", attached.Channel);
                    json.WriteBoolean("terminal", attached.Kind == Core.Probe.ChannelKind.Pty);
                    json.WriteBoolean("may_type", attached.MayType);
                },
                end.Token).ConfigureAwait(false);
            var watching = WatchAsync(end.Token);
            var typing = TypeAsync(end.Token);
            try
            {
                await EndOfAsync(await Task.WhenAny(watching, typing).ConfigureAwait(false), end.Token).ConfigureAwait(false);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, end.Token).ConfigureAwait(false);
                // To cancel a read resets the connection, and the browser would not get what was sent last.
                await Task.WhenAny(typing, Task.Delay(_closePatience, end.Token)).ConfigureAwait(false);
            }
            catch (WebSocketException)
            {
                // The browser has gone.
            }
            finally
            {
                await end.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(watching, typing).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }
        }

        public void Dispose() => _sending.Dispose();

        private async Task EndOfAsync(Task first, CancellationToken cancellation)
        {
            try
            {
                await first.ConfigureAwait(false);
            }
            catch (WebException e)
            {
                await TellAsync(json => WriteEnd(json, e.Message), cancellation).ConfigureAwait(false);
            }
        }

        private async Task WatchAsync(CancellationToken cancellation)
        {
            while (isSignedIn())
            {
                var page = await daemon.AskAsync<GatewayProtocol.LivePage>(GatewayProtocol.ReadLive.Instance, cancellation).ConfigureAwait(false);
                foreach (var update in page.Updates)
                {
                    await ShowAsync(update, cancellation).ConfigureAwait(false);
                    if (update is LiveUpdate.Ended)
                        return;
                }
            }

            await TellSignedOutAsync(cancellation).ConfigureAwait(false);
        }

        private Task TellSignedOutAsync(CancellationToken cancellation) =>
            TellAsync(json => WriteEnd(json, "You have signed out."), cancellation);

        private Task ShowAsync(LiveUpdate update, CancellationToken cancellation) => update switch
        {
            LiveUpdate.ScreenPart part => TakeAsync(part, cancellation),
            LiveUpdate.Output output => PrintAsync(output.Bytes, cancellation),
            LiveUpdate.Resized size => TellAsync(json => WriteSize(json, "size", size.Columns, size.Rows), cancellation),
            LiveUpdate.Missing missing => TellAsync(
                json =>
                {
                    json.WriteString("type", "missing");
                    JsonOutput.WriteOptional(json, "bytes", missing.Bytes);
                },
                cancellation),
            LiveUpdate.Ended ended => TellAsync(json => WriteEnd(json, ended.How), cancellation),
            _ => Task.CompletedTask,
        };

        private async Task TakeAsync(LiveUpdate.ScreenPart part, CancellationToken cancellation)
        {
            if (_parts.Take(part) is not { } screen)
                return;
            _filter = new TerminalFilter();
            var drawn = new ArrayBufferWriter<byte>();
            screen.Redraw(drawn);
            _filter.Filter(screen.Unfinished(), drawn);
            await TellAsync(json => WriteSize(json, "screen", screen.Columns, screen.Rows), cancellation).ConfigureAwait(false);
            await SendAsync(drawn.WrittenMemory, WebSocketMessageType.Binary, cancellation).ConfigureAwait(false);
        }

        /// <summary>Without what would make a terminal answer: an answer would be typed into the session.</summary>
        private async Task PrintAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            var printed = new ArrayBufferWriter<byte>(bytes.Length + 16);
            _filter.Filter(bytes.Span, printed);
            if (printed.WrittenCount > 0)
                await SendAsync(printed.WrittenMemory, WebSocketMessageType.Binary, cancellation).ConfigureAwait(false);
        }

        private async Task TypeAsync(CancellationToken cancellation)
        {
            var buffer = new byte[GatewayProtocol.TypeKeys.MostBytes];
            var isLeftOut = false;
            while (true)
            {
                var message = await socket.ReceiveAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false);
                if (message.MessageType == WebSocketMessageType.Close)
                    return;
                // A paste is one message of many pieces; with a hole in it its rest would mean something else.
                var follows = isLeftOut;
                isLeftOut &= !message.EndOfMessage;
                if (follows || message.MessageType != WebSocketMessageType.Binary || message.Count == 0)
                    continue;
                if (!isSignedIn())
                {
                    await TellSignedOutAsync(cancellation).ConfigureAwait(false);
                    return;
                }

                // What a viewer may not type the daemon refuses; the next is read when this is typed.
                var reply = await daemon.AskAsync(new GatewayProtocol.TypeKeys(buffer.AsMemory(0, message.Count).ToArray()), cancellation)
                    .ConfigureAwait(false);
                if (reply is GatewayProtocol.Failure failure)
                {
                    isLeftOut = !message.EndOfMessage;
                    await TellAsync(
                        json =>
                        {
                            json.WriteString("type", "refused");
                            json.WriteString("why", failure.Message);
                        },
                        cancellation).ConfigureAwait(false);
                }
            }
        }

        private static void WriteSize(Utf8JsonWriter json, string type, int columns, int rows)
        {
            json.WriteString("type", type);
            json.WriteNumber("columns", columns);
            json.WriteNumber("rows", rows);
        }

        private static void WriteEnd(Utf8JsonWriter json, string how)
        {
            json.WriteString("type", "ended");
            json.WriteString("how", how);
        }

        private async Task TellAsync(Action<Utf8JsonWriter> members, CancellationToken cancellation)
        {
            using var buffer = new MemoryStream();
            new JsonOutput(buffer).WriteLine(members);
            await SendAsync(buffer.ToArray(), WebSocketMessageType.Text, cancellation).ConfigureAwait(false);
        }

        private async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken cancellation)
        {
            await _sending.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                await socket.SendAsync(bytes, type, endOfMessage: true, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release();
            }
        }
    }
}
