using System.Text.RegularExpressions;

namespace SshLog.Core.Recording;

/// <summary>What is taken out of output before it is recorded (<c>record.redact-output</c>).</summary>
/// <param name="PrivateKeys">True for private keys in PEM, from their first line to their last.</param>
/// <param name="Patterns">Whatever these match, each within a line; made by <see cref="Compile"/>.</param>
public sealed record OutputRedaction(bool PrivateKeys, IReadOnlyList<Regex> Patterns)
{
    /// <summary>The longest a redaction is waited for, where output ends in what may be the beginning of one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    /// <summary>A longer line is not waited for.</summary>
    public const int LongestWait = 4096;

    /// <summary>A pattern of the configuration. Takes time in proportion to the output, whatever it is.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It has back-references or looks around.</exception>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
