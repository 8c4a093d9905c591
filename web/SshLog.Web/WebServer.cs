using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SshLog.Web;

/// <summary>Serves the page and its API; documented in docs/web.md.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private const int MostConnections = 500;
    private const int LargestBody = 64 * 1024;

    private readonly WebApplication _application;
    private readonly SignInDesk _desk;

    private WebServer(WebApplication application, SignInDesk desk) => (_application, _desk) = (application, desk);

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts it.</summary>
    /// <param name="options">See there.</param>
    /// <param name="gateway">The daemon.</param>
    /// <param name="loggers">Told who signs in and what goes wrong.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be used.</exception>
    public static async Task<WebServer> StartAsync(WebOptions options, IWebGateway gateway, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        if (options.Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        var desk = new SignInDesk(options.Users, TimeProvider.System);
        var application = builder.Build();
        var log = loggers.CreateLogger<WebServer>();
        var guard = new WebGuard(desk, options.Certificate is not null, IPAddress.IsLoopback(options.Address), log);
        application.Use(guard.InvokeAsync);
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(40) });
        application.UseRouting();
        new AccountApi(desk, options.Certificate is not null, options.Typing, options.Version, log).Map(application);
        new SessionApi(gateway).Map(application);
        new RecordingApi(gateway).Map(application);
        new SearchApi(gateway).Map(application);
        new StatusApi(gateway).Map(application);
        new EventStream(gateway, guard, application.Lifetime.ApplicationStopping).Map(application);
        new LiveSocket(gateway, guard, application.Lifetime.ApplicationStopping).Map(application);
        Assets.Map(application);
        try
        {
            await application.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            desk.Dispose();
            throw;
        }

        return new WebServer(application, desk);
    }

    /// <summary>Ends it with all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _desk.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, WebOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = MostConnections;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(new IPEndPoint(options.Address, options.Port), listen =>
        {
            // Browsers do web sockets over HTTP/1.1.
            listen.Protocols = HttpProtocols.Http1;
            if (options.Certificate is { } certificate)
                listen.UseHttps(certificate);
        });
    }
}
