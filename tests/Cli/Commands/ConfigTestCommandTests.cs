using System.Text.Json;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Tests;

namespace SshLog.Cli.Tests.Commands;

/// <summary><c>sshlog config test</c> on a journal of two sessions.</summary>
public sealed class ConfigTestCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-config-test-");
    private readonly TestCli _cli = new();

    public ConfigTestCommandTests()
    {
        JournalDatabase.Ensure(Journal);
        JournalRows.Write(Journal, Samples.Alice,
        [
            Samples.Opened(), new SignedIn(Samples.At(0.5), "alice", 1000), Samples.Pty(),
            Samples.Started(2, 4001, "nmap", "-sS", "$(touch x)"), Samples.Started(3, 4002, "make"),
        ]);
        JournalRows.Write(Journal, Samples.Bob,
        [
            Samples.Opened() with { At = Samples.At(600), MonitorPid = 970300 }, new SignedIn(Samples.At(601), "<bob>", 1001),
            Samples.Pty(tty: 5), Samples.Output(602, "pass"), Samples.Output(603, "word: \n"),
        ]);
        JournalRows.Write(Journal, Samples.Alice,
        [
            new CommandFinished(Samples.At(3600), 4002, Samples.At(3), 2, null, false, false), Samples.Started(3601, 4003, "nmap", "::1"),
        ]);
    }

    private string Journal => Path.Combine(_directory.FullName, "journal.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task It_tells_what_would_have_matched_and_what_would_have_been_sent_and_does_nothing()
    {
        var matches = await RunAsync(
            $$"""
            sshlog.state-directory = "{{_directory.FullName}}"
            sshlog.rules.scan { triggers = [command_start], filters { command_name = nmap }, actions = [run, log] }
            sshlog.rules.hello { triggers = [connection_established], actions = [slack, log] }
            sshlog.actions.run { plugin = run_command_action, command = touch, args = ["{{_directory.FullName}}/touched", "{{"{{args}}"}}"] }
            sshlog.actions.log { plugin = eventlogfile_action, log_file_path = "{{_directory.FullName}}/events.log" }
            sshlog.actions.slack { plugin = slack_action, slack_webhook_url = "https://hooks.slack.example/services/SECRET" }
            """);
        Assert.Equal(["hello", "scan", "hello", "scan"], matches.Select(m => m.GetProperty("rules")[0].GetString()));
        var scan = matches[1].GetProperty("actions");
        Assert.Equal("run", scan[0].GetProperty("name").GetString());
        Assert.Equal(
            ["touch", _directory.FullName + "/touched", "/usr/bin/nmap -sS $(touch x)"],
            JsonSerializer.Deserialize<string[]>(scan[0].GetProperty("would_send").GetString()!)!);
        Assert.Contains("executed /usr/bin/nmap", scan[1].GetProperty("would_send").GetString(), StringComparison.Ordinal);
        Assert.Contains("&lt;bob&gt;", matches[2].GetProperty("actions")[1].GetProperty("would_send").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("4 matched; nothing was sent", _cli.Errors, StringComparison.Ordinal);
        Assert.Null(_cli.ConnectedTo);
        Assert.Equal(
            ["journal.db", "rules.conf"],
            _directory.EnumerateFiles().Select(f => f.Name).Where(n => !n.EndsWith("-wal", StringComparison.Ordinal) && !n.EndsWith("-shm", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Between_two_times_what_began_before_is_known_all_the_same()
    {
        var matches = await RunAsync(
            """
            sshlog.rules.failed { triggers = [command_failed], filters { command_name = make, username = alice }, actions = [say] }
            sshlog.rules.scan { triggers = [command_start], filters { command_name = nmap }, actions = [say] }
            sshlog.actions.say { plugin = message_action, text = "{{username}}: {{exit_code}}" }
            """,
            "--since", "2026-11-22T08:10:00Z", "--until", "2026-11-22T08:45:17Z");
        var only = Assert.Single(matches);
        Assert.Equal("failed", only.GetProperty("rules")[0].GetString());
        Assert.Equal("alice: 2", only.GetProperty("actions")[0].GetProperty("would_send").GetString());
        Assert.Contains("1 event looked at", _cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_is_read_for_rules_about_output_and_filters_remember()
    {
        var matches = await RunAsync(
            """
            sshlog.rules.asked { triggers = [terminal_update], filters { output_contains = "password" }, actions = [say] }
            sshlog.rules.often { triggers = [command_start], filters { rate = "3 in 2 h by username" }, actions = [say] }
            sshlog.actions.say { plugin = message_action, text = "{{username}}" }
            """);
        Assert.Equal(["asked", "often"], matches.Select(m => m.GetProperty("rules")[0].GetString()));
        Assert.Equal("nmap ::1", matches[1].GetProperty("line").GetString()![^8..]);
    }

    [Fact]
    public async Task An_action_whose_secret_is_not_to_be_had_does_not_keep_rules_from_being_tried()
    {
        var matches = await RunAsync(
            """
            sshlog.rules.hello { triggers = [connection_established], filters { username = alice }, actions = [slack] }
            sshlog.actions.slack { plugin = slack_action, slack_webhook_url = "file:/nowhere/secret" }
            """);
        var action = Assert.Single(matches).GetProperty("actions")[0];
        Assert.Equal(JsonValueKind.Null, action.GetProperty("would_send").ValueKind);
        Assert.Contains("/nowhere/secret", action.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_text_it_is_safe_to_print()
    {
        var file = Write(
            """
            sshlog.rules.hello { triggers = [connection_established], filters { username = alice }, actions = [mail] }
            sshlog.actions.mail { plugin = email_action, sender = "a@example.org", recipient = "b@example.org", smtp_server = localhost
              subject = "{{username}} is here", body = "One\u001b[2J\ntwo" }
            """);
        Assert.Equal(0, await _cli.RunAsync("config", "test", "--config", file, "--journal", Journal));
        Assert.Contains("    rules: hello\n    mail (email_action): To: b@example.org\n        Subject: alice is here\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("        One\\x1b[2J\n        two\n", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(78, "sshlog.rulez {}")]
    [InlineData(64, "", "--since", "yesterdayish")]
    [InlineData(64, "", "--since", "1d", "--until", "2d")]
    [InlineData(66, "", "--journal", "/nowhere/journal.db")]
    public async Task What_is_wrong_is_said_with_a_status_of_its_own(int status, string rules, params string[] options)
    {
        Assert.Equal(status, await _cli.RunAsync(["config", "test", "--config", Write(rules), .. options]));
        Assert.NotEmpty(_cli.Errors);
        Assert.Empty(_cli.Output);
    }

    private async Task<JsonElement[]> RunAsync(string rules, params string[] options)
    {
        Assert.Equal(0, await _cli.RunAsync(["config", "test", "--json", "--config", Write(rules), "--journal", Journal, .. options]));
        return [.. _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private string Write(string text)
    {
        var file = Path.Combine(_directory.FullName, "rules.conf");
        File.WriteAllText(file, text);
        return file;
    }
}
