using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.BuiltIn;
using SshLog.Configuration;

namespace SshLog.Daemon.Tests;

public sealed class WebPageTests : TestKit, ILoggerFactory, ILogger
{
    private const string Waits = "The web page stays off, recording goes on: ";
    private static readonly TimeSpan _often = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-page-");
    private readonly List<string> _log = [];
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WebPageTests()
        : base("akka.loglevel = OFF")
    {
    }

    [Theory]
    // No machine has it (RFC 5737).
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public async Task An_address_that_is_not_there_keeps_the_page_off_and_nothing_else(string address)
    {
        await using var page = await StartAsync(address, 5000);
        Assert.NotNull(page);
        lock (_log)
        {
            var said = Assert.Single(_log, line => line.StartsWith(Waits, StringComparison.Ordinal));
            Assert.StartsWith($"{Waits}{address} port 5000: Cannot assign requested address", said, StringComparison.Ordinal);
            Assert.DoesNotContain(_log, line => line.StartsWith("Web page at http", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_page_comes_when_its_address_can_be_had_and_each_is_said_once()
    {
        var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var started = await StartAsync("127.0.0.1", port);
        Assert.False(_serving.Task.IsCompleted);
        taken.Dispose();
        await _serving.Task.WaitAsync(_patience);

        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        lock (_log)
        {
            var page = _log.Where(line => line.Contains("eb page", StringComparison.Ordinal)).ToList();
            Assert.Equal(2, page.Count);
            Assert.StartsWith($"{Waits}127.0.0.1 port {port}: Address already in use", page[0], StringComparison.Ordinal);
            Assert.Equal($"Web page at http://127.0.0.1:{port}/", page[1]);
            Assert.DoesNotContain(_log, line => line.Contains("ailed", StringComparison.Ordinal));
        }
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider)
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => NullLogger.Instance.BeginScope(state);

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        lock (_log)
            _log.Add(line);
        if (line.StartsWith("Web page at http", StringComparison.Ordinal) && !line.Contains("without TLS", StringComparison.Ordinal))
            _serving.TrySetResult();
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _directory.Delete(recursive: true);
    }

    private Task<WebPage?> StartAsync(string address, int port)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "sshlog.conf"), $$"""
            sshlog.web { enabled = on, address = "{{address}}", port = {{port}}, user = olga, password = "correct horse battery" }
            """);
        var settings = SettingsLoader.Load(_directory.FullName, [], BuiltIns.Catalogue([])).Settings;
        return WebPage.StartAsync(settings, "1.0", ActorRefs.Nobody, this, _often);
    }
}
