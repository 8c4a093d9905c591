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
    private const string Password = "password";
    private const string PublicKey = "publickey";
    private const string KeyboardInteractive = "keyboard-interactive";

    private readonly List<string> passed = [];
    private readonly MessageBody body = new();
    private string? user;
    private bool userIsKnown;
    private bool hasTried;
    private bool isComplete;
    private string? pending;
    private bool? answered;
    private string keyMethod = PublicKey;
    private SignInKey? key;
    private SignInKey? acceptedKey;

    /// <summary>Takes a message, or a piece of its body.</summary>
    public void Accept(BootTime at, uint type, uint bodySize, uint offset, ReadOnlySpan<byte> piece)
    {
        if (!isComplete && body.TryComplete((MonitorMessage)type, bodySize, offset, piece, out var whole))
            Apply(at, (MonitorMessage)type, whole);
    }

    /// <summary>The connection is over.</summary>
    public void End(BootTime at)
    {
        if (isComplete || user is null)
            return;
        if (pending is not null)
            Refuse(at, pending, SignInFailure.NotCompleted);
        else if (passed.Count > 0)
            Refuse(at, string.Join(',', passed), SignInFailure.NotCompleted, acceptedKey);
        else if (!hasTried)
            Refuse(at, "none", SignInFailure.NotCompleted);
    }

    private void Apply(BootTime at, MonitorMessage type, ReadOnlySpan<byte> whole)
    {
        switch (type)
        {
            case MonitorMessage.AskUser when new SshReader(whole).TryReadString(out var name):
                user = Encoding.UTF8.GetString(name);
                break;
            case MonitorMessage.TellUser when whole.Length > 0:
                userIsKnown = whole[0] != 0;
                break;
            case MonitorMessage.AskPassword:
                pending = Password;
                break;
            case MonitorMessage.TellPassword:
                Decide(at, Password, IsOne(whole), SignInFailure.WrongPassword);
                break;
            case MonitorMessage.AskKeyAllowed:
                key = SshPublicKey.ReadQuestion(whole, out var isHostKey);
                keyMethod = isHostKey ? "hostbased" : PublicKey;
                break;
            case MonitorMessage.TellKeyAllowed when !IsOne(whole):
                Refuse(at, keyMethod, SignInFailure.KeyRefused, key);
                break;
            case MonitorMessage.AskKeyVerify:
                pending = keyMethod;
                break;
            case MonitorMessage.TellKeyVerify:
                // Here 0 says that the signature is good.
                Decide(at, keyMethod, IsZero(whole), SignInFailure.BadSignature, key);
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
                answered = null;
                break;
            case MonitorMessage.AskPamRespond:
                pending = KeyboardInteractive;
                break;
            case MonitorMessage.TellPamRespond:
                answered = IsZero(whole);
                break;
            case MonitorMessage.AskPamEnd when answered is { } content:
                answered = null;
                Decide(at, KeyboardInteractive, content, SignInFailure.WrongAnswer);
                break;
        }
    }

    private void Decide(BootTime at, string method, bool isGood, SignInFailure reason, SignInKey? usedKey = null)
    {
        pending = null;
        if (!isGood)
        {
            Refuse(at, method, reason, usedKey);
            return;
        }

        passed.Add(method);
        acceptedKey = usedKey ?? acceptedKey;
    }

    private void RefuseAccount(BootTime at)
    {
        Refuse(at, string.Join(',', passed), SignInFailure.AccountRefused, acceptedKey);
        passed.Clear();
        acceptedKey = null;
    }

    private void Refuse(BootTime at, string method, SignInFailure reason, SignInKey? usedKey = null)
    {
        hasTried = true;
        pending = null;
        report(new SignInRefused(
            at, client, server, user ?? string.Empty, userIsKnown, method,
            userIsKnown ? reason : SignInFailure.UnknownUser, usedKey));
    }

    private void Complete(BootTime at)
    {
        isComplete = true;
        if (user is not null)
            report(new SignInCompleted(at, user, string.Join(',', passed), acceptedKey));
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
