using System.Text;
using SshLog.Bpf;
using SshLog.Bpf.Interop;
using SshLog.Core.Events;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Who signed in and how, who failed, and that no password is anywhere, with the real sshd and daemon.</summary>
[Collection("probe")]
public sealed class SignInTests : IDisposable
{
    private readonly SshServer _sshd = new(usePam: true);
    private readonly DaemonProcess _daemon = new() { StoresPlain = true };

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task A_session_begins_at_sign_in_with_its_method_and_its_key()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, options: ["-N"]);
        var session = (await _daemon.WaitForSessionsAsync(
            _sshd.Port, s => s.Length == 1 && s[0].GetProperty("username").GetString() == _sshd.User))[0];
        Assert.Equal(_sshd.UserId, session.GetProperty("user_id").GetUInt32());
        Assert.Empty(session.GetProperty("ttys").EnumerateArray());

        var signedIn = Assert.Single(Journal().OfType<SignedIn>(), e => e.User == _sshd.User);
        Assert.Equal("publickey", signedIn.Method);
        Assert.StartsWith("SHA256:", signedIn.Key!.Fingerprint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parallel_guesses_are_as_many_facts_and_watch_shows_them_and_no_session_comes_of_them()
    {
        _sshd.SetPassword("the-right-one-3");
        await _daemon.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Guess($"guess-{i}")).ToArray());
        await WaitForFailuresAsync(8);
        Assert.All(Failures(), failed => Assert.Equal(
            (_sshd.User, true, SignInFailure.WrongPassword, _sshd.UserId),
            (failed.User, failed.UserIsKnown, failed.Reason, failed.Uid!.Value)));
        Assert.Equal(8, Failures().Select(failed => failed.Connection).Distinct().Count());

        // It shows what happens from now on, and nobody says when "now" is: guesses until one is shown.
        using var watch = _daemon.Watch();
        var line = watch.FindAsync(json => json.GetProperty("tcp_info").GetProperty("server_port").GetInt32() == _sshd.Port);
        for (var guesses = 8; !line.IsCompleted && guesses < 40; guesses++)
        {
            await Guess("another");
            await WaitForFailuresAsync(guesses + 1);
        }

        var json = await line.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("connection_auth_failed", json.GetProperty("event_type").GetString());
        Assert.Equal(_sshd.User, json.GetProperty("username").GetString());
        Assert.Equal("127.0.0.1", json.GetProperty("tcp_info").GetProperty("client_ip").GetString());
        Assert.Equal("wrong-password", json.GetProperty("reason").GetString());
        Assert.Empty(await _daemon.WaitForSessionsAsync(_sshd.Port, _ => true));
    }

    /// <summary>
    /// Every way a password takes through sshd and a terminal, then every place where the system puts anything. What is
    /// found beside it shows that the search finds what is there.
    /// </summary>
    [Fact]
    public async Task No_password_is_anywhere()
    {
        string[] secrets =
        [
            "pw-Right-8271", "pw-Wrong-4417", "kbd-Right-9352", "kbd-Wrong-6633", "su-Prompt-7184", "read-Silent-2295",
            "sudo-Right-5521", "sudo-Wrong-3318",
        ];
        // Even where what is typed is recorded.
        _daemon.Settings = "sshlog.record.input = true";
        await _daemon.StartAsync();
        using var kernel = KernelProbe.Load(new ProbeOptions { RecordInput = true });
        kernel.Attach();
        await SignIn("password", secrets[0], secrets[1], "echo marker-$((40+2))");
        await SignIn("keyboard-interactive", secrets[2], secrets[3], "echo marker-$((40+3))");
        await AskInASession(secrets[4], secrets[5]);
        await AskSudo(secrets[6], secrets[7]);
        await _daemon.WaitForSessionsAsync(
            _sshd.Port, s => s.Length == 4 && s.All(x => !x.GetProperty("open").GetBoolean()));
        await WaitForFailuresAsync(2);
        var limits = await File.ReadAllLinesAsync($"/proc/{_daemon.Pid}/limits");
        Assert.Matches("^Max core file size +0 ", Assert.Single(limits, l => l.StartsWith("Max core", StringComparison.Ordinal)));

        var places = new Dictionary<string, byte[]> { ["records"] = ReadRaw(kernel) };
        await ReadStateAsync(places, "");
        foreach (var session in await _daemon.WaitForSessionsAsync(_sshd.Port, _ => true))
        {
            var id = session.GetProperty("session").GetString()!;
            places["replay " + id] = (await _daemon.AskAsync("replay", id, "--no-wait")).Output;
        }

        places["log"] = Encoding.UTF8.GetBytes((await _daemon.StopAsync()).Log);
        await ReadStateAsync(places, " afterwards");

        foreach (var marker in (string[])["marker-42", "marker-43", "silent-16", "sudo-became-0"])
        {
            Assert.True(Holds(places["records"], marker));
            Assert.Contains(places, place => place.Key.Contains("journal", StringComparison.Ordinal) && Holds(place.Value, marker));
        }

        Assert.All(places, place => Assert.All(secrets, secret => Assert.False(Holds(place.Value, secret), $"{secret} in {place.Key}")));
    }

    private static bool Holds(byte[] place, string text) => place.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static byte[] ReadRaw(KernelProbe kernel)
    {
        kernel.Detach();
        using var all = new MemoryStream();
        while (kernel.Ring.Read((record, _) =>
        {
            all.Write(record);
            return true;
        }) > 0)
        {
            // Until there are no more.
        }

        return all.ToArray();
    }

    /// <summary>Every file of the state directory but the lock, which holds a pid and is locked.</summary>
    private async Task ReadStateAsync(Dictionary<string, byte[]> places, string when)
    {
        foreach (var file in Directory.GetFiles(_daemon.StateDirectory, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) != "lock")
                places[file + when] = await File.ReadAllBytesAsync(file);
        }
    }

    private async Task SignIn(string method, string right, string wrong, string command)
    {
        _sshd.SetPassword(right);
        string[] options = ["-o", $"PreferredAuthentications={method}"];
        var guess = await _sshd.Connect(_sshd.User, command, options: options, password: wrong).WaitForExitAsync();
        Assert.NotEqual(0, guess.ExitCode);
        var good = await _sshd.Connect(_sshd.User, command, options: options, password: right).WaitForExitAsync();
        Assert.True(good.ExitCode == 0, good.Errors);
    }

    private async Task AskInASession(string forSu, string forRead)
    {
        using var client = _sshd.Connect(_sshd.User);
        client.Type("su -c true; echo refused''-$?\n");
        await client.WaitForAsync("assword:");
        client.Type(forSu + "\n");
        await client.WaitForAsync("refused-1");
        client.Type("stty -echo; echo now''-type; read -s x; stty echo; echo silent''-${#x}\n");
        await client.WaitForAsync("now-type");
        client.Type(forRead + "\n");
        await client.WaitForAsync("silent-16");
        client.Type("exit\n");
        await client.WaitForExitAsync();
    }

    private async Task AskSudo(string right, string wrong)
    {
        _sshd.SetPassword(right);
        using var rule = new SudoRule(_sshd.User);
        using var client = _sshd.Connect(_sshd.User);
        client.Type("sudo sh -c 'echo sudo-became-$(id -u)'; exit\n");
        await client.WaitForAsync("assword for");
        client.Type(wrong + "\n");
        await client.WaitForAsync("assword for", 2);
        client.Type(right + "\n");
        await client.WaitForExitAsync();
    }

    private async Task Guess(string password)
    {
        using var client = _sshd.Connect(
            _sshd.User, "true", options: ["-o", "PreferredAuthentications=password"], password: password);
        await client.WaitForExitAsync();
    }

    private List<SignInFailed> Failures() =>
        [.. Journal().OfType<SignInFailed>().Where(failed => failed.Server.Port == _sshd.Port)];

    private async Task WaitForFailuresAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Failures().Count < count && await timer.WaitForNextTickAsync(limit.Token))
        {
            // Asks the journal again.
        }

        Assert.Equal(count, Failures().Count);
    }

    private List<SessionEvent> Journal()
    {
        using var reader = new JournalReader(Path.Combine(_daemon.StateDirectory, "journal.db"), ProtobufEventCodec.Instance);
        return [.. reader.Read(0, int.MaxValue, int.MaxValue, withOutput: false).Events.Select(e => e.Event)];
    }
}
