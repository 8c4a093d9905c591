using System.Text;
using SshLog.Cli.Attach;
using SshLog.Cli.Gateway;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Native;

namespace SshLog.Cli.Tests.Attach;

/// <summary>What goes to the session of what is typed.</summary>
public sealed class AttachmentTests
{
    private const string Refusal = "The session does not take it.";
    private readonly MemoryStream _output = new();

    [Fact]
    public async Task A_paste_ends_where_a_piece_of_it_was_not_taken()
    {
        using var pasted = new ManualResetEventSlim();
        var session = new Session { Refuses = n => n == 2, BeforeRefusal = pasted.Wait };
        var (attachment, run) = Attach(session, new SteppingTime());

        // Two are asked for, three wait.
        for (var i = 1; i <= 5; i++)
            attachment.Type(Encoding.ASCII.GetBytes($"piece {i}\r"));
        pasted.Set();
        attachment.Type([0x11]);

        Assert.Equal("You have left the session.", await run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["piece 1\r", "piece 2\r"], session.Typed);
        Assert.Contains(Refusal, Encoding.UTF8.GetString(_output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_typed_after_a_pause_goes_to_the_session_again()
    {
        var session = new Session { Refuses = n => n == 1 };
        var (attachment, run) = Attach(session, new SlowHands());

        attachment.Type("a"u8.ToArray());
        attachment.Type("b"u8.ToArray());
        attachment.Type([0x11]);

        await run.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["a", "b"], session.Typed);
    }

    private (Attachment Attachment, Task<string> Run) Attach(Session session, TimeProvider time)
    {
        var view = new LiveView(_output, () => new WindowSize(120, 5), ChannelKind.Pty, mayType: true);
        var attachment = new Attachment(session, view, EscapeKey.TryParse("^Q")!, mayType: true, time);
        return (attachment, Task.Run(() => attachment.RunAsync(default)));
    }

    /// <summary>A second passes between any two looks at the clock.</summary>
    private sealed class SlowHands : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }

    /// <summary>A session that never prints anything.</summary>
    private sealed class Session : IGateway
    {
        public List<string> Typed { get; } = [];

        public required Func<int, bool> Refuses { get; init; }

        public Action BeforeRefusal { get; init; } = () => { };

        public async Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation)
        {
            if (request is not GatewayProtocol.TypeKeys keys)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                throw new OperationCanceledException(cancellation);
            }

            Typed.Add(Encoding.ASCII.GetString(keys.Bytes.Span));
            if (!Refuses(Typed.Count))
                return GatewayProtocol.Typed.Instance;
            BeforeRefusal();
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, Refusal);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
