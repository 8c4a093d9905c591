using System.Text;

namespace SshLog.Core.Identity;

/// <summary>
/// argv as the kernel holds it (mm_struct.arg_start .. arg_end, see proc_pid_cmdline(5)): NUL-terminated byte strings,
/// kept as bytes because Linux gives them no encoding. Compared by content.
/// </summary>
public sealed class ArgumentVector : IEquatable<ArgumentVector>
{
    /// <summary>No arguments at all (argc = 0).</summary>
    public static readonly ArgumentVector Empty = new(ReadOnlyMemory<byte>.Empty, 0);

    /// <param name="block">The captured bytes, NUL between the arguments; a trailing NUL is allowed.</param>
    /// <param name="omittedBytes">Bytes of argv beyond the captured ones (argv above 64 KiB), else 0.</param>
    public ArgumentVector(ReadOnlyMemory<byte> block, long omittedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(omittedBytes);
        Block = block;
        OmittedBytes = omittedBytes;
    }

    /// <summary>The captured bytes, NUL between the arguments.</summary>
    public ReadOnlyMemory<byte> Block { get; }

    /// <summary>Bytes of argv that were not captured.</summary>
    public long OmittedBytes { get; }

    /// <summary>From text, encoded as UTF-8; for tests and for input that is text already.</summary>
    public static ArgumentVector FromStrings(params IEnumerable<string> arguments) =>
        new(Encoding.UTF8.GetBytes(string.Concat(arguments.Select(a => a + '\0'))), 0);

    /// <summary>The arguments, argv[0] first, decoded as UTF-8 (bytes that are not UTF-8 become U+FFFD).</summary>
    public IReadOnlyList<string> ToStrings()
    {
        var arguments = new List<string>();
        var rest = Block.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)0);
            arguments.Add(Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]));
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return arguments;
    }

    /// <inheritdoc />
    public bool Equals(ArgumentVector? other) =>
        other is not null && OmittedBytes == other.OmittedBytes && Block.Span.SequenceEqual(other.Block.Span);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ArgumentVector);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Block.Span);
        return hash.ToHashCode();
    }

    /// <summary>The arguments joined by blanks; for people, not for machines: control characters are not escaped.</summary>
    public override string ToString() => string.Join(' ', ToStrings());
}
