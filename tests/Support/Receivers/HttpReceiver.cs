using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SshLog.Tests.Support;

/// <summary>What an HTTP receiver does with a request.</summary>
internal abstract record HttpAnswer
{
    /// <summary>Answers.</summary>
    public sealed record Status(int Code, string Headers = "") : HttpAnswer;

    /// <summary>Never answers.</summary>
    public sealed record Hang : HttpAnswer;

    /// <summary>Resets the connection after the request.</summary>
    public sealed record Reset : HttpAnswer;

    /// <summary>Breaks off in the middle of its answer's head.</summary>
    public sealed record Torn : HttpAnswer;
}

/// <summary>A request as it came.</summary>
internal sealed record HttpSeen(string Line, string Head, string Body, DateTimeOffset At)
{
    /// <summary>The body if it is no text.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }
}

/// <summary>An HTTP server on loopback that misbehaves as it is told.</summary>
internal sealed class HttpReceiver : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<HttpSeen> _seen = new();
    private readonly ConcurrentQueue<HttpAnswer> _answers;

    /// <param name="answers">Of the first requests, in order; all others are answered with 200.</param>
    public HttpReceiver(params HttpAnswer[] answers)
    {
        _answers = new ConcurrentQueue<HttpAnswer>(answers);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook";

    public IReadOnlyList<HttpSeen> Seen => [.. _seen];

    /// <summary>The requests once a condition holds.</summary>
    public async Task<IReadOnlyList<HttpSeen>> WaitAsync(Func<IReadOnlyList<HttpSeen>, bool> condition)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition(Seen); await Task.Delay(20))
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"There were only: {string.Join('\n', Seen.Select(s => $"{s.At:O} {s.Body}"))}");
        }

        return Seen;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } seen)
                {
                    _seen.Enqueue(seen);
                    if (!_answers.TryDequeue(out var answer))
                        answer = new HttpAnswer.Status(200);
                    switch (answer)
                    {
                        case HttpAnswer.Status status:
                            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status.Code} As told\r\n{status.Headers}Content-Length: 0\r\n\r\n"), _stop.Token);
                            break;
                        case HttpAnswer.Hang:
                            await Task.Delay(Timeout.Infinite, _stop.Token);
                            break;
                        case HttpAnswer.Torn:
                            await stream.WriteAsync("HTTP/1.1 200 O"u8.ToArray(), _stop.Token);
                            return;
                        default:
                            client.LingerState = new LingerOption(true, 0);
                            return;
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The client has given up, or the test is over.
            }
        }
    }

    private async Task<HttpSeen?> ReadAsync(NetworkStream stream)
    {
        var received = new List<byte>();
        var buffer = new byte[8192];
        while (true)
        {
            var text = Encoding.UTF8.GetString([.. received]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var head = text[..end];
                var length = head.Split("\r\n").Select(l => l.Split(": ", 2)).Where(h => h[0].Equals("content-length", StringComparison.OrdinalIgnoreCase))
                    .Select(h => int.Parse(h[1], CultureInfo.InvariantCulture)).FirstOrDefault();
                var body = Encoding.UTF8.GetByteCount(head) + 4;
                if (received.Count >= body + length)
                    return new HttpSeen(head.Split("\r\n")[0], head, text[(end + 4)..], DateTimeOffset.UtcNow) { Bytes = received.ToArray().AsMemory(body) };
            }

            var count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0)
                return null;
            received.AddRange(buffer[..count]);
        }
    }
}
