using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SshLog.Tests.Support;

/// <summary>A server's certificate of an authority of its own.</summary>
internal sealed class TestCertificate
{
    /// <param name="name">Host name that it is for; null for 127.0.0.1.</param>
    public TestCertificate(string? name = null)
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var authorityKey = RSA.Create(2048);
        var authority = new CertificateRequest("CN=sshlog tests", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var issuer = authority.CreateSelfSigned(from, to);
        using var key = RSA.Create(2048);
        var server = new CertificateRequest("CN=receiver", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
            names.AddIpAddress(IPAddress.Loopback);
        else
            names.AddDnsName(name);
        server.CertificateExtensions.Add(names.Build());
        server.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        using var certificate = server.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8));
        (Pem, KeyPem, AuthorityPem) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), issuer.ExportCertificatePem());
    }

    public string Pem { get; }

    public string KeyPem { get; }

    public string AuthorityPem { get; }
}
