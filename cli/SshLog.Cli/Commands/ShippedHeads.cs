using System.Security.Cryptography;
using System.Text;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary>
/// Signed heads that left this machine (rules with the trigger <c>head_signed</c>) and come back in whatever kept them: a log of syslog,
/// the body of a request, a mail, a copy of <c>heads.db</c>.
/// </summary>
internal static class ShippedHeads
{
    private const string StandardInput = "-";

    /// <summary>The heads in the files.</summary>
    /// <exception cref="CliException">A file cannot be read, or there is none in it: then nothing would be proved.</exception>
    public static IReadOnlyList<SignedHead> Read(IReadOnlyList<string> files) => [.. files.SelectMany(ReadFile)];

    /// <summary>Those of them that a known key has signed.</summary>
    /// <param name="heads">What was read.</param>
    /// <param name="given">Public keys that count.</param>
    /// <param name="changes">How the host's key has changed.</param>
    /// <exception cref="CliException">There is none: then nothing would be proved.</exception>
    public static IReadOnlyList<SignedHead> Known(
        IReadOnlyList<SignedHead> heads, IReadOnlyList<ECDsa> given, IReadOnlyList<KeyChange> changes)
    {
        using var keys = new TrustedKeys(given, changes);
        var known = heads.Where(h => keys.Has(h.Key, h.At, h.Message(), h.Signature.Span)).ToList();
        return known.Count > 0 || heads.Count == 0 ? known : throw new CliException(
            ExitCodes.Data,
            keys.Count == 0 ? "signed heads prove nothing without the host's public key: --key FILE"
                : $"none of the signed heads is signed with a key that is known (the newest names {heads.MaxBy(h => h.At)!.Key})");
    }

    private static List<SignedHead> ReadFile(string file)
    {
        try
        {
            return (file != StandardInput && JournalDatabase.IsDatabase(file) ? [.. HeadStore.Read(file).SelectMany(h => h)] : ReadText(file)) is { Count: > 0 } heads ? heads
                : throw new CliException(ExitCodes.Data, $"there is no signed head ({HeadText.Prefix}...) in {SafeText.Escape(file)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.NoInput, $"the signed heads cannot be read: {e.Message.TrimEnd('.')}", e);
        }
        catch (JournalUnavailableException e)
        {
            throw new CliException(ExitCodes.Data, e.Message.TrimEnd('.'), e);
        }
    }

    private static List<SignedHead> ReadText(string file)
    {
        using var input = file == StandardInput ? Console.OpenStandardInput() : File.OpenRead(file);
        using var text = new StreamReader(input, Encoding.Latin1);
        return [.. HeadText.Find(text)];
    }
}
