using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Actors.Actions;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Core.Protocol;

namespace SshLog.Daemon.Tests;

public sealed class ConfigurationReloadTests : TestKit, ILogger<ConfigurationReload>
{
    private const string Before = "sshlog.access.operators = before";
    private const string After = """
        sshlog.access.operators = after
        sshlog.record.sessions = [{ level = none, users = [robot] }]
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-reload-");
    private readonly List<string> _log = [];
    private readonly List<LoadedConfiguration> _accepted = [];
    private readonly ConfigurationReload _reload;

    public ConfigurationReloadTests()
        : base("akka.loglevel = OFF")
    {
        Write(Before);
        _reload = new ConfigurationReload(Load(), Load, this);
        _reload.Accepted += _accepted.Add;
    }

    [Fact]
    public void Rules_that_cannot_be_carried_out_refuse_the_whole_configuration()
    {
        var recording = _reload.Recording.Current;
        Write(After);
        _reload.ApplyRules = _ => ["sshlog.conf:3: the action to_slack cannot be made: the file is not there"];

        var answer = _reload.Reload();

        Assert.False(answer.Accepted);
        Assert.Equal(["sshlog.conf:3: the action to_slack cannot be made: the file is not there"], answer.Lines);
        Assert.Same(recording, _reload.Recording.Current);
        Assert.Equal("before", _reload.Roles.GroupOf(Role.Operator));
        Assert.Empty(_accepted);
        Assert.Contains(_log, line => line.Contains("to_slack cannot be made", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.Contains("is not used; the old one goes on", StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Contains("read again", StringComparison.Ordinal));

        // What was refused is still new the next time.
        _reload.ApplyRules = _ => [];
        answer = _reload.Reload();
        Assert.True(answer.Accepted);
        Assert.Contains(answer.Lines, line => line.StartsWith("sshlog.access.operators is now after", StringComparison.Ordinal));
        Assert.NotSame(recording, _reload.Recording.Current);
        Assert.Equal("after", _reload.Roles.GroupOf(Role.Operator));
        Assert.Single(_accepted);
    }

    [Fact]
    public void Nothing_else_of_a_configuration_counts_before_its_rules_do()
    {
        Write(After);
        var seen = string.Empty;
        _reload.ApplyRules = _ =>
        {
            seen = _reload.Roles.GroupOf(Role.Operator);
            return [];
        };
        Assert.True(_reload.Reload().Accepted);
        Assert.Equal("before", seen);
    }

    [Theory]
    [InlineData("sshlog.retention.max-age = 99999999999999999d")]
    [InlineData("sshlog.retention.max-size = 99999999999999999999PiB")]
    public void A_value_beyond_all_numbers_is_a_mistake_with_its_place(string text)
    {
        Write(Before + "\n" + text);
        var answer = _reload.Reload();
        Assert.False(answer.Accepted);
        Assert.StartsWith(
            Path.Combine(_directory.FullName, "sshlog.conf") + ":2: sshlog.retention.max-", Assert.Single(answer.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_goes_wrong_refuses_the_configuration_and_the_old_one_goes_on()
    {
        var reload = new ConfigurationReload(Load(), () => throw new OverflowException("too large"), this);
        var answer = reload.Reload();
        Assert.False(answer.Accepted);
        Assert.Contains("too large", Assert.Single(answer.Lines), StringComparison.Ordinal);
        Assert.Contains(_log, line => line.Contains("is not used; the old one goes on", StringComparison.Ordinal));
        Assert.Equal("before", reload.Roles.GroupOf(Role.Operator));
    }

    [Fact]
    public void Actions_that_are_not_made_in_time_are_an_answer_and_are_told_to_stay_away()
    {
        var hangs = CreateTestProbe();
        _reload.ApplyRules = next => Rules.Apply(hangs, next, TimeSpan.FromMilliseconds(50));
        var answer = _reload.Reload();
        Assert.False(answer.Accepted);
        Assert.Contains("could not be made within", Assert.Single(answer.Lines), StringComparison.Ordinal);
        Assert.True(hangs.ExpectMsg<ActionProtocol.Apply>().GivenUp.IsCancellationRequested);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => NullLogger.Instance.BeginScope(state);

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Add(formatter(state, exception));

    protected override void AfterAll()
    {
        base.AfterAll();
        _directory.Delete(recursive: true);
    }

    private void Write(string text) => File.WriteAllText(Path.Combine(_directory.FullName, "sshlog.conf"), text);

    private LoadedConfiguration Load() => SettingsLoader.Load(_directory.FullName, [], BuiltIns.Catalogue([]));
}
