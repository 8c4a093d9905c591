using System.Security.Cryptography;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>
/// Public keys that somebody trusts, and those that follow from them by signed changes of the key: the host's later ones, and its
/// earlier ones for what they have signed before they were replaced.
/// </summary>
public sealed class TrustedKeys : IDisposable
{
    private readonly Dictionary<string, (ECDsa Key, DateTimeOffset Until)> _keys;
    private readonly List<ECDsa> _own = [];

    /// <param name="given">Trusted by themselves.</param>
    /// <param name="changes">Changes of the key; those that no trusted key has signed count for nothing.</param>
    public TrustedKeys(IReadOnlyList<ECDsa> given, IReadOnlyList<KeyChange> changes)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(changes);
        _keys = given.DistinctBy(HostKey.FingerprintOf).ToDictionary(HostKey.FingerprintOf, k => (k, DateTimeOffset.MaxValue));
        var before = -1;
        while (_keys.Count > before)
        {
            before = _keys.Count;
            foreach (var change in changes)
                Follow(change);
        }
    }

    /// <summary>How many.</summary>
    public int Count => _keys.Count;

    /// <summary>True if a trusted key has signed that, then.</summary>
    public bool Has(string fingerprint, DateTimeOffset at, byte[] message, ReadOnlySpan<byte> signature) =>
        _keys.TryGetValue(fingerprint, out var trusted) && at <= trusted.Until && HostKey.IsValid(trusted.Key, message, signature);

    /// <inheritdoc />
    public void Dispose() => _own.ForEach(k => k.Dispose());

    private void Follow(KeyChange change)
    {
        var (old, next) = (Name(change.Old), Name(change.New));
        var message = change.Message();
        if (_keys.ContainsKey(old) && !_keys.ContainsKey(next) && Has(old, change.At, message, change.OldSignature.Span))
            Add(next, change.New, DateTimeOffset.MaxValue);
        if (_keys.ContainsKey(next) && !_keys.ContainsKey(old) && Has(next, DateTimeOffset.MinValue, message, change.NewSignature.Span))
            Add(old, change.Old, change.At);
    }

    private void Add(string name, ReadOnlyMemory<byte> publicKey, DateTimeOffset until)
    {
        var key = ECDsa.Create();
        _own.Add(key);
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey.Span, out _);
            _keys.Add(name, (key, until));
        }
        catch (CryptographicException)
        {
            // Signed, but no key: counts for nothing.
        }
    }

    private static string Name(ReadOnlyMemory<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey.Span));
}
