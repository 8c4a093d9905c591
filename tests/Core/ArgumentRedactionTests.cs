using System.Diagnostics;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Recording;
using SshLog.Core.Sessions;
using static SshLog.Core.Tests.Some;

namespace SshLog.Core.Tests;

/// <summary>Secrets on command lines are not recorded; what is none is.</summary>
public sealed class ArgumentRedactionTests
{
    [Theory]
    [InlineData("app|--password=S3CRET|x", "app|--password=[redacted]|x")]
    [InlineData("app|--db-password|S3CRET|x", "app|--db-password|[redacted]|x")]
    [InlineData("mysql|-u|root|-pS3CRET|db", "mysql|-u|root|-p[redacted]|db")]
    [InlineData("sudo|/usr/bin/mysqldump|-pS3CRET", "sudo|/usr/bin/mysqldump|-p[redacted]")]
    [InlineData("sshpass|-p|S3CRET|ssh|host", "sshpass|-p|[redacted]|ssh|host")]
    [InlineData("env|PGPASSWORD=S3CRET|psql", "env|PGPASSWORD=[redacted]|psql")]
    [InlineData("git|clone|https://bob:S3CRET@example.org/r.git", "git|clone|https://bob:[redacted]@example.org/r.git")]
    [InlineData("curl|-H|Authorization: Bearer S3CRET.x-y", "curl|-H|Authorization: Bearer [redacted]")]
    [InlineData("curl|https://x.example/?a=1&token=S3CRET&b=2", "curl|https://x.example/?a=1&token=[redacted]&b=2")]
    [InlineData("openssl|rsa|-passin|pass:S3CRET", "openssl|rsa|-passin|pass:[redacted]")]
    [InlineData("bash|-c|mysql -u root -pS3CRET db", "bash|-c|mysql -u root -p[redacted] db")]
    [InlineData("bash|-c|app --token 'S3CRET WORDS' --port 7", "bash|-c|app --token [redacted] --port 7")]
    [InlineData("bash|-c|curl -u bob:S3CRET http://x", "bash|-c|curl -u bob:[redacted] http://x")]
    [InlineData("echo|ghp_S3CRETS3CRETS3CRETS3CRETS3CRETS3CRET", "echo|[redacted]")]
    public void A_secret_gives_way_to_a_mark(string given, string expected)
    {
        var redacted = ArgumentRedaction.Apply(ArgumentVector.FromStrings(given.Split('|')), out var count);
        Assert.Equal(expected, string.Join('|', redacted.ToStrings()));
        Assert.Equal(1, count);
    }

    [Theory]
    [InlineData("ssh|-p|2222|host")]
    [InlineData("mkdir|-p/srv/data")]
    [InlineData("mysql|-p|db")]
    [InlineData("cp|--password-file=/etc/x|y")]
    [InlineData("app|--password|--user|bob")]
    [InlineData("env|PWD=/home/bob|ls")]
    [InlineData("git|clone|https://example.org:8443/r.git")]
    [InlineData("kubectl|get|secret|name")]
    [InlineData("passwd|bob")]
    [InlineData("")]
    public void What_is_no_secret_stays_the_same_object(string given)
    {
        var arguments = ArgumentVector.FromStrings(given.Split('|'));
        Assert.Same(arguments, ArgumentRedaction.Apply(arguments, out var count));
        Assert.Equal(0, count);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_what_was_omitted_stay()
    {
        byte[] block = [.. "a\0--token=x\0"u8, 0xff, 0xc3, 0];
        var redacted = ArgumentRedaction.Apply(new ArgumentVector(block, 17), out _);
        Assert.Equal(17, redacted.OmittedBytes);
        Assert.Equal([.. "a\0--token=[redacted]\0"u8, 0xff, 0xc3, 0], redacted.Block.ToArray());
    }

    [Theory]
    [InlineData("-a")]
    [InlineData(" a=")]
    [InlineData("a://:")]
    [InlineData("mysql -")]
    public void No_text_takes_long(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 65536 / piece.Length));
        var started = Stopwatch.GetTimestamp();
        ArgumentRedaction.Apply(ArgumentVector.FromStrings("x", text), out _);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Commands_and_requests_are_recorded_without_their_secrets_unless_that_is_switched_off(bool redacts)
    {
        var context = Context with { Recording = new CurrentRecording(RecordingPolicy.Everything) { RedactsArguments = redacts } };
        var state = SessionState.Empty(Id);
        var program = Program(100, "/bin/sh") with
        {
            Channel = Pty, Arguments = ArgumentVector.FromStrings("sh", "-c", "app --token=S3CRET"),
        };
        var facts = SessionDecider.Decide(state, Batch(1, Opened(), Channel(), program), context);
        var started = Assert.Single(facts.OfType<CommandStarted>());
        var requested = Assert.Single(facts.OfType<ChannelRequested>());
        Assert.Equal(redacts ? 1 : 0, started.Redacted);
        Assert.Equal(!redacts, started.Arguments.ToString().Contains("S3CRET", StringComparison.Ordinal));
        Assert.Equal(!redacts, requested.Command.Contains("S3CRET", StringComparison.Ordinal));
    }
}
