using System.Net;

namespace SshLog.Configuration;

/// <summary>The web page.</summary>
/// <param name="Enabled">False for none.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Port">TCP port.</param>
/// <param name="User">Who may sign in.</param>
/// <param name="Password">With which password, or where it stands (<c>file:</c>, <c>env:</c>, <c>credential:</c>); empty
/// for none: the page stays off.</param>
public sealed record WebSettings(bool Enabled, IPAddress Address, int Port, string User, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"{nameof(WebSettings)} {{ Enabled = {Enabled}, Address = {Address}, Port = {Port}, User = {User} }}";
}
