using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Remoting.Sockets;

namespace SshLog.Daemon;

/// <summary>
/// Answers <c>GET /metrics</c> and <c>GET /healthz</c> over HTTP/1.1, one request a connection, on a loopback address or a unix
/// socket. Nothing more of HTTP is needed.
/// </summary>
internal sealed partial class MetricsListener : IDisposable
{
    private const int LargestRequest = 8 * 1024;
    private const int Connections = 4;
    private static readonly TimeSpan _usual = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly string? _file;
    private readonly IActorRef _status;
    private readonly TimeSpan _patience;
    private readonly ILogger<MetricsListener> _log;
    private readonly CancellationTokenSource _ending = new();

    private MetricsListener(Socket socket, string? file, IActorRef status, ILogger<MetricsListener> log, TimeSpan patience)
    {
        (_socket, _file, _status, _log, _patience) = (socket, file, status, log, patience);
        for (var i = 0; i < Connections; i++)
            _ = AcceptAsync();
    }

    /// <summary>Starts it; null if it is not wanted, or not possible, which is only logged: the recording goes on.</summary>
    /// <param name="where">A loopback address with its port, a unix socket, or null for none.</param>
    /// <param name="group">Who may read a unix socket.</param>
    /// <param name="status">Answers GetStatus.</param>
    /// <param name="log">Told what goes wrong.</param>
    /// <param name="patience">With a client that asks, with the daemon, and with the client that is answered; null for five seconds each.</param>
    public static MetricsListener? Start(
        EndPoint? where, string group, IActorRef status, ILogger<MetricsListener> log, TimeSpan? patience = null)
    {
        if (where is null)
            return null;
        try
        {
            return where is UnixDomainSocketEndPoint
                ? new MetricsListener(
                    SocketFile.Listen(where.ToString()!, group, warning => Narrower(log, warning)), where.ToString(), status, log, patience ?? _usual)
                : new MetricsListener(ListenTcp(where), null, status, log, patience ?? _usual);
        }
        catch (Exception e) when (e is SocketException or SocketUnavailableException)
        {
            NoMetrics(log, where, e.Message);
            return null;
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _socket.Dispose();
        if (_file is not null)
            File.Delete(_file);
        _ending.Dispose();
    }

    private static Socket ListenTcp(EndPoint where)
    {
        var socket = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(where);
            socket.Listen(16);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        var ending = _ending.Token;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                using var client = await _socket.AcceptAsync(ending).ConfigureAwait(false);
                await ServeAsync(client, ending).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away or was slow, or the daemon ends.
                Dropped(_log, e.Message);
            }
        }
    }

    // Each step has its own time: a client must be told that the daemon took too long.
    private async Task ServeAsync(Socket client, CancellationToken ending)
    {
        var request = await PatientAsync(limit => ReadAsync(client, limit), ending).ConfigureAwait(false);
        var (status, type, body) = await AnswerAsync(request, ending).ConfigureAwait(false);
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        byte[] answer = [.. Encoding.ASCII.GetBytes(head), .. bytes];
        await PatientAsync(limit => SendAsync(client, answer, limit), ending).ConfigureAwait(false);
        client.Shutdown(SocketShutdown.Send);
    }

    private async Task<T> PatientAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken ending)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending);
        limit.CancelAfter(_patience);
        return await step(limit.Token).ConfigureAwait(false);
    }

    private static async Task<int> SendAsync(Socket client, byte[] answer, CancellationToken cancellation)
    {
        var sent = 0;
        while (sent < answer.Length)
            sent += await client.SendAsync(answer.AsMemory(sent), cancellation).ConfigureAwait(false);
        return sent;
    }

    /// <summary>The request's first line; empty if it is none.</summary>
    private static async Task<string> ReadAsync(Socket client, CancellationToken cancellation)
    {
        var buffer = new byte[LargestRequest];
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
            filled += read;
            var text = Encoding.ASCII.GetString(buffer, 0, filled);
            if (text.Contains("\r\n\r\n", StringComparison.Ordinal))
                return text[..text.IndexOf('\r', StringComparison.Ordinal)];
            if (read == 0)
                break;
        }

        return string.Empty;
    }

    private async Task<(string Status, string Type, string Body)> AnswerAsync(string request, CancellationToken ending)
    {
        const string plain = "text/plain; charset=utf-8";
        if (request.Split(' ') is not [var method, var path, "HTTP/1.0" or "HTTP/1.1"])
            return ("400 Bad Request", plain, "Not a request.\n");
        if (method != "GET")
            return ("405 Method Not Allowed", plain, "Only GET.\n");
        if (path is not ("/metrics" or "/healthz"))
            return ("404 Not Found", plain, "There are /metrics and /healthz.\n");
        try
        {
            var status = await PatientAsync(
                limit => _status.Ask<GatewayProtocol.DaemonStatus>(GatewayProtocol.GetStatus.Instance, limit), ending).ConfigureAwait(false);
            if (path == "/metrics")
                return ("200 OK", MetricsText.ContentType, MetricsText.Write(status, ProcessFigures.Read()));
            return status.RecordsEverySession
                ? ("200 OK", plain, "recording\n")
                : ("503 Service Unavailable", plain, "not recording: see sshlog doctor\n");
        }
        catch (Exception e) when (!ending.IsCancellationRequested)
        {
            NoAnswer(_log, e.Message);
            return ("503 Service Unavailable", plain, "The daemon does not answer.\n");
        }
    }

    [LoggerMessage(40, LogLevel.Error, "No metrics at {Where}: {Why}")]
    private static partial void NoMetrics(ILogger logger, EndPoint where, string why);

    [LoggerMessage(42, LogLevel.Warning, "Metrics: {Warning}")]
    private static partial void Narrower(ILogger logger, string warning);

    [LoggerMessage(43, LogLevel.Warning, "A request for metrics could not be answered: {Why}")]
    private static partial void NoAnswer(ILogger logger, string why);

    [LoggerMessage(41, LogLevel.Debug, "A request for metrics was dropped: {Why}")]
    private static partial void Dropped(ILogger logger, string why);
}
