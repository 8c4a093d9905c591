using System.Security.Cryptography;
using SshLog.Core.Journal;
using SshLog.Persistence.State;

namespace SshLog.Persistence.Proof;

/// <summary>One signing key: ECDSA P-256.</summary>
/// <param name="key">It, with its private part.</param>
public sealed class SigningKey(ECDsa key)
{
    /// <summary>SHA-256 of the public key, hexadecimal.</summary>
    public string Fingerprint { get; } = HostKey.FingerprintOf(key);

    /// <summary>The public key, DER.</summary>
    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    /// <summary>The public key, PEM.</summary>
    public string PublicPem => key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Signs (ECDSA with SHA-256, DER of RFC 3279).</summary>
    public byte[] Sign(byte[] message) => key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    internal string PrivatePem => key.ExportPkcs8PrivateKeyPem();
}

/// <summary>
/// The host's own signing key: ECDSA P-256, made at the first start, PEM (PKCS #8) in <c>host-key.pem</c>, 0600; its public
/// part in <c>host-key.pub</c>, to be kept elsewhere. Safe for several threads.
/// </summary>
public sealed class HostKey : IDisposable
{
    private const string PrivateFile = "host-key.pem";

    /// <summary>Name of the file with the public part.</summary>
    public const string PublicFile = "host-key.pub";

    private readonly string _directory;
    private readonly Lock _gate = new();
    private readonly List<ECDsa> _keys = [];
    private volatile SigningKey _current;

    private HostKey(string directory, ECDsa key)
    {
        _directory = directory;
        _keys.Add(key);
        _current = new SigningKey(key);
    }

    /// <summary>The key in use. Whoever names its fingerprint with a signature takes both from one of these.</summary>
    public SigningKey Current => _current;

    /// <summary>See <see cref="SigningKey.Fingerprint"/>.</summary>
    public string Fingerprint => Current.Fingerprint;

    /// <summary>The key in a state directory; made when there is none.</summary>
    /// <exception cref="StateDirectoryException">It cannot be read or written, or is no such key.</exception>
    public static HostKey LoadOrCreate(string directory)
    {
        var file = Path.Combine(directory, PrivateFile);
        try
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            if (File.Exists(file))
                key.ImportFromPem(File.ReadAllText(file));
            else
                Write(file, key.ExportPkcs8PrivateKeyPem());
            Write(Path.Combine(directory, PublicFile), key.ExportSubjectPublicKeyInfoPem());
            return new HostKey(directory, key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new StateDirectoryException(
                $"The signing key {file} cannot be used: {e.Message} To begin with a new one move it away, and keep its public part.",
                inUse: false,
                e);
        }
    }

    /// <summary>Makes a new key and puts it in the place of this one, whose private part is gone then.</summary>
    /// <param name="at">When.</param>
    /// <param name="store">Keeps the signed change; before anything else is changed.</param>
    /// <exception cref="IOException">It cannot be written; the old one stays.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public KeyChange Rotate(DateTimeOffset at, Action<KeyChange> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        lock (_gate)
        {
            var (old, key) = (_current, ECDsa.Create(ECCurve.NamedCurves.nistP256));
            _keys.Add(key);
            var next = new SigningKey(key);
            var change = new KeyChange(old.PublicKey, next.PublicKey, at, default, default);
            change = change with { OldSignature = old.Sign(change.Message()), NewSignature = next.Sign(change.Message()) };
            store(change);
            Write(Path.Combine(_directory, $"host-key-{old.Fingerprint[..16]}.pub"), old.PublicPem);
            Write(Path.Combine(_directory, PrivateFile), next.PrivatePem);
            Write(Path.Combine(_directory, PublicFile), next.PublicPem);
            _current = next;
            return change;
        }
    }

    /// <summary>A public key from PEM text.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="CryptographicException">It is none that can be used.</exception>
    public static ECDsa ReadPublic(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of a public key, hexadecimal.</summary>
    public static string FingerprintOf(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>True if the signature is of that key over that message.</summary>
    public static bool IsValid(ECDsa key, byte[] message, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc />
    public void Dispose() => _keys.ForEach(k => k.Dispose());

    // Beside it first, so that a crash leaves no half of one.
    private static void Write(string file, string text)
    {
        var fresh = file + ".new";
        File.Delete(fresh);
        using (var stream = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    }
}
