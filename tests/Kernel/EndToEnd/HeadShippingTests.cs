using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshLog.Tests.Support;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Signed heads leave the machine by every way that keeps text, and each copy alone proves what was cut off here.</summary>
[Collection("probe")]
public sealed class HeadShippingTests : DaemonTest
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-heads-");

    [Fact]
    public async Task What_syslog_OTLP_a_webhook_or_a_log_has_kept_proves_that_an_end_is_missing()
    {
        using var syslog = new Rsyslog(new TestCertificate());
        using var hook = new HttpReceiver();
        using var collector = new HttpReceiver();
        var (text, json) = (InDirectory("text.log"), InDirectory("json.log"));
        _daemon.Settings = $$"""
            sshlog.rules.heads { triggers = [head_signed], actions = [syslog, otlp, hook, text, json] }
            sshlog.actions.syslog { plugin = syslog_action, server_address = "127.0.0.1", port = {{syslog.Udp}} }
            sshlog.actions.otlp { plugin = otlp_action, endpoint = "{{collector.Url}}" }
            sshlog.actions.hook { plugin = webhook_action, webhook_url = "{{hook.Url}}" }
            sshlog.actions.text { plugin = eventlogfile_action, log_file_path = "{{text}}" }
            sshlog.actions.json { plugin = eventlogfile_action, log_file_path = "{{json}}", output_json = true }
            """;
        _daemon.WriteSettings();
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, "echo something"))
            await client.WaitForExitAsync();
        var id = (await _daemon.WaitForEndAsync(_sshd.Port)).GetProperty("session").GetString()!;
        var head = $":ssh-{id}:{await EventsAsync(id)}:";

        await hook.WaitAsync(seen => seen.Any(s => s.Body.Contains(head, StringComparison.Ordinal)));
        await collector.WaitAsync(seen => seen.Any(s => s.Body.Contains(head, StringComparison.Ordinal)));
        var lines = syslog.Wait(all => all.Any(l => l.Contains(head, StringComparison.Ordinal)));
        Assert.True(SpinWait.SpinUntil(() => Has(text, head) && Has(json, head), TimeSpan.FromSeconds(20)));
        await _daemon.StopAsync();

        var kept = new Dictionary<string, string>
        {
            ["syslog"] = string.Join('\n', lines),
            ["otlp"] = string.Concat(collector.Seen.Select(s => s.Body)),
            ["hook"] = string.Concat(hook.Seen.Select(s => s.Body)),
            ["text"] = File.ReadAllText(text),
            ["json"] = File.ReadAllText(json),
        };
        var journal = CopyWithoutSignatures();
        await AssertEachSaysAsync(kept, journal, id, 0, "signed");
        Cut(journal, id);
        var (alone, said, _) = await DaemonProcess.RunCliAsync("verify", id, "--journal", journal);
        Assert.True(alone == 0, said);
        await AssertEachSaysAsync(kept, journal, id, 2, "its end is missing, one event: events up to ");
    }

    [Fact]
    public async Task Without_a_rule_that_wants_them_no_heads_are_told_and_one_that_is_read_later_gets_those_from_then_on()
    {
        var text = InDirectory("text.log");
        _daemon.Settings = string.Empty;
        _daemon.WriteSettings();
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, "echo something"))
            await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        _daemon.Settings = $$"""
            sshlog.rules.heads { triggers = ["head-signed/v1"], actions = [text] }
            sshlog.actions.text { plugin = eventlogfile_action, log_file_path = "{{text}}" }
            """;
        _daemon.WriteSettings();
        await _daemon.StopAsync();
        var all = await DaemonProcess.RunCliAsync("verify", "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"));
        Assert.DoesNotContain("heads-", all.Output, StringComparison.Ordinal);

        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, "echo more"))
            await client.WaitForExitAsync();
        var sessions = await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 2 && s.All(e => !e.GetProperty("open").GetBoolean()));
        var id = sessions.MaxBy(s => s.GetProperty("start_time").GetInt64()).GetProperty("session").GetString()!;
        // The last signature is made when the daemon stops; it goes out when it is there again.
        await _daemon.StopAsync();
        await _daemon.StartAsync();
        Assert.True(SpinWait.SpinUntil(() => Has(text, $":ssh-{id}:"), TimeSpan.FromSeconds(20)));
    }

    public override void Dispose()
    {
        base.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task AssertEachSaysAsync(Dictionary<string, string> kept, string journal, string id, int expected, string what)
    {
        foreach (var (name, text) in kept)
        {
            File.WriteAllText(InDirectory(name), text);
            var (exitCode, output, errors) = await DaemonProcess.RunCliAsync("verify", id, "--journal", journal, "--head", InDirectory(name));
            Assert.True(exitCode == expected && output.Contains(what, StringComparison.Ordinal), $"{name}: {exitCode} {output}{errors}");
        }
    }

    // As somebody would who wants nothing of it proved: the signatures of this machine are not there.
    private string CopyWithoutSignatures()
    {
        var copy = _directory.CreateSubdirectory("copy");
        foreach (var file in Directory.EnumerateFiles(_daemon.StateDirectory).Where(f => Path.GetFileName(f) is ['j', 'o', 'u', ..] or "host-key.pub"))
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        return Path.Combine(copy.FullName, "journal.db");
    }

    private static void Cut(string journal, string id)
    {
        using var connection = new SqliteConnection($"Data Source={journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            DELETE FROM event_journal WHERE persistence_id = $id
                AND sequence_nr = (SELECT max(sequence_nr) FROM event_journal WHERE persistence_id = $id)
            """;
        command.Parameters.AddWithValue("$id", "ssh-" + id);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private async Task<long> EventsAsync(string id)
    {
        var (_, output, _) = await DaemonProcess.RunCliAsync(
            "verify", id, "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"), "--json");
        return JsonDocument.Parse(output).RootElement[0].GetProperty("events").GetInt64();
    }

    private static bool Has(string file, string text) => File.Exists(file) && File.ReadAllText(file).Contains(text, StringComparison.Ordinal);

    private string InDirectory(string name) => Path.Combine(_directory.FullName, name);
}
