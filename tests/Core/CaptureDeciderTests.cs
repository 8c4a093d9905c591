using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;
using static SshLog.Core.Tests.Some;

namespace SshLog.Core.Tests;

public sealed class CaptureDeciderTests
{
    private static readonly ChannelRef Pipes = new(ChannelKind.Pipes, 77, new BootTime(2_718_000_000_000));

    [Theory]
    [InlineData("-bash", null, ChannelRequest.Shell)]
    [InlineData("bash", "ls -l", ChannelRequest.Exec)]
    [InlineData("bash", "/usr/lib/openssh/sftp-server -l INFO", ChannelRequest.Subsystem)]
    public void The_first_program_of_a_channel_says_what_it_is_for(string name, string? command, ChannelRequest expected)
    {
        string[] argv = command is null ? [name] : [name, "-c", command];
        var facts = Decide(Opened(), Channel(), Started(argv), Started(["bash", "-c", "another"]));
        var requested = Assert.Single(facts.OfType<ChannelRequested>());
        Assert.Equal((expected, command ?? string.Empty, "xterm"), (requested.Request, requested.Command, requested.Term));
    }

    [Fact]
    public void A_subsystem_of_sshd_itself_is_one()
    {
        var facts = Decide(Opened(), Channel(Pipes), new SubsystemServed(At(2719), Pipes));
        Assert.Equal(
            (ChannelRequest.Subsystem, "sftp"),
            Assert.Single(facts.OfType<ChannelRequested>()) is var one ? (one.Request, one.Command) : default);
    }

    [Fact]
    public void A_command_of_another_user_names_that_user()
    {
        var facts = Decide(
            Opened(), new SignInCompleted(At(2718), "billy", "password", null), Channel(), Program(100, "/bin/ls"),
            Program(101, "/usr/bin/sudo") with { EffectiveUid = 0 });
        Assert.Equal([string.Empty, "root"], facts.OfType<CommandStarted>().Select(c => c.EffectiveUser));
    }

    [Fact]
    public void An_existing_channel_without_a_terminal_has_the_user_of_its_sshd()
    {
        var facts = Decide(Opened(existing: true), Channel(Pipes, existing: true) with { ServedBy = 0 });
        Assert.Equal("root", Assert.Single(facts.OfType<SignedIn>()).User);
    }

    [Fact]
    public void What_a_limit_left_out_is_no_loss()
    {
        var facts = Decide(
            Opened(), Channel(Pipes), Output(0, "abc", Pipes),
            new OutputSkipped(At(2720), Pipes, ChannelStream.Output, 3, 1000), new ChannelEnded(At(2721), Pipes) { InputBytes = 7 });
        var left = Assert.Single(facts.OfType<OutputLeftOut>());
        Assert.Equal((3L, 1000L), (left.Offset, left.Bytes));
        Assert.Empty(facts.OfType<LossRecorded>());
        Assert.Equal(7, Assert.Single(facts.OfType<ChannelClosed>()).InputBytes);
    }

    private static ProgramExecuted Started(string[] argv) => Program(100, "/bin/bash") with
    {
        Arguments = ArgumentVector.FromStrings(argv), Channel = Pty, Term = "xterm",
    };

    private static IReadOnlyList<SessionEvent> Decide(params ProbeEvent[] events) =>
        SessionDecider.Decide(SessionState.Empty(Id), Batch(1, events), Context);
}
