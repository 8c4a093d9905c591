using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SshLog.BuiltIn;

/// <summary>Whose certificates a server may show: those that go back to a file's, instead of the system's.</summary>
/// <param name="file">Certificates in PEM. Read for each connection, so that one may be replaced.</param>
internal sealed class ServerTrust(string file)
{
    /// <summary>How a chain is built. The file's authorities need no revocation lists.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new IOException($"{file} holds no certificates that can be read: {e.Message}", e);
        }

        return policy;
    }

    /// <summary>True if the server is who it should be and its certificate goes back to the file's.</summary>
    /// <param name="certificate">The server's.</param>
    /// <param name="sent">What it has sent along; may be null.</param>
    /// <param name="errors">What the system finds wrong with it.</param>
    public bool Accepts(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain { ChainPolicy = Policy() };
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var server = new X509Certificate2(certificate);
        return chain.Build(server);
    }
}
