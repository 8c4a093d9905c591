using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace SshLog.Core.Identity;

/// <summary>
/// Name of a session, derived from boot id, pid and start time of the sshd process that serves it, printed sortable:
/// <c>20261122T074517-970236-4f2a</c> (UTC start, pid, 16 bits of a hash of boot id and start time).
/// A daemon started again derives the same id for the same session.
/// </summary>
public readonly record struct SessionId : IComparable<SessionId>
{
    private const string PersistencePrefix = "ssh-";
    private readonly string? _text;

    private SessionId(string text) => _text = text;

    /// <summary>The printed form.</summary>
    public string Text => _text ?? string.Empty;

    /// <summary>Key of the session's journal.</summary>
    public string PersistenceId => PersistencePrefix + Text;

    /// <summary>Derives the id of the session <paramref name="key"/> of the boot that <paramref name="clock"/> describes.</summary>
    public static SessionId Derive(BootClock clock, SessionKey key)
    {
        ArgumentNullException.ThrowIfNull(clock);
        Span<byte> material = stackalloc byte[24];
        clock.BootId.TryWriteBytes(material);
        BinaryPrimitives.WriteUInt64LittleEndian(material[16..], key.StartedAt.Nanoseconds);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(material, hash);
        var started = clock.ToWallTime(key.StartedAt).UtcDateTime;
        return new SessionId(string.Create(
            CultureInfo.InvariantCulture,
            $"{started:yyyyMMdd'T'HHmmss}-{key.Pid}-{BinaryPrimitives.ReadUInt16BigEndian(hash):x4}"));
    }

    /// <summary>Reads the printed form; false (and an empty id) when <paramref name="text"/> has another shape.</summary>
    public static bool TryParse(string? text, out SessionId id)
    {
        id = default;
        if (text is null)
            return false;
        var parts = text.Split('-');
        var valid = parts.Length == 3
            && DateTime.TryParseExact(
                parts[0], "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            && parts[1].Length is > 0 and <= 10 && parts[1].All(char.IsAsciiDigit)
            && parts[2].Length == 4 && parts[2].All(char.IsAsciiHexDigitLower);
        if (valid)
            id = new SessionId(text);
        return valid;
    }

    /// <summary>The session whose journal has this persistence id; false when it is not a session's journal.</summary>
    public static bool TryFromPersistenceId(string persistenceId, out SessionId id)
    {
        ArgumentNullException.ThrowIfNull(persistenceId);
        id = default;
        return persistenceId.StartsWith(PersistencePrefix, StringComparison.Ordinal)
            && TryParse(persistenceId[PersistencePrefix.Length..], out id);
    }

    /// <inheritdoc />
    public int CompareTo(SessionId other) => string.CompareOrdinal(Text, other.Text);

    /// <inheritdoc />
    public override string ToString() => Text;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator <(SessionId left, SessionId right) => left.CompareTo(right) < 0;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator >(SessionId left, SessionId right) => left.CompareTo(right) > 0;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator <=(SessionId left, SessionId right) => left.CompareTo(right) <= 0;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator >=(SessionId left, SessionId right) => left.CompareTo(right) >= 0;
}
