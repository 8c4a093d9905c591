using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SshLog.Tests.Support;

/// <summary>
/// A server of somebody else's that receives what actions send: on loopback, with a temporary directory, as nobody where the
/// tests run as root. Ended with the test.
/// </summary>
internal abstract class ReceiverProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-receiver-");
    private Process? _process;

    protected string InDirectory(string name) => Path.Combine(_directory.FullName, name);

    /// <summary>A TCP port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it and waits until it listens on all of them.</summary>
    protected void Start(IReadOnlyList<int> tcpPorts, params string[] command)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "-R", "nobody", _directory.FullName);
            command = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", .. command];
        }

        var log = new System.Text.StringBuilder();
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true },
        };
        _process.OutputDataReceived += (_, line) => log.AppendLine(line.Data);
        _process.ErrorDataReceived += (_, line) => log.AppendLine(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        WaitFor(() => !_process.HasExited ? tcpPorts.All(Listens) : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {_process.ExitCode}: {log}"));
    }

    /// <summary>Waits until a condition holds.</summary>
    protected static void WaitFor(Func<bool> condition)
    {
        if (!SpinWait.SpinUntil(condition, Limit))
            throw new TimeoutException("The receiver has not got there in time.");
    }

    protected static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _directory.Delete(recursive: true);
    }

    private static bool Listens(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
