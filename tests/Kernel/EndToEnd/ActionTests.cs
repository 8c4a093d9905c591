using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Rules and actions with a real sshd and a real receiver.</summary>
[Collection("probe")]
public sealed class ActionTests : IDisposable
{
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("sshlog-action").FullName;

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_receiver_that_was_down_gets_every_event_of_the_meantime_in_order_although_the_daemon_was_killed()
    {
        var port = 20000 + Random.Shared.Next(10000);
        Write($$"""
            sshlog.rules.mine {
              triggers = [connection_established, command_start, connection_close]
              filters { username = "{{_sshd.User}}" }
              actions = [hook]
            }
            sshlog.actions.hook { plugin = webhook_action, webhook_url = "http://127.0.0.1:{{port}}/", timeout = 2 }
            """);
        await _daemon.StartAsync();
        await RunAsync("echo number-1");
        await _daemon.KillAsync();
        await _daemon.StartAsync();
        await RunAsync("echo number-2");

        using var receiver = new Receiver(port);
        var events = await receiver.WaitAsync(all => all.Count(e => e.GetProperty("event_type").GetString() == "connection_close") >= 2);

        var commands = events.Where(e => e.GetProperty("event_type").GetString() == "command_start")
            .Select(e => e.GetProperty("args").GetString()!).Distinct().ToList();
        Assert.Contains(commands, c => c.Contains("number-1", StringComparison.Ordinal));
        Assert.Contains(commands, c => c.Contains("number-2", StringComparison.Ordinal));
        var orderings = events.Select(e => e.GetProperty("ordering").GetInt64()).ToList();
        Assert.Equal(orderings.Order(), orderings);
        var (_, table, _) = await _daemon.AskAsync("actions", "--json");
        Assert.Contains("\"hook\"", Encoding.UTF8.GetString(table), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_of_sshlog_logs_events_and_sessions_and_a_slow_action_delays_nobody()
    {
        var events = Path.Combine(_directory, "events.log");
        var sessions = Path.Combine(_directory, "sessions");
        Write($$"""
            sshlog.rules {
              all { triggers = [connection_established, command_start, command_finish, connection_close], actions = [slow, log] }
              text { triggers = [connection_established, terminal_update, connection_close], actions = [text] }
            }
            sshlog.actions {
              slow { plugin = run_command_action, command = sleep, args = ["30"], timeout = 60 }
              log { plugin = eventlogfile_action, log_file_path = "{{events}}" }
              text { plugin = sessionlog_action, log_directory = "{{sessions}}" }
            }
            """);
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User))
        {
            client.Type("echo to-be-\"\"logged\n");
            client.Type("exit\n");
            await client.WaitForExitAsync();
        }

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        await UntilAsync(() => File.Exists(events) && File.ReadAllText(events).Contains($"connection_close", StringComparison.Ordinal));
        Assert.Contains($"connection_established ({session.GetProperty("ptm_pid").GetInt32()}) {_sshd.User} from ip 127.0.0.1:", await File.ReadAllTextAsync(events), StringComparison.Ordinal);
        var text = Path.Combine(sessions, session.GetProperty("session").GetString() + ".log");
        await UntilAsync(() => File.Exists(text) && File.ReadAllText(text).Contains("connection_close", StringComparison.Ordinal));
        Assert.Contains("to-be-logged", await File.ReadAllTextAsync(text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_ends_a_session_which_says_who_it_was_even_when_its_terminal_is_stopped()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo ready-\"\"now; yes\n");
        await client.WaitForAsync("ready-now\r\n");
        client.Type("\u0013");

        var sessions = await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        var id = sessions[0].GetProperty("session").GetString()!;
        var (refused, _, errors) = await _daemon.AskAsUserAsync(_sshd.User, "kill", id, "--yes");
        Assert.NotEqual(0, refused);
        var (exitCode, output, _) = await _daemon.AskAsync("kill", id, "--yes", "--reason", "maintenance");

        Assert.Equal(0, exitCode);
        Assert.NotEmpty(errors);
        Assert.NotEmpty(output);
        await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        var (_, exported, _) = await _daemon.AskAsync("export", id, "--format", "jsonl");
        var kill = Encoding.UTF8.GetString(exported).Split('\n').Single(l => l.Contains("\"kill_requested\"", StringComparison.Ordinal));
        Assert.Contains("\"by_user\":\"root\"", kill, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"maintenance\"", kill, StringComparison.Ordinal);
    }

    private async Task RunAsync(string command)
    {
        using var client = _sshd.Connect(_sshd.User, command);
        await client.WaitForExitAsync();
    }

    private void Write(string text)
    {
        _daemon.Settings = text;
        _daemon.WriteSettings();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
            await Task.Delay(50, limit.Token);
    }

    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<JsonElement> _events = new();

        public Receiver(int port)
        {
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            _listener.Start();
            _ = Task.Run(AnswerAsync);
        }

        public async Task<IReadOnlyList<JsonElement>> WaitAsync(Func<IReadOnlyList<JsonElement>, bool> condition)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!condition([.. _events]))
                await Task.Delay(50, limit.Token);
            return [.. _events];
        }

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                using var document = await JsonDocument.ParseAsync(context.Request.InputStream);
                _events.Enqueue(document.RootElement.Clone());
                context.Response.Close();
            }
        }
    }
}
