using System.Net;
using System.Text;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// Makes attempts and the sign-in out of what sshd's monitor was asked and answered on one connection (its protocol:
/// monitor.h of OpenSSH; which bodies there are at all: bpf/signin.bpf.h). Never throws, whatever the bytes.
/// </summary>
/// <param name="client">The peer.</param>
/// <param name="server">The local end.</param>
/// <param name="report">Receives <see cref="SignInRefused"/> and <see cref="SignInCompleted"/>.</param>
internal sealed class SignInDialogue(IPEndPoint client, IPEndPoint server, Action<ProbeEvent> report)
{
    /// <summary>The method.</summary>
    public const string PublicKey = "publickey";

    private const string Password = "password";
    private const string KeyboardInteractive = "keyboard-interactive";

    private readonly MessageBody body = new();
    private SignInProgress known = new();
    private bool isComplete;

    /// <summary>What is known so far, to go on with in another process; null once the sign-in is complete.</summary>
    public SignInProgress? Progress
    {
        get => isComplete ? null : known;
        init => known = value ?? known;
    }

    /// <summary>Takes a message, or a piece of its body.</summary>
    public void Accept(BootTime at, uint type, uint bodySize, uint offset, ReadOnlySpan<byte> piece)
    {
        if (!isComplete && body.TryComplete((MonitorMessage)type, bodySize, offset, piece, out var whole))
            Apply(at, (MonitorMessage)type, whole);
    }

    /// <summary>The connection is over.</summary>
    public void End(BootTime at)
    {
        if (isComplete || known.User is null)
            return;
        if (known.Pending is { } pending)
            Refuse(at, pending, SignInFailure.NotCompleted);
        else if (known.Passed.Count > 0)
            Refuse(at, string.Join(',', known.Passed), SignInFailure.NotCompleted, known.AcceptedKey);
        else if (!known.HasTried)
            Refuse(at, "none", SignInFailure.NotCompleted);
    }

    private void Apply(BootTime at, MonitorMessage type, ReadOnlySpan<byte> whole)
    {
        switch (type)
        {
            case MonitorMessage.AskUser when new SshReader(whole).TryReadString(out var name):
                known = known with { User = Encoding.UTF8.GetString(name) };
                break;
            case MonitorMessage.TellUser when whole.Length > 0:
                known = known with { UserIsKnown = whole[0] != 0 };
                break;
            case MonitorMessage.AskPassword:
                known = known with { Pending = Password };
                break;
            case MonitorMessage.TellPassword:
                Decide(at, Password, IsOne(whole), SignInFailure.WrongPassword);
                break;
            case MonitorMessage.AskKeyAllowed:
                var key = SshPublicKey.ReadQuestion(whole, out var isHostKey);
                known = known with { Key = key, KeyMethod = isHostKey ? "hostbased" : PublicKey };
                break;
            case MonitorMessage.TellKeyAllowed when !IsOne(whole):
                Refuse(at, known.KeyMethod, SignInFailure.KeyRefused, known.Key);
                break;
            case MonitorMessage.AskKeyVerify:
                known = known with { Pending = known.KeyMethod };
                break;
            case MonitorMessage.TellKeyVerify:
                // Here 0 says that the signature is good.
                Decide(at, known.KeyMethod, IsZero(whole), SignInFailure.BadSignature, known.Key);
                break;
            case MonitorMessage.TellGssUser:
                Decide(at, "gssapi-with-mic", IsOne(whole), SignInFailure.UnknownUser);
                break;
            case MonitorMessage.TellPamAccount when !IsOne(whole):
                RefuseAccount(at);
                break;
            case MonitorMessage.AskKeyExport:
                Complete(at);
                break;
            default:
                FollowQuestions(at, type, whole);
                break;
        }
    }

    /// <summary>keyboard-interactive: begun, answered (0 once PAM is content), ended.</summary>
    private void FollowQuestions(BootTime at, MonitorMessage type, ReadOnlySpan<byte> whole)
    {
        switch (type)
        {
            case MonitorMessage.AskPamBegin:
                known = known with { Answered = null };
                break;
            case MonitorMessage.AskPamRespond:
                known = known with { Pending = KeyboardInteractive };
                break;
            case MonitorMessage.TellPamRespond:
                known = known with { Answered = IsZero(whole) };
                break;
            case MonitorMessage.AskPamEnd when known.Answered is { } content:
                known = known with { Answered = null };
                Decide(at, KeyboardInteractive, content, SignInFailure.WrongAnswer);
                break;
        }
    }

    private void Decide(BootTime at, string method, bool isGood, SignInFailure reason, SignInKey? usedKey = null)
    {
        known = known with { Pending = null };
        if (!isGood)
        {
            Refuse(at, method, reason, usedKey);
            return;
        }

        known = known with { Passed = [.. known.Passed, method], AcceptedKey = usedKey ?? known.AcceptedKey };
    }

    private void RefuseAccount(BootTime at)
    {
        Refuse(at, string.Join(',', known.Passed), SignInFailure.AccountRefused, known.AcceptedKey);
        known = known with { Passed = [], AcceptedKey = null };
    }

    private void Refuse(BootTime at, string method, SignInFailure reason, SignInKey? usedKey = null)
    {
        known = known with { HasTried = true, Pending = null };
        report(new SignInRefused(
            at, client, server, known.User ?? string.Empty, known.UserIsKnown, method,
            known.UserIsKnown ? reason : SignInFailure.UnknownUser, usedKey));
    }

    private void Complete(BootTime at)
    {
        isComplete = true;
        report(new SignInCompleted(at, known.User ?? string.Empty, string.Join(',', known.Passed), known.AcceptedKey));
    }

    private static bool IsOne(ReadOnlySpan<byte> whole) => new SshReader(whole).TryReadUInt32(out var number) && number == 1;

    private static bool IsZero(ReadOnlySpan<byte> whole) => new SshReader(whole).TryReadUInt32(out var number) && number == 0;

    /// <summary>enum monitor_message of bpf/signin.bpf.h.</summary>
    private enum MonitorMessage : uint
    {
        AskUser = 8,
        TellUser = 9,
        AskPassword = 12,
        TellPassword = 13,
        AskKeyAllowed = 22,
        TellKeyAllowed = 23,
        AskKeyVerify = 24,
        TellKeyVerify = 25,
        AskKeyExport = 26,
        TellGssUser = 47,
        AskPamAccount = 102,
        TellPamAccount = 103,
        AskPamBegin = 104,
        AskPamRespond = 108,
        TellPamRespond = 109,
        AskPamEnd = 110,
    }

    /// <summary>Joins the pieces of a body, as far as it is copied.</summary>
    private sealed class MessageBody
    {
        private byte[] bytes = [];

        public bool TryComplete(
            MonitorMessage type, uint size, uint offset, ReadOnlySpan<byte> piece, out ReadOnlySpan<byte> whole)
        {
            var wanted = Math.Min(size, Limit(type));
            whole = default;
            if (offset == 0)
                bytes = new byte[wanted];
            if (offset + piece.Length > bytes.Length || bytes.Length != wanted)
                return false;
            piece.CopyTo(bytes.AsSpan((int)offset));
            whole = bytes;
            return offset + piece.Length == wanted;
        }

        private static uint Limit(MonitorMessage type) => type switch
        {
            MonitorMessage.AskUser => Wire.WireLimits.SignInUserLimit,
            MonitorMessage.AskKeyAllowed => Wire.WireLimits.SignInKeyLimit,
            MonitorMessage.TellUser => 1,
            MonitorMessage.TellPassword or MonitorMessage.TellKeyAllowed or MonitorMessage.TellKeyVerify
                or MonitorMessage.TellGssUser or MonitorMessage.TellPamAccount or MonitorMessage.TellPamRespond => 4,
            _ => 0,
        };
    }
}
