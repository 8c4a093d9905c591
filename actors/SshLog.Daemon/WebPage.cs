using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using SshLog.Actors.Gateway;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Core.Protocol;
using SshLog.Web;

namespace SshLog.Daemon;

/// <summary>Starts the web page if it is wanted and safe; when it is not, that is logged and the recording goes on.</summary>
internal static partial class WebPage
{
    /// <summary>Starts it; null for no page.</summary>
    /// <param name="settings">Of the daemon.</param>
    /// <param name="version">Of the daemon.</param>
    /// <param name="gateway">The gateway actor.</param>
    /// <param name="loggers">Told what goes wrong.</param>
    public static async Task<WebServer?> StartAsync(DaemonSettings settings, string version, IActorRef gateway, ILoggerFactory loggers)
    {
        var web = settings.Web;
        if (!web.Enabled)
            return null;
        var log = loggers.CreateLogger<WebServer>();
        try
        {
            var users = web.Users.Select(u => new WebUser(u.Name, Secrets.Read(u.Password), u.Role)).ToList();
            if (WhyNot(web, users) is { } why)
            {
                Off(log, why);
                return null;
            }

            Warn(log, web, users);
            var certificate = web.Certificate.Length > 0 ? X509Certificate2.CreateFromPemFile(web.Certificate, web.Key) : null;
            var options = new WebOptions(web.Address, web.Port, users, certificate, settings.Typing, version);
            var server = await WebServer.StartAsync(options, new ActorWebGateway(gateway), loggers).ConfigureAwait(false);
            Serving(log, server.Address.AbsoluteUri);
            return server;
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            Off(log, e.Message);
            return null;
        }
    }

    private static string? WhyNot(WebSettings web, List<WebUser> users)
    {
        if (users.Count == 0)
            return "nobody may sign in: set sshlog.web.user and sshlog.web.password (or SSHLOG_WEB_USER and SSHLOG_WEB_PASS)";
        if (users.FirstOrDefault(u => u.Password.Length == 0) is { Name: var name })
            return $"user {name} has no password: set sshlog.web.password (or SSHLOG_WEB_PASS)";
        return !IPAddress.IsLoopback(web.Address) && users.FirstOrDefault(u => u.HasTrivialPassword) is { Name: var trivial }
            ? $"the password of {trivial} is too easy to guess for {web.Address}: at least 8 characters, no well-known password, not the name"
            : null;
    }

    private static void Warn(ILogger log, WebSettings web, List<WebUser> users)
    {
        foreach (var user in users.Where(u => u.HasTrivialPassword))
            Trivial(log, user.Name);
        if (!IPAddress.IsLoopback(web.Address) && web.Certificate.Length == 0)
            NoTls(log, web.Address);
    }

    [LoggerMessage(50, LogLevel.Information, "Web page at {Address}")]
    private static partial void Serving(ILogger logger, string address);

    [LoggerMessage(51, LogLevel.Error, "The web page stays off, recording goes on: {Why}")]
    private static partial void Off(ILogger logger, string why);

    [LoggerMessage(52, LogLevel.Warning, "Web page: the password of {User} is easy to guess; every user of this machine can try")]
    private static partial void Trivial(ILogger logger, string user);

    [LoggerMessage(53, LogLevel.Warning, "Web page at {Address} without TLS: passwords and sessions cross the network in the clear")]
    private static partial void NoTls(ILogger logger, IPAddress address);

    private sealed class ActorWebGateway(IActorRef gateway) : IWebGateway
    {
        private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

        public async Task<IWebConnection> OpenAsync(ClientIdentity client, Role role)
        {
            var opened = await gateway.Ask<GatewayActor.Opened>(new GatewayActor.Open(client, role), _patience).ConfigureAwait(false);
            return new Connection(opened.Connection);
        }
    }

    private sealed class Connection(IActorRef actor) : IWebConnection
    {
        public Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation) =>
            actor.Ask<GatewayProtocol.IReply>(request, cancellation);

        public ValueTask DisposeAsync()
        {
            actor.Tell(PoisonPill.Instance);
            return ValueTask.CompletedTask;
        }
    }
}
