using System.Net;
using System.Net.Sockets;

namespace SshLog.Bench.Pipeline;

/// <summary>Takes syslog messages over TCP with octet counting and counts them.</summary>
internal sealed class SyslogSink : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _expected;
    private long _messages;

    public SyslogSink(long expected)
    {
        _expected = expected;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public long Messages => Volatile.Read(ref _messages);

    /// <summary>All that were expected are there.</summary>
    public Task All => _all.Task;

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
                _ = ReadAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task ReadAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var buffer = new byte[1 << 16];
            var (count, rest) = (0, 0);
            try
            {
                while (await stream.ReadAsync(buffer, _stop.Token) is > 0 and var length)
                {
                    for (var at = 0; at < length;)
                    {
                        if (rest > 0)
                        {
                            var taken = Math.Min(rest, length - at);
                            (at, rest) = (at + taken, rest - taken);
                            if (rest == 0 && Interlocked.Increment(ref _messages) == _expected)
                                _all.TrySetResult();
                        }
                        else if (buffer[at++] is var digit and not (byte)' ')
                        {
                            count = (count * 10) + (digit - '0');
                        }
                        else
                        {
                            (rest, count) = (count, 0);
                        }
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The run is over.
            }
        }
    }
}
