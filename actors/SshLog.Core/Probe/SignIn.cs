namespace SshLog.Core.Probe;

/// <summary>The public key that somebody signed in with, or tried to.</summary>
/// <param name="Type">Name of its algorithm as in the key itself (RFC 4253, 6.6), for example <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">As ssh-keygen prints it: <c>SHA256:</c> and base64 without padding; of a certificate, the
/// fingerprint of the key that it certifies.</param>
/// <param name="Certificate">Its certificate; null for a plain key.</param>
public sealed record SignInKey(string Type, string Fingerprint, SignInCertificate? Certificate = null);

/// <summary>An OpenSSH certificate (PROTOCOL.certkeys).</summary>
/// <param name="Id">The key id that the authority gave it.</param>
/// <param name="Serial">The serial number that the authority gave it.</param>
/// <param name="Authority">Fingerprint of the authority's key.</param>
public sealed record SignInCertificate(string Id, ulong Serial, string Authority);

/// <summary>Why an attempt to sign in failed.</summary>
public enum SignInFailure
{
    /// <summary>There is no such account, or sshd's configuration does not allow it.</summary>
    UnknownUser = 1,

    /// <summary>The password was wrong, or the configuration does not allow this account one.</summary>
    WrongPassword = 2,

    /// <summary>The key is not one of the account's.</summary>
    KeyRefused = 3,

    /// <summary>The key is the account's, its signature is not valid.</summary>
    BadSignature = 4,

    /// <summary>The answers to the questions (keyboard-interactive) were wrong.</summary>
    WrongAnswer = 5,

    /// <summary>PAM refused the account after it had been authenticated: expired, locked, or not at this hour.</summary>
    AccountRefused = 6,

    /// <summary>The connection ended before it was decided, or before a further method that is required.</summary>
    NotCompleted = 7,
}
