namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>One connection for many channels (ControlMaster of ssh_config(5)); the server ends it with its clients.</summary>
internal sealed class SharedConnection
{
    private readonly SshServer server;
    private readonly SshClient master;

    private SharedConnection(SshServer server, string[] options)
    {
        this.server = server;
        master = server.Connect(server.User, "echo shared; cat", terminal: false, options: ["-M", .. options, .. Shared(server)]);
    }

    /// <summary>Signs the ordinary user in; the connection has one channel then, which prints "shared" and goes on.</summary>
    public static async Task<SharedConnection> OpenAsync(SshServer server, params string[] options)
    {
        var connection = new SharedConnection(server, options);
        await connection.master.WaitForAsync("shared");
        return connection;
    }

    /// <summary>Opens a channel without a pty for a command.</summary>
    public SshClient Start(string command) => server.Connect(server.User, command, terminal: false, options: Shared(server));

    /// <summary>Ends the first channel and with it the connection, once no other channel is open.</summary>
    public async Task CloseAsync()
    {
        master.EndInput();
        await master.WaitForExitAsync();
    }

    private static string[] Shared(SshServer server) => ["-S", server.InDirectory("shared")];
}
