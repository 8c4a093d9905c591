using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Web;

namespace SshLog.Daemon;

/// <summary>
/// The web page, if it is wanted and safe; when it is not, that is logged and the recording goes on. An address that cannot be had yet
/// (at boot it may come after the daemon) is tried again until it can.
/// </summary>
internal sealed partial class WebPage : IAsyncDisposable
{
    private static readonly TimeSpan _usual = TimeSpan.FromSeconds(5);

    private readonly WebOptions _options;
    private readonly IWebGateway _gateway;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ending = new();
    private WebServer? _server;
    private Task _trying = Task.CompletedTask;

    private WebPage(WebOptions options, IWebGateway gateway, ILoggerFactory loggers, ILogger log) =>
        (_options, _gateway, _loggers, _log) = (options, gateway, loggers, log);

    /// <summary>Starts it; null for no page.</summary>
    /// <param name="settings">Of the daemon.</param>
    /// <param name="version">Of the daemon.</param>
    /// <param name="gateway">The gateway actor.</param>
    /// <param name="loggers">Told what goes wrong.</param>
    /// <param name="again">How often an address is tried that cannot be had; null for every five seconds.</param>
    public static async Task<WebPage?> StartAsync(
        DaemonSettings settings, string version, IActorRef gateway, ILoggerFactory loggers, TimeSpan? again = null)
    {
        var log = loggers.CreateLogger<WebServer>();
        if (!settings.Web.Enabled || Prepare(settings, version, log) is not { } options)
            return null;
        var page = new WebPage(options, new ActorWebGateway(gateway), loggers, log);
        var every = again ?? _usual;
        if (await page.TryAsync().ConfigureAwait(false) is { } why)
        {
            Waits(log, options.Address, options.Port, why, every.TotalSeconds);
            page._trying = page.KeepTryingAsync(every);
        }

        return page;
    }

    /// <summary>Ends it with all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _trying.ConfigureAwait(false);
        if (_server is not null)
            await _server.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private static WebOptions? Prepare(DaemonSettings settings, string version, ILogger log)
    {
        var web = settings.Web;
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
            return new WebOptions(web.Address, web.Port, users, certificate, settings.Typing, version);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            Off(log, e.Message);
            return null;
        }
    }

    private async Task KeepTryingAsync(TimeSpan every)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
            {
                if (await TryAsync().ConfigureAwait(false) is null)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
    }

    /// <summary>Why the address cannot be had now; null when there is nothing more to try.</summary>
    private async Task<string?> TryAsync()
    {
        try
        {
            // Asked first, because the server logs an error with its stack each time that it cannot have it.
            using (var asked = new Socket(_options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp))
                asked.Bind(new IPEndPoint(_options.Address, _options.Port));
            _server = await WebServer.StartAsync(_options, _gateway, _loggers).ConfigureAwait(false);
            Serving(_log, _server.Address.AbsoluteUri);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or InvalidOperationException)
        {
            // A certificate that is no server's, for example.
            Off(_log, e.Message);
        }

        return null;
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

    [LoggerMessage(54, LogLevel.Error, "The web page stays off, recording goes on: {Address} port {Port}: {Why}; it is tried again every {Seconds} s")]
    private static partial void Waits(ILogger logger, IPAddress address, int port, string why, double seconds);

    [LoggerMessage(52, LogLevel.Warning, "Web page: the password of {User} is easy to guess; every user of this machine can try")]
    private static partial void Trivial(ILogger logger, string user);

    [LoggerMessage(53, LogLevel.Warning, "Web page at {Address} without TLS: passwords and sessions cross the network in the clear")]
    private static partial void NoTls(ILogger logger, IPAddress address);
}
