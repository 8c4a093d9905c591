using System.Net;
using SshLog.Core.Protocol;

namespace SshLog.Configuration;

/// <summary>The web page.</summary>
/// <param name="Enabled">False for none.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Users">Who may sign in; nobody: the page stays off.</param>
/// <param name="Certificate">Absolute path of a certificate chain in PEM for TLS; empty for none.</param>
/// <param name="Key">Absolute path of its private key in PEM.</param>
public sealed record WebSettings(
    bool Enabled, IPAddress Address, int Port, IReadOnlyList<WebUserSettings> Users, string Certificate, string Key)
{
    /// <summary>By what they say, users too: a reload tells what has changed.</summary>
    public bool Equals(WebSettings? other) =>
        other is not null && (Enabled, Port, Certificate, Key) == (other.Enabled, other.Port, other.Certificate, other.Key)
        && Address.Equals(other.Address) && Users.SequenceEqual(other.Users);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Enabled, Address, Port, Users.Count, Certificate, Key);

    /// <summary>Without the users' passwords.</summary>
    public override string ToString() => $"{nameof(WebSettings)} {{ Enabled = {Enabled}, Address = {Address}, Port = {Port} }}";
}

/// <summary>Who may sign in.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Password">The password, or where it stands (<c>file:</c>, <c>env:</c>, <c>credential:</c>); empty for none.</param>
/// <param name="Role">What they may do.</param>
public sealed record WebUserSettings(string Name, string Password, Role Role)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Name} ({Role})";
}
