using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Hosting.TestKit;

/// <summary>A base for xunit tests with a host and its actor system.</summary>
public abstract class TestKit : TestKitBase, IAsyncLifetime
{
    private readonly string _actorSystemName;
    private readonly TimeSpan _startupTimeout;
    private readonly LogLevel _logLevel;
    private IHost? _host;

    /// <summary>Made by xunit; the host starts before the test.</summary>
    protected TestKit(
        string? actorSystemName = null, ITestOutputHelper? output = null, TimeSpan? startupTimeout = null,
        LogLevel logLevel = LogLevel.Information)
    {
        _actorSystemName = actorSystemName ?? "test";
        Output = output;
        _startupTimeout = startupTimeout ?? TimeSpan.FromSeconds(10);
        _logLevel = logLevel;
    }

    /// <summary>The test's output, if given.</summary>
    public ITestOutputHelper? Output { get; }

    /// <summary>The host, once started.</summary>
    public IHost Host => _host ?? throw new InvalidOperationException("The host has not started yet.");

    /// <summary>The registry.</summary>
    public ActorRegistry ActorRegistry => Host.Services.GetRequiredService<ActorRegistry>();

    /// <summary>What the actor system is made of.</summary>
    protected abstract void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider);

    /// <summary>The host's services.</summary>
    protected virtual void ConfigureServices(HostBuilderContext context, IServiceCollection services)
    {
    }

    /// <summary>The host's logging.</summary>
    protected virtual void ConfigureLogging(ILoggingBuilder builder)
    {
    }

    /// <summary>Runs before the test, when the host has started.</summary>
    protected virtual Task BeforeTestStart() => Task.CompletedTask;

    /// <summary>Runs after the test, before the host ends.</summary>
    protected virtual Task AfterAllAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _host = new HostBuilder()
            .ConfigureLogging(logging =>
            {
                logging.SetMinimumLevel(_logLevel);
                ConfigureLogging(logging);
            })
            .ConfigureServices((context, services) =>
            {
                ConfigureServices(context, services);
                services.AddAkka(_actorSystemName, (builder, provider) =>
                {
                    builder.AddHocon(DefaultConfig, HoconAddMode.Append);
                    ConfigureAkka(builder, provider);
                });
            })
            .Build();
        using var limit = new CancellationTokenSource(_startupTimeout);
        await _host.StartAsync(limit.Token);
        Initialize(_host.Services.GetRequiredService<ActorSystem>());
        await BeforeTestStart();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await AfterAllAsync();
        ForgetImplicitSender();
        if (_host is null) return;
        await _host.StopAsync();
        _host.Dispose();
    }
}
