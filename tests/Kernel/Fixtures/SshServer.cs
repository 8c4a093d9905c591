using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>
/// A real sshd of our own on a free loopback port (127.0.0.1 and ::1), with throw-away keys in a temporary directory
/// and a throw-away account. Needs root and openssh-server. Ends only what it started.
/// </summary>
public sealed class SshServer : IDisposable
{
    private const string Daemon = "/usr/sbin/sshd";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo directory;
    private readonly Lazy<TestAccount> account;
    private readonly List<SshClient> clients = [];
    private readonly Process process;

    /// <param name="usePam">UsePAM of sshd_config(5).</param>
    /// <param name="arguments">More arguments for sshd, for example <c>-r</c>.</param>
    /// <param name="settings">More lines of sshd_config(5).</param>
    public SshServer(bool usePam = false, string[]? arguments = null, string[]? settings = null)
    {
        directory = Directory.CreateTempSubdirectory("sshlog-sshd-");
        // sshd reads the keys as the user who signs in.
        Run("chmod", "755", directory.FullName);
        account = new Lazy<TestAccount>(() => new TestAccount(InDirectory("home")));
        Directory.CreateDirectory("/run/sshd");
        Port = FindFreePort();
        MakeKeys();
        File.WriteAllLines(InDirectory("sshd_config"), Configure(usePam, settings ?? []));
        process = Process.Start(new ProcessStartInfo(
            Daemon, ["-D", "-E", InDirectory("sshd.log"), "-f", InDirectory("sshd_config"), .. arguments ?? []]))!;
        WaitUntilListening();
    }

    /// <summary>Its port on 127.0.0.1 and ::1.</summary>
    public int Port { get; }

    /// <summary>Name of the ordinary account, which exists from the first use of this property on.</summary>
    public string User => account.Value.Name;

    /// <summary>User id of the ordinary account.</summary>
    public uint UserId => account.Value.Id;

    /// <summary>Gives the ordinary account a password.</summary>
    public void SetPassword(string password) => account.Value.SetPassword(password);

    /// <summary>What sshd has logged.</summary>
    public string Log => File.ReadAllText(InDirectory("sshd.log"));

    /// <summary>A path in its temporary directory, which everyone can read.</summary>
    public string InDirectory(string name) => Path.Combine(directory.FullName, name);

    /// <summary>Starts an ssh client; what it prints is in <see cref="SshClient"/>.</summary>
    /// <param name="user">root or <see cref="User"/>.</param>
    /// <param name="command">A command for the server, or null for a shell.</param>
    /// <param name="terminal">With a pty (-tt) or without (-T).</param>
    /// <param name="host">127.0.0.1 or ::1.</param>
    /// <param name="options">More arguments for ssh.</param>
    /// <param name="password">Typed wherever ssh asks for one; without a key then.</param>
    public SshClient Connect(
        string user,
        string? command = null,
        bool terminal = true,
        string host = "127.0.0.1",
        string[]? options = null,
        string? password = null)
    {
        if (password is not null)
            options = [.. options ?? [], "-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"];
        string[] arguments =
            [.. options ?? [], terminal ? "-tt" : "-T", .. Arguments(user, host), .. command is null ? (string[])[] : [command]];
        var client = new SshClient(arguments, password);
        clients.Add(client);
        return client;
    }

    /// <summary>Arguments of ssh that sign in here.</summary>
    public string[] Arguments(string user, string host = "127.0.0.1") =>
    [
        "-F", "none", "-i", InDirectory("user_key"), "-p", $"{Port}", "-o", "IdentitiesOnly=yes",
        "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={InDirectory("known_hosts")}",
        "-o", "LogLevel=ERROR", "-e", "none", $"{user}@{host}",
    ];

    /// <inheritdoc />
    public void Dispose()
    {
        clients.ForEach(client => client.Dispose());
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        if (account.IsValueCreated)
            account.Value.Dispose();
        directory.Delete(recursive: true);
    }

    internal static void Run(string program, params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = run.StandardError.ReadToEnd();
        run.WaitForExit();
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors}");
    }

    internal static int FindFreePort()
    {
        using var probe = new TcpListener(IPAddress.IPv6Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void MakeKeys()
    {
        foreach (var name in (string[])["host_key", "user_key"])
            Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", InDirectory(name));
        File.Copy(InDirectory("user_key.pub"), InDirectory("authorized_keys"));
        Run("chmod", "644", InDirectory("authorized_keys"));
    }

    private IEnumerable<string> Configure(bool usePam, string[] settings) =>
    [
        .. settings, $"Port {Port}", "ListenAddress 127.0.0.1", "ListenAddress ::1",
        $"HostKey {InDirectory("host_key")}", $"PidFile {InDirectory("sshd.pid")}",
        $"AuthorizedKeysFile {InDirectory("authorized_keys")}", "StrictModes no", "PermitRootLogin yes",
        $"UsePAM {(usePam ? "yes" : "no")}", "MaxStartups 200", "MaxSessions 200", "PrintMotd no", "UseDNS no",
        "LogLevel VERBOSE",
        .. settings.Any(line => line.StartsWith("Subsystem ", StringComparison.Ordinal)) ? (string[])[] : ["Subsystem sftp internal-sftp"],
    ];

    private void WaitUntilListening()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"sshd exited with {process.ExitCode}: {Log}");
            try
            {
                using var v4 = new TcpClient("127.0.0.1", Port);
                using var v6 = new TcpClient("::1", Port);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(started) < StartLimit)
            {
                // Waits for the process to exit, which it should not, so as not to spin.
                process.WaitForExit(TimeSpan.FromMilliseconds(10));
            }
        }
    }
}
