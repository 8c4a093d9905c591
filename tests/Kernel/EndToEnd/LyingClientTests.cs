using System.Text;
using System.Text.Json;
using SshLog.Core.Protocol;
using SshLog.Kernel.Tests.Fixtures;
using SshLog.Remoting.Gateway;
using SshLog.Remoting.Tests;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A client written by hand, which believes nothing that the daemon says it may do: it types and kills all the same.</summary>
[Collection("probe")]
public sealed class LyingClientTests : IDisposable
{
    private const int NoGroup = 65534;
    private const long GrowthAllowed = 96L << 20;
    private static readonly (int, object) Keys = (1, "touch /tmp/owned\r"u8.ToArray());

    private readonly LiveSession _live = new();

    public void Dispose() => _live.Dispose();

    [Fact]
    public async Task What_an_observer_may_not_is_refused_and_recorded_whatever_it_sends()
    {
        await _live.StartAsync("sshlog { typing = on, access.observers = nogroup }");
        using var liar = await GreetAsync(() => OtherUser.Run((nint)_live.Sshd.UserId, NoGroup, () => RawClient.GreetAsync(_live.Daemon.Socket)));
        var own = Frames.Connection(liar.Ticket);

        Assert.Contains("needs the role operator", await AskAsync(liar, own, "type-keys/v1", Keys), StringComparison.Ordinal);
        Assert.Contains("attached/v1", await AskAsync(liar, own, "attach/v1", (1, _live.Id)), StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
            Assert.Contains("needs the role operator", await AskAsync(liar, own, "type-keys/v1", Keys), StringComparison.Ordinal);
        Assert.Contains("needs the role operator", await AskAsync(liar, own, "kill-session/v1", (1, _live.Id), (2, "lie")), StringComparison.Ordinal);
        await _live.Daemon.WaitForLogAsync("may not type");

        var refused = (await _live.EventsAsync()).Where(e => LiveSession.Name(e) == "request_refused").ToList();
        Assert.Equal(["type", "kill"], refused.Select(e => e.GetProperty("request").GetString()));
        Assert.All(refused, e => Assert.Equal(
            (_live.Sshd.User, $"pid {Environment.ProcessId}"), (e.GetProperty("by_user").GetString(), e.GetProperty("from").GetString())));
        await NothingWasTypedAsync();
    }

    [Fact]
    public async Task An_operator_who_only_watches_types_nothing()
    {
        await _live.StartAsync("sshlog.typing = on");
        using var liar = await GreetAsync(() => RawClient.GreetAsync(_live.Daemon.Socket));
        var own = Frames.Connection(liar.Ticket);
        Assert.Contains("attach first", await AskAsync(liar, own, "type-keys/v1", Keys), StringComparison.Ordinal);
        await AskAsync(liar, own, "attach/v1", (1, _live.Id), (3, 1));
        Assert.Contains("without typing", await AskAsync(liar, own, "type-keys/v1", Keys), StringComparison.Ordinal);
        var refused = Assert.Single(await _live.EventsAsync(), e => LiveSession.Name(e) == "request_refused");
        Assert.Equal(("root", "type"), (refused.GetProperty("by_user").GetString(), refused.GetProperty("request").GetString()));
        await NothingWasTypedAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/$a")]
    public async Task Who_names_the_viewer_of_another_is_cut_off(string child)
    {
        await _live.StartAsync("sshlog { typing = on, access.observers = nogroup }");
        using var honest = await GreetAsync(() => RawClient.GreetAsync(_live.Daemon.Socket));
        await AskAsync(honest, Frames.Connection(honest.Ticket), "attach/v1", (1, _live.Id));
        using var liar = await GreetAsync(() => OtherUser.Run((nint)_live.Sshd.UserId, NoGroup, () => RawClient.GreetAsync(_live.Daemon.Socket)));
        await liar.SendAsync(Request(liar, Frames.Connection(honest.Ticket) + child, "type-keys/v1", Keys));
        await liar.UntilClosedAsync();
        await _live.Daemon.WaitForLogAsync("Closing the connection of");
        await NothingWasTypedAsync();
        Assert.DoesNotContain(await _live.EventsAsync(), e => LiveSession.Name(e) == "input_injected");
        // The one that was named goes on.
        Assert.Contains("typed/v1", await AskAsync(honest, Frames.Connection(honest.Ticket), "type-keys/v1", (1, "\r"u8.ToArray())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_and_never_reads_is_cut_off_before_the_answers_fill_the_memory()
    {
        await _live.StartAsync();
        _live.Tmux.Type("user", "seq 1 500000 | tail -n +10; clear", "Enter");
        await _live.Daemon.WaitForSessionsAsync(_live.Sshd.Port, s => s[0].GetProperty("output_bytes").GetInt64() > 3_000_000);
        var before = _live.Daemon.ResidentBytes();
        var most = before;
        using var greedy = await GreetAsync(() => RawClient.GreetAsync(_live.Daemon.Socket));
        var question = Request(greedy, Frames.Connection(greedy.Ticket), "read-journal/v1", (1, _live.Id));
        using var asking = new CancellationTokenSource();
        var asked = Task.Run(async () =>
        {
            while (!asking.IsCancellationRequested)
                await greedy.SendAsync(question);
        });
        var cutOff = _live.Daemon.WaitForLogAsync("it has taken nothing for");
        while (!cutOff.IsCompleted)
        {
            Assert.Equal(0, (await _live.Daemon.AskAsync("status")).ExitCode);
            most = Math.Max(most, _live.Daemon.ResidentBytes());
        }

        await cutOff;
        await asking.CancelAsync();
        greedy.Dispose();
        await asked;
        Assert.True(most - before < GrowthAllowed, $"grown by {(most - before) >> 20} MiB");
    }

    private static async Task<RawClient> GreetAsync(Func<Task<RawClient>> connect)
    {
        var client = await connect();
        var welcome = await AskAsync(
            client, Frames.GatewayPath, "hello/v1", (1, client.Ticket), (2, GatewayProtocol.Version), (3, "by hand"));
        Assert.Contains("welcome/v1", welcome, StringComparison.Ordinal);
        return client;
    }

    private static byte[] Request(RawClient client, string recipient, string manifest, params (int, object)[] fields) => Frames.Envelope(
        recipient, Frames.Payload(GatewaySerializer.Id, manifest, Frames.Message(fields)), Frames.Peer(host: client.Host));

    /// <summary>The answer's bytes, which hold its manifest and its texts; what Akka says between is passed over.</summary>
    private static async Task<string> AskAsync(RawClient client, string recipient, string manifest, params (int, object)[] fields)
    {
        await client.SendAsync(Request(client, recipient, manifest, fields));
        while (true)
        {
            var frame = Encoding.Latin1.GetString(await client.ReceiveAsync());
            if (frame.Contains("/v1", StringComparison.Ordinal))
                return frame;
        }
    }

    private async Task NothingWasTypedAsync()
    {
        _live.Tmux.Type("user", "echo still here", "Enter");
        var screen = await _live.Tmux.WaitAsync("user", screen => screen.Contains("still here"));
        Assert.DoesNotContain(screen, line => line.Contains("owned", StringComparison.Ordinal));
    }
}
