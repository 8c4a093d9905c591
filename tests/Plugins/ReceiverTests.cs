using System.Globalization;
using System.Text.Json;
using SshLog.Tests.Support;

namespace SshLog.Plugins.Tests;

/// <summary>Actions against servers of others: rsyslogd, statsd, a mail server.</summary>
public sealed class ReceiverTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-receivers-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Rsyslog_understands_every_field_over_UDP_TCP_and_TLS_alone_and_in_batches()
    {
        var certificate = new TestCertificate();
        using var server = new Rsyslog(certificate);
        var nasty = Some.Event(user: "a\"]\\b\nc", argv: ["ls", "-l"]);
        foreach (var (transport, port) in new[] { ("udp", server.Udp), ("tcp", server.Tcp), ("tls", server.Tls) })
        {
            await using var action = Some.Action(
                "syslog_action", ("server_address", "127.0.0.1"), ("port", $"{port}"), ("transport", transport), ("facility", "authpriv"),
                ("severity", "warning"), ("ca_file", Write("ca.pem", certificate.AuthorityPem)));
            Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(nasty, default));
            Assert.Equal(ActionOutcome.Done, await ((IBatchAction)action).ExecuteAsync(
                [.. Enumerable.Range(0, 100).Select(i => Some.Event(user: $"user{i}"))], default));
        }

        var lines = server.Wait(all => all.Count >= 303);
        Assert.Equal(303, lines.Count);
        foreach (var input in new[] { "imudp", "tcp", "tls" })
        {
            var of = lines.Where(l => l.StartsWith(input + "|", StringComparison.Ordinal)).ToList();
            var fields = of[0].Split('|');
            Assert.Equal(
                [input, "authpriv", "warning", "2026-11-27T23:30:00.000000Z", "host", "sshlog", "42", "command_start"], fields[..8]);
            // rsyslog writes the line feed of the name as #012.
            Assert.Equal("[sshlog@32473 session=\"20261127T233000-42-0001\" user=\"a\\\"\\]\\\\b#012c\" client_ip=\"192.0.2.7\" client_port=\"5000\"]", fields[8]);
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"user{i}"), of.Skip(1).Select(l => l.Split("user=\"")[1].Split('"')[0]));
        }
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "syslog.example")]
    public async Task A_log_server_that_is_not_who_it_should_be_gets_nothing_over_TLS(bool isTrusted, string? name)
    {
        var certificate = new TestCertificate(name);
        using var server = new Rsyslog(certificate);
        var authority = Write("ca.pem", isTrusted ? certificate.AuthorityPem : new TestCertificate().AuthorityPem);
        await using var action = Some.Action(
            "syslog_action", ("server_address", "127.0.0.1"), ("port", $"{server.Tls}"), ("transport", "tls"), ("ca_file", authority));
        var outcome = await action.ExecuteAsync(Some.Event(), default);
        Assert.Equal(ActionOutcomeKind.TryAgain, outcome.Kind);
        Assert.Contains("certificate", outcome.Reason, StringComparison.OrdinalIgnoreCase);

        // What comes afterwards is all there is.
        await using var plain = Some.Action("syslog_action", ("server_address", "127.0.0.1"), ("port", $"{server.Tcp}"), ("udp", "false"));
        await plain.ExecuteAsync(Some.Event(), default);
        Assert.StartsWith("tcp|", Assert.Single(server.Wait(all => all.Count > 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statsd_counts_what_is_sent()
    {
        using var server = new Statsd();
        await using var action = Some.Action(
            "statsd_action", ("server_address", "127.0.0.1"), ("port", $"{server.Port}"), ("statsd_prefix", "site"), ("dogstatsd", "false"));
        for (var i = 0; i < 3; i++)
            await action.ExecuteAsync(Some.Event(), default);
        await action.ExecuteAsync(Some.Event("connection_close"), default);
        var counters = server.Wait(c => c.Count(k => k.Key.StartsWith("site.", StringComparison.Ordinal)) == 2 && c["site.command_start"] == 3);
        Assert.Equal(1, counters["site.connection_close"]);
    }

    [Fact]
    public async Task Mail_goes_out_after_STARTTLS_and_a_password_and_to_nobody_else()
    {
        var certificate = new TestCertificate();
        using var server = new MailServer(certificate);
        IAction Mail(string password, string authority) => Some.Action(
            "email_action", ("sender", "sshlog@example.org"), ("recipient", "a@example.org, b@example.org"),
            ("subject", "{{username}} signed in"), ("body", "From {{tcp_info.client_ip}}.\n.\nBye {{username}}."), ("smtp_server", "127.0.0.1"),
            ("smtp_port", server.Port.ToString(CultureInfo.InvariantCulture)), ("username", MailServer.User), ("password", password), ("ca_file", Write("ca.pem", authority)));

        await using (var wrong = Mail("guess", certificate.AuthorityPem))
            Assert.NotEqual(ActionOutcomeKind.Done, (await wrong.ExecuteAsync(Some.Event(), default)).Kind);
        await using (var untrusted = Mail(MailServer.Password, new TestCertificate().AuthorityPem))
            Assert.Equal(ActionOutcomeKind.TryAgain, (await untrusted.ExecuteAsync(Some.Event(), default)).Kind);
        Assert.Equal(0, server.Count);

        await using var action = Mail(MailServer.Password, certificate.AuthorityPem);
        Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(Some.Event(user: "eve\r\nBcc: c@example.org"), default));
        var message = Assert.Single(server.Wait(1));
        Assert.StartsWith("X-Rcpt: a@example.org,b@example.org\r\nX-Tls: True\r\n", message, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc:", message.Split("\r\n\r\n")[0], StringComparison.Ordinal);
        Assert.Contains("From 192.0.2.7.\r\n.\r\nBye eve", message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Misbehaviours => ["429", "500", "503", "hang", "reset", "torn", "400", "redirect"];

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task What_an_HTTP_receiver_does_wrong_is_told_from_what_it_refuses(string misbehaviour)
    {
        foreach (var (plugin, parameter) in new[] { ("webhook_action", "webhook_url"), ("slack_action", "slack_webhook_url") })
        {
            using var receiver = new HttpReceiver(misbehaviour switch
            {
                "429" => new HttpAnswer.Status(429, "Retry-After: 7\r\n"),
                "hang" => new HttpAnswer.Hang(),
                "reset" => new HttpAnswer.Reset(),
                "torn" => new HttpAnswer.Torn(),
                "redirect" => new HttpAnswer.Status(302, "Location: http://127.0.0.1:9/\r\n"),
                _ => new HttpAnswer.Status(int.Parse(misbehaviour, CultureInfo.InvariantCulture)),
            });
            await using var action = Some.Action(plugin, (parameter, receiver.Url));
            if (misbehaviour == "hang")
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => action.ExecuteAsync(Some.Event(), limit.Token));
            }
            else
            {
                var outcome = await action.ExecuteAsync(Some.Event(), default);
                Assert.Equal(misbehaviour is "400" or "redirect" ? ActionOutcomeKind.GiveUp : ActionOutcomeKind.TryAgain, outcome.Kind);
                Assert.Equal(misbehaviour == "429" ? TimeSpan.FromSeconds(7) : null, outcome.After);
            }

            Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(Some.Event(), default));
            Assert.Equal(2, receiver.Seen.Count);
        }
    }

    [Fact]
    public async Task A_burst_is_one_message_to_Slack_and_messages_to_a_webhook_are_a_second_apart_whoever_sends_them()
    {
        using var receiver = new HttpReceiver();
        await using var one = Some.Action("slack_action", ("slack_webhook_url", receiver.Url));
        await using var other = Some.Action("slack_action", ("slack_webhook_url", receiver.Url));
        var burst = Enumerable.Range(0, 200).Select(i => Some.Event(i % 2 == 0 ? "command_start" : "command_finish", user: $"<!here> *user{i}*")).ToList();
        await Task.WhenAll(
            one.ExecuteAsync(Some.Event(), default), other.ExecuteAsync(Some.Event(), default), ((IBatchAction)one).ExecuteAsync(burst, default));
        var seen = receiver.Seen.OrderBy(s => s.At).ToList();
        Assert.Equal(3, seen.Count);
        Assert.InRange((seen[1].At - seen[0].At).TotalSeconds, 0.8, 30);
        Assert.InRange((seen[2].At - seen[1].At).TotalSeconds, 0.8, 30);
        var text = seen.Select(s => JsonDocument.Parse(s.Body).RootElement.GetProperty("text").GetString()!).Single(t => t.Contains("200 events", StringComparison.Ordinal));
        var lines = text.Split('\n');
        Assert.InRange(text.Length, 1000, 4200);
        Assert.Contains("&lt;!here&gt;", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(" *user", text, StringComparison.Ordinal);
        // What is not shown is counted: nothing is left out in silence.
        var shown = lines.Length - 2;
        Assert.StartsWith($"... and {200 - shown} more: ", lines[^1], StringComparison.Ordinal);
        Assert.Contains("`command\u200b_start`", lines[^1], StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_directory.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
