using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// Sends events to a syslog server: RFC 5424 with structured data, over UDP (RFC 5426), TCP with octet counting (RFC 6587) or TLS
/// (RFC 5425).
/// </summary>
internal sealed class SyslogAction : IBatchAction, IPreview
{
    // Private enterprise numbers are assigned by IANA; 32473 is the one reserved for documentation and examples (RFC 5612).
    private const string DataId = "sshlog@32473";

    private static readonly string[] _facilities =
    [
        "kernel", "user", "mail", "system", "auth", "syslog", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp", "audit",
        "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly string[] _severities =
        ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

    // Of UDP over IPv4.
    private const int LargestDatagram = 65_507;

    private readonly string _server;
    private readonly int _port;
    private readonly string _transport;
    private readonly string _program;
    private readonly ServerTrust? _trust;
    private readonly bool _json;
    private readonly int _priority;
    private UdpClient? _udp;
    private TcpClient? _client;
    private Stream? _stream;

    private SyslogAction(ActionContext context)
    {
        var parameters = context.Parameters;
        _server = parameters.Text("server_address");
        _transport = parameters.FindText("transport") ?? (parameters.Flag("udp") ? "udp" : "tcp");
        _port = (int)(parameters.FindInteger("port") ?? (_transport == "tls" ? 6514 : 514));
        _program = parameters.Text("program_name");
        _trust = parameters.FindText("ca_file") is { } file ? new ServerTrust(file) : null;
        _json = parameters.Flag("output_json");
        _priority = Array.IndexOf(_facilities, parameters.Text("facility").ToLowerInvariant()) * 8
            + Array.IndexOf(_severities, parameters.Text("severity").ToLowerInvariant());
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("syslog_action", "Sends events to a syslog server (RFC 5424).",
            CommonParameters.Required("server_address", "Name or address of the server."),
            new ParameterDescription("port", ValueShape.Between(1, 65535), Summary: "514; with TLS 6514."),
            CommonParameters.Optional("program_name", "sshlog", "APP-NAME of the messages."),
            CommonParameters.Flag("udp", true, "false for TCP."),
            new ParameterDescription("transport", ValueShape.OneOf("udp", "tcp", "tls"), Summary: "Goes before udp."),
            CommonParameters.Optional("ca_file", null, "With TLS: certificates (PEM) that the server's must go back to; the system's when not given."),
            CommonParameters.Flag("output_json", false, "The message is JSON instead of sshlog's line."),
            new ParameterDescription("facility", ValueShape.OneOf(_facilities), new SettingValue.Text("system"), Summary: "RFC 5424, 6.2.1."),
            new ParameterDescription("severity", ValueShape.OneOf(_severities), new SettingValue.Text("info"), Summary: "RFC 5424, 6.2.1.")),
        context => new SyslogAction(context));

    public int MostEvents => 256;

    public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation) =>
        SendAsync([Format(happened)], cancellation);

    public Task<ActionOutcome> ExecuteAsync(IReadOnlyList<PluginEvent> happened, CancellationToken cancellation) =>
        SendAsync([.. happened.Select(Format)], cancellation);

    private async Task<ActionOutcome> SendAsync(IReadOnlyList<byte[]> messages, CancellationToken cancellation)
    {
        // Before any of them is sent, since each is tried on its own then.
        if (_transport == "udp" && messages.FirstOrDefault(m => m.Length > LargestDatagram) is { } large)
            return ActionOutcome.GiveUp($"the message is too long for UDP ({large.Length} bytes)");
        try
        {
            if (_transport == "udp")
            {
                _udp ??= Connect();
                foreach (var message in messages)
                    await _udp.SendAsync(message, cancellation).ConfigureAwait(false);
                return ActionOutcome.Done;
            }

            // A server that has gone away is noticed by reading: a write to it would seem to work.
            if (_client is { Client: var socket } && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
                Hangup();
            _stream ??= await ConnectStreamAsync(cancellation).ConfigureAwait(false);
            await _stream.WriteAsync(Counted(messages), cancellation).ConfigureAwait(false);
            await _stream.FlushAsync(cancellation).ConfigureAwait(false);
            return ActionOutcome.Done;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            return ActionOutcome.GiveUp($"the message is too long for UDP ({messages.Max(m => m.Length)} bytes)");
        }
        catch (OperationCanceledException)
        {
            // Half a message may have gone out: nothing may follow it on this connection.
            Hangup();
            throw;
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            Hangup();
            return ActionOutcome.TryAgain($"{_server}:{_port} over {_transport}: {e.Message}");
        }
    }

    public string Preview(PluginEvent happened) =>
        Encoding.UTF8.GetString(Format(happened)).Replace("\uFEFF", string.Empty, StringComparison.Ordinal);

    public ValueTask DisposeAsync()
    {
        Hangup();
        return ValueTask.CompletedTask;
    }

    // Octet counting (RFC 6587, 3.4.1).
    private static byte[] Counted(IReadOnlyList<byte[]> messages)
    {
        using var all = new MemoryStream(messages.Sum(m => m.Length + 8));
        foreach (var message in messages)
        {
            all.Write(Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture) + " "));
            all.Write(message);
        }

        return all.ToArray();
    }

    private byte[] Format(PluginEvent happened)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"<{_priority}>1 {happened.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} {Name(happened.Host, 255)} {Name(_program, 48)} {happened.MonitorPid} {Name(happened.EventType, 32)} ");
        var data = $"[{DataId} session=\"{Escape(happened.Session)}\" user=\"{Escape(happened.User)}\" client_ip=\"{happened.Client.Address}\" client_port=\"{happened.Client.Port}\"]";
        var text = _json ? happened.Fields.GetRawText() : happened.Line;
        return [.. Encoding.ASCII.GetBytes(head), .. Encoding.UTF8.GetBytes(data + " "), .. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)];
    }

    // Printable ASCII without spaces (RFC 5424, 6); a hyphen stands for nothing.
    private static string Name(string text, int most)
    {
        var name = new string([.. text.Where(c => c is > ' ' and < (char)127).Take(most)]);
        return name.Length == 0 ? "-" : name;
    }

    // RFC 5424, 6.3.3.
    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private UdpClient Connect() => new(_server, _port);

    private async Task<Stream> ConnectStreamAsync(CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(_server, _port, cancellation).ConfigureAwait(false);
            if (_transport == "tcp")
            {
                _client = client;
                return client.GetStream();
            }

            var secured = new SslStream(client.GetStream());
            await secured.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = _server, CertificateChainPolicy = _trust?.Policy() },
                cancellation).ConfigureAwait(false);
            _client = client;
            return secured;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private void Hangup()
    {
        _udp?.Dispose();
        _udp = null;
        _stream?.Dispose();
        _stream = null;
        _client?.Dispose();
        _client = null;
    }
}
