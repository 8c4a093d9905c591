using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>Signing in to a real sshd, as the probe tells it.</summary>
[Collection("probe")]
public sealed class SignInTests
{
    private const string Secret = "correct-Horse-battery-7";

    [Theory]
    [InlineData("ed25519", "ssh-ed25519", "127.0.0.1")]
    [InlineData("rsa", "ssh-rsa", "::1")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256", "127.0.0.1")]
    public async Task Public_key_has_the_fingerprint_that_ssh_keygen_prints(string kind, string type, string host)
    {
        using var server = new SshServer();
        var key = MakeKey(server, kind);
        File.AppendAllText(server.InDirectory("authorized_keys"), File.ReadAllText(key + ".pub"));
        using var recorder = new ProbeRecorder();
        await server.Connect(server.User, "true", host: host, options: ["-i", key]).WaitForExitAsync();

        var signedIn = await WaitForSignInAsync(recorder, server);
        Assert.Equal((server.User, "publickey"), (signedIn.User, signedIn.Method));
        Assert.Equal(new SignInKey(type, Fingerprint(key + ".pub")), signedIn.Key);
        Assert.Empty(Refused(recorder, server));
    }

    [Fact]
    public async Task Certificate_shows_its_id_its_serial_and_its_authority()
    {
        var keys = Directory.CreateTempSubdirectory("sshlog-ca-");
        try
        {
            var authority = Path.Combine(keys.FullName, "authority");
            SshServer.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", authority);
            using var server = new SshServer(settings: [$"TrustedUserCAKeys {authority}.pub"]);
            SshServer.Run("chmod", "755", keys.FullName);
            var key = MakeKey(server, "ecdsa");
            SshServer.Run(
                "ssh-keygen", "-q", "-s", authority, "-I", "billy@laptop", "-n", server.User, "-z", "77", key + ".pub");
            using var recorder = new ProbeRecorder();
            await server.Connect(server.User, "true", options: ["-i", key]).WaitForExitAsync();

            var signedIn = await WaitForSignInAsync(recorder, server);
            var certificate = new SignInCertificate("billy@laptop", 77, Fingerprint(authority + ".pub"));
            Assert.Equal(
                new SignInKey("ecdsa-sha2-nistp256-cert-v01@openssh.com", Fingerprint(key + ".pub"), certificate),
                signedIn.Key);
        }
        finally
        {
            keys.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(false, "password")]
    [InlineData(true, "password")]
    [InlineData(true, "keyboard-interactive")]
    public async Task Password_is_a_method_and_a_wrong_one_a_failure(bool usePam, string method)
    {
        using var server = new SshServer(usePam);
        server.SetPassword(Secret);
        using var recorder = new ProbeRecorder();
        string[] options = ["-o", $"PreferredAuthentications={method}"];
        var (exitCode, _, errors) = await server.Connect(server.User, "true", options: options, password: Secret)
            .WaitForExitAsync();
        Assert.True(exitCode == 0, errors);
        var signedIn = await WaitForSignInAsync(recorder, server);
        Assert.Equal((server.User, method, null), (signedIn.User, signedIn.Method, signedIn.Key));
        Assert.Empty(Refused(recorder, server));

        await server.Connect(server.User, "true", options: options, password: "wrong").WaitForExitAsync();
        await WaitForRefusedAsync(recorder, server, 1);
        var refused = Assert.Single(Refused(recorder, server));
        var reason = method == "password" ? SignInFailure.WrongPassword : SignInFailure.WrongAnswer;
        Assert.Equal(
            (server.User, true, method, reason), (refused.User, refused.UserIsKnown, refused.Method, refused.Reason));
        Assert.Equal(IPAddress.Loopback, refused.Client.Address);
        Assert.Equal(server.Port, refused.Server.Port);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("publickey")]
    public async Task Unknown_user_is_one_failure_by_any_method(string method)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        string[] options = ["-o", $"PreferredAuthentications={method}"];
        await server.Connect("nobody-here", "true", options: options, password: method == "password" ? Secret : null)
            .WaitForExitAsync();
        await WaitForRefusedAsync(recorder, server, 1);
        var refused = Assert.Single(Refused(recorder, server));
        Assert.Equal(
            ("nobody-here", false, SignInFailure.UnknownUser), (refused.User, refused.UserIsKnown, refused.Reason));
    }

    [Fact]
    public async Task Refused_key_is_named_and_the_next_one_signs_in()
    {
        using var server = new SshServer();
        var stranger = MakeKey(server, "ed25519");
        using var recorder = new ProbeRecorder();
        // ssh offers the stranger's key first, then its own default.
        await server.Connect(server.User, "true", host: "::1", options: ["-i", stranger]).WaitForExitAsync();
        var signedIn = await WaitForSignInAsync(recorder, server);
        var refused = Assert.Single(Refused(recorder, server));
        Assert.Equal(SignInFailure.KeyRefused, refused.Reason);
        Assert.Equal(Fingerprint(stranger + ".pub"), refused.Key!.Fingerprint);
        Assert.Equal(IPAddress.IPv6Loopback, refused.Client.Address);
        Assert.Equal(Fingerprint(server.InDirectory("user_key.pub")), signedIn.Key!.Fingerprint);
    }

    [Fact]
    public async Task Both_of_two_required_methods_are_named()
    {
        using var server = new SshServer(settings: ["AuthenticationMethods publickey,password"]);
        server.SetPassword(Secret);
        using var recorder = new ProbeRecorder();
        await server.Connect(server.User, "true", options: ["-o", "PubkeyAuthentication=yes"], password: Secret)
            .WaitForExitAsync();
        var signedIn = await WaitForSignInAsync(recorder, server);
        Assert.Equal("publickey,password", signedIn.Method);
        Assert.Equal(Fingerprint(server.InDirectory("user_key.pub")), signedIn.Key!.Fingerprint);
    }

    [Fact]
    public async Task Defect_10_eight_guesses_at_a_time_are_eight_failures()
    {
        using var server = new SshServer(usePam: true);
        server.SetPassword(Secret);
        using var recorder = new ProbeRecorder();
        var guesses = Enumerable.Range(0, 8).Select(i => server.Connect(
            server.User, "true", options: ["-o", "PreferredAuthentications=password"], password: $"guess-{i}"));
        await Task.WhenAll(guesses.ToArray().Select(guess => guess.WaitForExitAsync()));
        await WaitForRefusedAsync(recorder, server, 8);
        Assert.Equal(8, Refused(recorder, server).Count);
        Assert.Equal(8, Refused(recorder, server).Select(refused => refused.Client.Port).Distinct().Count());
    }

    [Fact]
    public async Task Connection_that_names_no_user_is_no_attempt()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        using (var caller = new TcpClient("127.0.0.1", server.Port))
            await caller.GetStream().ReadExactlyAsync(new byte[4]);
        await recorder.WaitForAsync(server.Port, events => events[^1] is ConnectionClosed);
        Assert.Empty(Refused(recorder, server));
    }

    [Fact]
    public async Task Sign_in_without_any_channel_and_one_to_a_server_that_does_not_execute_itself_are_seen()
    {
        using var server = new SshServer(arguments: ["-r"]);
        using var recorder = new ProbeRecorder();
        using var client = server.Connect(server.User, options: ["-N"]);
        Assert.Equal(server.User, (await WaitForSignInAsync(recorder, server)).User);
    }

    private static string MakeKey(SshServer server, string kind)
    {
        var key = server.InDirectory("key_" + kind);
        SshServer.Run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key);
        return key;
    }

    private static string Fingerprint(string file)
    {
        using var run = Process.Start(new ProcessStartInfo("ssh-keygen", ["-lf", file]) { RedirectStandardOutput = true })!;
        var line = run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        return line.Split(' ')[1];
    }

    private static async Task<SignInCompleted> WaitForSignInAsync(ProbeRecorder recorder, SshServer server)
    {
        var events = await recorder.WaitForAsync(server.Port, events => events.OfType<SignInCompleted>().Any());
        return events.OfType<SignInCompleted>().Single();
    }

    private static List<SignInRefused> Refused(ProbeRecorder recorder, SshServer server) =>
        [.. recorder.SessionsOf(server.Port).SelectMany(events => events.OfType<SignInRefused>())];

    private static async Task WaitForRefusedAsync(ProbeRecorder recorder, SshServer server, int count) =>
        // Any session will do: what is asked for is all of them together, when the last one has told its own.
        await recorder.WaitForAsync(server.Port, _ => Refused(recorder, server).Count >= count
            && recorder.SessionsOf(server.Port).All(events => events[^1] is ConnectionClosed || !events.OfType<SignInRefused>().Any()));
}
