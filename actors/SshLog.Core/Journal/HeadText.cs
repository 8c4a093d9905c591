using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SshLog.Core.Journal;

/// <summary>
/// A signed head as one word, which every log, mail or message can carry:
/// <c>sshlog-head-1:DATABASE:JOURNAL:EVENT:TICKS:LINK:KEY:SIGNATURE</c>, link and key hexadecimal, the signature base64url. It is
/// found again anywhere in a text.
/// </summary>
public static partial class HeadText
{
    /// <summary>How every one begins.</summary>
    public const string Prefix = "sshlog-head-1:";

    // Much longer than any: what begins before the last so many characters of a piece is whole.
    private const int MostLength = 1024;
    private const int PieceLength = 64 * 1024;

    /// <summary>The word.</summary>
    public static string Format(SignedHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Prefix + string.Join(':',
        [
            head.Database, head.PersistenceId, head.SequenceNr.ToString(CultureInfo.InvariantCulture),
            head.At.UtcTicks.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(head.Link.Span), head.Key,
            Base64Url.EncodeToString(head.Signature.Span),
        ]);
    }

    /// <summary>Every head in a text, of any length; whether a key has signed it is not looked at.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<SignedHead> Find(TextReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (piece, kept, isEnd) = (new char[PieceLength], 0, false);
        while (!isEnd)
        {
            var read = input.Read(piece, kept, piece.Length - kept);
            isEnd = read == 0;
            var text = new string(piece, 0, kept + read);
            var end = isEnd ? text.Length : Math.Max(0, text.Length - MostLength);
            foreach (Match match in Word().Matches(text))
            {
                if (match.Index >= end)
                    break;
                end = Math.Max(end, match.Index + match.Length);
                if (Parse(match) is { } head)
                    yield return head;
            }

            kept = text.Length - end;
            text.CopyTo(end, piece, 0, kept);
        }
    }

    private static SignedHead? Parse(Match match)
    {
        var signature = Encoding.ASCII.GetBytes(match.Groups["signature"].Value);
        return long.TryParse(match.Groups["event"].Value, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(match.Groups["ticks"].Value, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
            && Base64Url.IsValid(signature)
            ? new SignedHead(
                match.Groups["database"].Value, match.Groups["journal"].Value, number, Convert.FromHexString(match.Groups["link"].Value),
                new DateTimeOffset(ticks, TimeSpan.Zero), match.Groups["key"].Value, Base64Url.DecodeFromUtf8(signature))
            : null;
    }

    [GeneratedRegex(
        Prefix + "(?<database>[0-9A-Za-z]{1,64}):(?<journal>[0-9A-Za-z-]{1,128}):(?<event>[0-9]{1,19}):(?<ticks>[0-9]{1,19})"
        + ":(?<link>[0-9a-f]{64}):(?<key>[0-9a-f]{64}):(?<signature>[0-9A-Za-z_-]{80,160})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
