using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Bpf.Pump;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

/// <summary>What sshd's monitor is asked and answers, as the kernel reports it; type numbers of monitor.h.</summary>
public sealed class SignInTests
{
    private const uint AskPassword = 12, AnswerPassword = 13, AskKey = 22, AnswerKey = 23, AskVerify = 24;
    private const uint AnswerVerify = 25, Complete = 26, AnswerAccount = 103, Begin = 104, Respond = 108;
    private const uint AnswerRespond = 109, Finish = 110;
    private static readonly byte[] Yes = [0, 0, 0, 1];
    private static readonly byte[] No = [0, 0, 0, 0];
    private static readonly byte[] Error = [255, 255, 255, 255];
    private readonly Records kernel = new();

    [Fact]
    public void Key_that_is_asked_for_first_and_verified_then_signs_in_once()
    {
        var question = Question(Key("ssh-ed25519"));
        var events = Decode(
            [.. User("billy"), kernel.SignIn(AskKey, question), kernel.SignIn(AnswerKey, Yes),
            kernel.SignIn(AskKey, question), kernel.SignIn(AnswerKey, Yes), kernel.SignIn(AskVerify),
            kernel.SignIn(AnswerVerify, No), kernel.SignIn(Complete), kernel.Closed()]);
        var signedIn = Assert.IsType<SignInCompleted>(Assert.Single(events));
        Assert.Equal(("billy", "publickey", "ssh-ed25519"), (signedIn.User, signedIn.Method, signedIn.Key!.Type));
    }

    [Fact]
    public void Body_that_comes_in_pieces_is_the_same_key()
    {
        var question = Question(Key("ssh-rsa", 600));
        var size = (uint)question.Length;
        var whole = Decode([.. User("billy"), kernel.SignIn(AskKey, question), kernel.SignIn(AnswerKey, No)]);
        var pieces = Decode(
            [.. User("billy"), kernel.SignIn(AskKey, question.AsSpan(0, 100), 0, size),
            kernel.SignIn(AskKey, question.AsSpan(100), 100, size), kernel.SignIn(AnswerKey, No)]);
        var refused = Assert.IsType<SignInRefused>(Assert.Single(pieces));
        Assert.Equal(Assert.IsType<SignInRefused>(Assert.Single(whole)).Key, refused.Key);
        Assert.Equal(SignInFailure.KeyRefused, refused.Reason);
    }

    [Theory]
    [InlineData(1, SignInFailure.WrongPassword)]
    [InlineData(0, SignInFailure.UnknownUser)]
    public void Wrong_password_of_a_user_and_of_nobody(byte known, SignInFailure reason)
    {
        var events = Decode(
            [.. User("billy", known), kernel.SignIn(AskPassword), kernel.SignIn(AnswerPassword, No), kernel.Closed()]);
        var refused = Assert.IsType<SignInRefused>(Assert.Single(events));
        Assert.Equal(("billy", known == 1, "password", reason), (refused.User, refused.UserIsKnown, refused.Method, refused.Reason));
        Assert.Equal("10.0.0.9:40000", refused.Client.ToString());
    }

    [Fact]
    public void Questions_answered_wrong_then_right()
    {
        byte[][] round(byte[] last) =>
        [
            kernel.SignIn(Begin), kernel.SignIn(Respond), kernel.SignIn(AnswerRespond, Yes), kernel.SignIn(Respond),
            kernel.SignIn(AnswerRespond, last), kernel.SignIn(Finish),
        ];
        var events = Decode(
            [.. User("billy"), .. round(Error), .. round(No), kernel.SignIn(AnswerAccount, Yes), kernel.SignIn(Complete)]);
        Assert.Collection(
            events,
            e => Assert.Equal(SignInFailure.WrongAnswer, Assert.IsType<SignInRefused>(e).Reason),
            e => Assert.Equal("keyboard-interactive", Assert.IsType<SignInCompleted>(e).Method));
    }

    [Fact]
    public void Account_that_PAM_refuses_has_not_signed_in()
    {
        var events = Decode(
            [.. User("billy"), kernel.SignIn(AskPassword), kernel.SignIn(AnswerPassword, Yes),
            kernel.SignIn(AnswerAccount, No), kernel.Closed()]);
        var refused = Assert.IsType<SignInRefused>(Assert.Single(events));
        Assert.Equal(("password", SignInFailure.AccountRefused), (refused.Method, refused.Reason));
    }

    [Fact]
    public void Guess_whose_answer_was_not_waited_for_is_a_failure() => Assert.Equal(
        SignInFailure.NotCompleted,
        Assert.IsType<SignInRefused>(Assert.Single(
            Decode([.. User("billy"), kernel.SignIn(AskPassword), kernel.Closed()]))).Reason);

    [Fact]
    public void User_without_any_attempt_is_a_failure_and_a_connection_without_a_user_none()
    {
        Assert.Equal("none", Assert.IsType<SignInRefused>(Assert.Single(Decode([.. User("x", 0), kernel.Closed()]))).Method);
        Assert.Empty(Decode(kernel.Closed()));
    }

    [Fact]
    public void No_bytes_make_the_key_reader_throw() => Prop.ForAll<byte[]>(bytes =>
    {
        SshPublicKey.ReadQuestion(bytes, out _);
        SshPublicKey.Read([.. Text("ssh-ed25519-cert-v01@openssh.com"), .. Text("nonce"), .. bytes]);
    }).QuickCheckThrowOnFailure();

    private static byte[] Text(string text) => Text(Encoding.ASCII.GetBytes(text));

    private static byte[] Text(byte[] bytes)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        return [.. length, .. bytes];
    }

    private static byte[] Key(string type, int bytes = 32) => [.. Text(type), .. Text(new byte[bytes])];

    private static byte[] Question(byte[] key) => [0, 0, 0, 2, .. Text(""), .. Text(""), .. Text(key), .. Yes];

    private byte[][] User(string name, byte known = 1) => [kernel.SignIn(8, Text(name)), kernel.SignIn(9, [known])];

    /// <summary>The events of one connection, without its beginning and its end.</summary>
    private ProbeEvent[] Decode(params byte[][] records)
    {
        var assembler = new RecordAssembler(Records.Epoch, new FakeMaps());
        assembler.Accept(kernel.Opened());
        foreach (var record in records)
            assembler.Accept(record);
        Assert.Equal(0, assembler.Rejected);
        return [.. assembler.Flush().SelectMany(batch => batch.Events).Where(e => e is SignInRefused or SignInCompleted)];
    }
}
