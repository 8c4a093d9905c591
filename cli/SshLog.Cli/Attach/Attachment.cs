using System.Threading.Channels;
using SshLog.Cli.Gateway;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Attach;

/// <summary>Watches until the viewer leaves or the session ends; types what is typed, in order, one piece after the other.</summary>
/// <param name="gateway">The daemon, attached already.</param>
/// <param name="view">Where it appears.</param>
/// <param name="escape">What leaves.</param>
/// <param name="mayType">False: keys are for leaving only.</param>
/// <param name="time">Tells a paste from what is typed after it.</param>
internal sealed class Attachment(IGateway gateway, LiveView view, EscapeKey escape, bool mayType, TimeProvider time)
{
    private const byte ControlC = 3;

    /// <summary>What comes sooner than this after something that was not taken belongs to it.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    // What the session does not take waits in the terminal, not here.
    private readonly Channel<byte[]> _typed = Channel.CreateBounded<byte[]>(4);

    /// <summary>When something was last not taken; null while all is.</summary>
    private long? _leftOutAt;
    private string _whyNot = string.Empty;

    /// <summary>Called on the thread that reads keys.</summary>
    public void Type(byte[] bytes)
    {
        try
        {
            _typed.Writer.WriteAsync(bytes).AsTask().GetAwaiter().GetResult();
        }
        catch (ChannelClosedException)
        {
            // Typed after the end.
        }
    }

    /// <summary>Runs it.</summary>
    /// <returns>How it ended, one sentence for a person.</returns>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(end.Token);
        var typing = TypeAsync(end.Token);
        try
        {
            return await await Task.WhenAny(watching, typing);
        }
        finally
        {
            _typed.Writer.TryComplete();
            await end.CancelAsync();
        }
    }

    private async Task<string> WatchAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var page = await gateway.AskAsync<GatewayProtocol.LivePage>(GatewayProtocol.ReadLive.Instance, cancellation);
            if (view.Show(page.Updates) is { } ended)
                return ended;
        }
    }

    private async Task<string> TypeAsync(CancellationToken cancellation)
    {
        var pass = new List<byte>();
        await foreach (var typed in _typed.Reader.ReadAllAsync(cancellation))
        {
            var leaves = escape.Take(typed, pass) || (!mayType && typed.Any(b => b is ControlC or (byte)'q'));
            if (mayType && pass.Count > 0)
                await SendAsync([.. pass], cancellation);
            pass.Clear();
            if (leaves)
                return "You have left the session.";
        }

        return "The terminal has hung up.";
    }

    // With a hole in it the rest of a paste would mean something else; a paste comes in many pieces, one right after the other.
    private async Task SendAsync(byte[] bytes, CancellationToken cancellation)
    {
        if (_leftOutAt is { } at && time.GetElapsedTime(at) < _pause)
        {
            LeaveOut($"{_whyNot} (what came right behind it was not typed either)");
            return;
        }

        foreach (var piece in bytes.Chunk(GatewayProtocol.TypeKeys.MostBytes))
        {
            if (await gateway.AskAsync(new GatewayProtocol.TypeKeys(piece), cancellation) is GatewayProtocol.Failure failure)
            {
                _whyNot = failure.Message;
                LeaveOut(_whyNot);
                return;
            }

            _leftOutAt = null;
            view.Status(null);
        }
    }

    private void LeaveOut(string why)
    {
        _leftOutAt = time.GetTimestamp();
        view.Status(why);
    }
}
