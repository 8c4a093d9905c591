using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>The host's key with those before it. Safe for several threads.</summary>
/// <param name="key">The one in use.</param>
/// <param name="headFile">Where changes are kept.</param>
/// <param name="time">When.</param>
public sealed class HostKeyRing(HostKey key, string headFile, TimeProvider time) : IHostKeys
{
    /// <inheritdoc />
    public IReadOnlyList<HostPublicKey> List()
    {
        var current = key.Current;
        return
        [
            new HostPublicKey(current.Fingerprint, current.PublicPem, null),
            .. KeyChangeStore.Read(headFile).Reverse().Select(c => new HostPublicKey(Fingerprint(c.Old), Pem(c.Old), c.At))
                .Where(k => k.Fingerprint != current.Fingerprint),
        ];
    }

    /// <inheritdoc />
    public HostPublicKey Rotate()
    {
        try
        {
            key.Rotate(time.GetUtcNow(), change => KeyChangeStore.Add(headFile, change));
            return new HostPublicKey(key.Current.Fingerprint, key.Current.PublicPem, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new JournalUnavailableException($"The signing key cannot be changed: {e.Message}", e);
        }
    }

    private static string Fingerprint(ReadOnlyMemory<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey.Span));

    private static string Pem(ReadOnlyMemory<byte> publicKey) => PemEncoding.WriteString("PUBLIC KEY", publicKey.Span);
}
