using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>Sends events by mail, over TLS (STARTTLS, or from the first byte on port 465).</summary>
internal sealed class EmailAction : IAction, IPreview
{
    private readonly string _sender;
    private readonly IReadOnlyList<string> _recipients;
    private readonly string _subject;
    private readonly string _body;
    private readonly string _server;
    private readonly int _port;
    private readonly string? _user;
    private readonly string? _password;
    private readonly SecureSocketOptions _security;
    private readonly ServerTrust? _trust;

    private EmailAction(ActionContext context)
    {
        var parameters = context.Parameters;
        _sender = parameters.Text("sender");
        _recipients = [.. parameters.Texts("recipient").SelectMany(r => r.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        _subject = parameters.Text("subject");
        _body = parameters.Text("body");
        _server = parameters.Text("smtp_server");
        _port = (int)parameters.Integer("smtp_port");
        _user = parameters.FindText("username");
        _password = parameters.FindText("password") is { } password ? Secrets.Read(password) : null;
        _trust = parameters.FindText("ca_file") is { } file ? new ServerTrust(file) : null;
        _security = parameters.Text("security") switch
        {
            "none" => SecureSocketOptions.None,
            "starttls" when _port != 465 => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.SslOnConnect,
        };
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("email_action", "Sends events by mail.",
            CommonParameters.Required("sender", "Address that it comes from."),
            new ParameterDescription("recipient", ValueShape.Texts, Required: true, Summary: "Addresses that it goes to."),
            CommonParameters.Required("subject", "{{field}} stands for a field of the event."),
            CommonParameters.Optional("body", "", "The same; the event's line and fields when empty."),
            CommonParameters.Required("smtp_server", "Name or address of the server."),
            CommonParameters.Number("smtp_port", 587, 1, 65535, "Its port."),
            CommonParameters.Optional("username", null, "To sign in with; not when not given."),
            CommonParameters.Optional("password", null, "The same; file:, env: or credential: keep it out of the configuration."),
            new ParameterDescription("security", ValueShape.OneOf("starttls", "tls", "none"), new SettingValue.Text("starttls"),
                Summary: "starttls, tls from the first byte, or none (for a server on this machine)."),
            CommonParameters.Optional("ca_file", null, "Certificates (PEM) that the server's must go back to; the system's when not given.")),
        context => new EmailAction(context));

    public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        using var message = Write(happened);
        using var client = new SmtpClient();
        if (_trust is not null)
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => _trust.Accepts(certificate, chain, errors);
        try
        {
            await client.ConnectAsync(_server, _port, _security, cancellation).ConfigureAwait(false);
            if (_user is not null)
                await client.AuthenticateAsync(_user, _password ?? string.Empty, cancellation).ConfigureAwait(false);
            await client.SendAsync(message, cancellation).ConfigureAwait(false);
            await client.DisconnectAsync(true, cancellation).ConfigureAwait(false);
            return ActionOutcome.Done;
        }
        catch (SmtpCommandException e) when ((int)e.StatusCode >= 500)
        {
            return ActionOutcome.GiveUp($"{_server} refused the message: {e.Message}");
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or CommandException
            or SslHandshakeException or System.Security.Authentication.AuthenticationException or NotSupportedException)
        {
            return ActionOutcome.TryAgain($"{_server}:{_port}: {e.Message}");
        }
    }

    public string Preview(PluginEvent happened)
    {
        using var message = Write(happened);
        return $"To: {message.To}\nSubject: {message.Subject}\n\n{message.TextBody}";
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MimeMessage Write(PluginEvent happened)
    {
        // MimeKit encodes what a header must not hold: a subject stays one line whatever the event holds.
        var body = _body.Length > 0
            ? Templates.Fill(_body, happened)
            : $"{happened.Line}\n\n{string.Join('\n', happened.Fields.EnumerateObject().Select(f => $"{f.Name}: {f.Value}"))}\n";
        var message = new MimeMessage { Subject = Templates.Fill(_subject, happened), Body = new TextPart("plain") { Text = body } };
        message.From.Add(MailboxAddress.Parse(_sender));
        message.To.AddRange(_recipients.Select(MailboxAddress.Parse));
        message.Date = happened.At;
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}
