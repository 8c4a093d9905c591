using System.Security.Cryptography;
using SshLog.Persistence.State;

namespace SshLog.Persistence.Proof;

/// <summary>
/// The host's own signing key: ECDSA P-256, made at the first start, PEM (PKCS #8) in <c>host-key.pem</c>, 0600; its public
/// part in <c>host-key.pub</c>, to be kept elsewhere.
/// </summary>
public sealed class HostKey : IDisposable
{
    private const string PrivateFile = "host-key.pem";

    /// <summary>Name of the file with the public part.</summary>
    public const string PublicFile = "host-key.pub";

    private readonly ECDsa _key;

    private HostKey(ECDsa key)
    {
        _key = key;
        Fingerprint = FingerprintOf(key);
    }

    /// <summary>SHA-256 of the public key, hexadecimal.</summary>
    public string Fingerprint { get; }

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
            return new HostKey(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new StateDirectoryException(
                $"The signing key {file} cannot be used: {e.Message} To begin with a new one move it away, and keep its public part.",
                inUse: false,
                e);
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

    /// <summary>See <see cref="Fingerprint"/>.</summary>
    public static string FingerprintOf(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>Signs (ECDSA with SHA-256, DER of RFC 3279).</summary>
    public byte[] Sign(byte[] message) =>
        _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>True if the signature is of that key over that message.</summary>
    public static bool IsValid(ECDsa key, byte[] message, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

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
