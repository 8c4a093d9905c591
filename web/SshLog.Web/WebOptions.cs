using System.Net;
using System.Security.Cryptography.X509Certificates;
using SshLog.Core.Protocol;

namespace SshLog.Web;

/// <summary>Who may sign in.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Password">In the clear; kept only as a hash.</param>
/// <param name="Role">What they may do.</param>
public sealed record WebUser(string Name, string Password, Role Role)
{
    private const int ShortestPassword = 8;

    private static readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase)
    {
        "admin", "administrator", "password", "passw0rd", "password1", "12345678", "123456789", "changeme", "letmein1", "qwertyuiop", "sshlog",
        "sshlogger", "secret123",
    };

    /// <summary>True for a password that the first guesses find: short, a well-known one, or the user's name.</summary>
    public bool HasTrivialPassword =>
        Password.Length < ShortestPassword || _known.Contains(Password) || Password.Contains(Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Name} ({Role})";
}

/// <summary>The page.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Port">TCP port; 0 for a free one.</param>
/// <param name="Users">At least one.</param>
/// <param name="Certificate">For TLS, with its private key; null for none.</param>
/// <param name="Typing">True if operators may type; what the page shows, not what decides.</param>
/// <param name="Version">The daemon's.</param>
public sealed record WebOptions(
    IPAddress Address, int Port, IReadOnlyList<WebUser> Users, X509Certificate2? Certificate, bool Typing, string Version);
