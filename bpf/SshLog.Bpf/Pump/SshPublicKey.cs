using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>Public keys as SSH writes them (RFC 4253, 6.6; certificates: OpenSSH's PROTOCOL.certkeys).</summary>
internal static class SshPublicKey
{
    private const string CertificateMark = "-cert-v01@openssh.com";
    private const uint HostKeyQuestion = 1;

    /// <summary>
    /// The key of the monitor's question whether a key is allowed: kind, two names, the key. Null if it was longer than
    /// what is copied, or is no key.
    /// </summary>
    public static SignInKey? ReadQuestion(ReadOnlySpan<byte> question, out bool isHostKey)
    {
        var reader = new SshReader(question);
        isHostKey = reader.TryReadUInt32(out var kind) && kind == HostKeyQuestion;
        return reader.TrySkipStrings(2) && reader.TryReadString(out var blob) ? Read(blob) : null;
    }

    /// <summary>Type and fingerprint of a key, and the certificate's facts if it is one; null if it is no key.</summary>
    public static SignInKey? Read(ReadOnlySpan<byte> blob)
    {
        var reader = new SshReader(blob);
        if (!reader.TryReadString(out var name))
            return null;
        var type = Encoding.ASCII.GetString(name);
        return type.EndsWith(CertificateMark, StringComparison.Ordinal)
            ? ReadCertificate(type, reader)
            : new SignInKey(type, Fingerprint(blob));
    }

    /// <summary>Nonce, the plain key's fields, serial, kind, key id, principals, validity, options, authority.</summary>
    private static SignInKey? ReadCertificate(string type, SshReader reader)
    {
        var plainType = type.Replace(CertificateMark, string.Empty, StringComparison.Ordinal);
        if (PlainFields(plainType) is not { } fields || !reader.TryReadString(out _))
            return null;
        var start = reader.Rest;
        if (!reader.TrySkipStrings(fields))
            return null;
        var plain = start[..^reader.Rest.Length];
        // sk keys: the certificate's plain name keeps the domain.
        var plainName = plainType.StartsWith("sk-", StringComparison.Ordinal) ? plainType + "@openssh.com" : plainType;
        return reader.TryReadUInt64(out var serial)
            && reader.TryReadUInt32(out _)
            && reader.TryReadString(out var id)
            && reader.TrySkipStrings(1)
            && reader.TryReadUInt64(out _)
            && reader.TryReadUInt64(out _)
            && reader.TrySkipStrings(3)
            && reader.TryReadString(out var authority)
            ? new SignInKey(
                type,
                Fingerprint([.. Prefixed(plainName), .. plain]),
                new SignInCertificate(Encoding.UTF8.GetString(id), serial, Fingerprint(authority)))
            : null;
    }

    private static int? PlainFields(string type) => type switch
    {
        "ssh-ed25519" => 1,
        "ssh-rsa" => 2,
        "ssh-dss" => 4,
        "sk-ssh-ed25519" => 2,
        "sk-ecdsa-sha2-nistp256" => 3,
        _ when type.StartsWith("ecdsa-sha2-", StringComparison.Ordinal) => 2,
        _ => null,
    };

    private static byte[] Prefixed(string text)
    {
        var bytes = new byte[sizeof(uint) + text.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)text.Length);
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(sizeof(uint)));
        return bytes;
    }

    private static string Fingerprint(ReadOnlySpan<byte> blob) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');
}
