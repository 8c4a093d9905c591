using System.Collections.Concurrent;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace SshLog.Conformance.Tests.Hosting;

/// <summary>Akka.Hosting: an actor system that a host starts, and what its builder sets.</summary>
public sealed class HostedSystemTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_custom_serializer_serves_the_types_that_it_is_bound_to()
    {
        using var host = await StartAsync(akka => akka.WithCustomSerializer("letters", [typeof(Letter)], system => new LetterSerializer(system)));
        var serialization = host.Services.GetRequiredService<ActorSystem>().Serialization;

        var serializer = Assert.IsType<LetterSerializer>(serialization.FindSerializerFor(new Letter("x")));
        var bytes = serializer.ToBinary(new Letter("to whom it may concern"));
        Assert.Equal(new Letter("to whom it may concern"), serialization.Deserialize(bytes, LetterSerializer.Number, typeof(Letter)));
        Assert.IsNotType<LetterSerializer>(serialization.FindSerializerFor("another type"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Debug_options_and_dead_letter_options_become_settings()
    {
        using var host = await StartAsync(akka => akka.ConfigureLoggers(logging =>
        {
            logging.LogLevel = Akka.Event.LogLevel.DebugLevel;
            logging.DebugOptions = new DebugOptions { LifeCycle = true, Unhandled = true, Receive = false };
            logging.DeadLetterOptions = new DeadLetterOptions { ShouldLog = TriStateValue.None };
        }));
        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

        Assert.Equal("DEBUG", config.GetString("akka.loglevel"), ignoreCase: true);
        Assert.True(config.GetBoolean("akka.actor.debug.lifecycle"));
        Assert.True(config.GetBoolean("akka.actor.debug.unhandled"));
        Assert.False(config.GetBoolean("akka.actor.debug.receive"));
        Assert.False(config.GetBoolean("akka.actor.debug.autoreceive"));
        Assert.Equal(0, host.Services.GetRequiredService<ActorSystem>().Settings.LogDeadLetters);
        await host.StopAsync();
    }

    [Fact]
    public async Task Entries_reach_the_loggers_of_the_host_with_level_and_cause()
    {
        var entries = new Entries();
        using var host = await StartAsync(
            akka => akka.ConfigureLoggers(logging => logging.ClearLoggers().AddLoggerFactory()), entries);
        var system = host.Services.GetRequiredService<ActorSystem>();

        var log = Logging.GetLogger(system, "the source");
        log.Warning("{0} of {1}", 3, "four");
        log.Error(new InvalidOperationException("broken"), "it is");
        await UntilAsync(() => entries.Written.Any(e => e.Cause is InvalidOperationException { Message: "broken" }));

        Assert.Contains(entries.Written, e => e.Level == LogLevel.Warning && e.Text.Contains("3 of four", StringComparison.Ordinal));
        Assert.Contains(entries.Written, e => e.Level == LogLevel.Error && e.Text.Contains("it is", StringComparison.Ordinal));
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync(Action<AkkaConfigurationBuilder> configure, ILoggerProvider? provider = null)
    {
        var host = new HostBuilder()
            .ConfigureLogging(logging =>
            {
                if (provider is not null)
                    logging.AddProvider(provider);
            })
            .ConfigureServices(services => services.AddAkka("hosted", (akka, _) => configure(akka)))
            .Build();
        await host.StartAsync();
        return host;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(_patience);
        while (!condition())
            await Task.Delay(5, limit.Token);
    }

    private sealed record Letter(string Text);

    private sealed class LetterSerializer(ExtendedActorSystem system) : Serializer(system)
    {
        public const int Number = 4711;

        public override int Identifier => Number;

        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Letter)obj).Text);

        public override object FromBinary(byte[] bytes, Type type) => new Letter(Encoding.UTF8.GetString(bytes));
    }

    private sealed class Entries : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text, Exception? Cause)> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue((logLevel, formatter(state, exception), exception));

        public void Dispose()
        {
        }
    }
}
