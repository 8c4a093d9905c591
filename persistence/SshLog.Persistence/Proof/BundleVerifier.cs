using System.Security.Cryptography;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>What was found in a bundle.</summary>
/// <param name="Manifest">What it says of itself; null if that cannot be read. Believe it only if nothing is wrong.</param>
/// <param name="Report">The same as of a journal.</param>
/// <param name="OwnKey">True if no key was given and the one in it was used: it is whole, but whose it is nobody knows.</param>
public sealed record BundleReport(BundleManifest? Manifest, VerifyReport Report, bool OwnKey);

/// <summary>Checks a bundle, event by event, with nothing but a public key.</summary>
public static class BundleVerifier
{
    /// <summary>Reads it to its end.</summary>
    /// <param name="input">The bundle.</param>
    /// <param name="given">Public keys that count; none takes the one in it.</param>
    /// <param name="shipped">Signed heads that were kept elsewhere: what they prove must be in it, but for what came later.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BundleReport Verify(Stream input, IReadOnlyList<ECDsa> given, IReadOnlyList<SignedHead>? shipped = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(given);
        BundleManifest? manifest = null;
        ChainCheck? check = null;
        ECDsa? own = null;
        try
        {
            if (!BundleFormat.ReadName(input))
                throw new FormatException("it does not begin as a bundle of this version");
            var encoded = Expect(BundleFormat.Read(input), BundleFormat.Manifest);
            var signature = Expect(BundleFormat.Read(input), BundleFormat.Signature);
            manifest = BundleManifest.Decode(encoded);
            if (given.Count == 0)
                own = HostKey.ReadPublic(manifest.PublicPem);
            using var keys = new TrustedKeys(own is null ? given : [own], manifest.KeyChanges);
            if (!keys.Has(manifest.Key, manifest.At, BundleManifest.Message(encoded), signature))
                throw new FormatException($"its manifest is not signed with a key that is known (it names {manifest.Key})");
            var (database, journal, at) = (manifest.Database, manifest.PersistenceId, manifest.At);
            var heads = manifest.Heads.Concat((shipped ?? []).Where(h => h.Database == database && h.PersistenceId == journal && h.At <= at));
            check = new ChainCheck(journal, [.. heads.OrderBy(h => h.SequenceNr)], keys);
            ReadEvents(input, manifest, check);
            return new BundleReport(manifest, Compared(check, manifest), own is not null);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or CryptographicException)
        {
            return new BundleReport(manifest, Refused(check, manifest, e.Message), own is not null);
        }
        finally
        {
            own?.Dispose();
        }
    }

    private static void ReadEvents(Stream input, BundleManifest manifest, ChainCheck check)
    {
        var part = BundleFormat.Read(input);
        while (part.Kind == BundleFormat.Event)
        {
            var row = BundleFormat.ReadRow(part.Bytes);
            part = BundleFormat.Read(input);
            var redaction = part.Kind == BundleFormat.Redacted ? part.Bytes : null;
            var used = redaction is null;
            if (redaction is not null)
                part = BundleFormat.Read(input);
            check.Take(
                new Row(row.SequenceNr, false, row.Manifest, row.Envelope.ToArray(), JournalEventSerializer.Id, false),
                link =>
                {
                    used = true;
                    return redaction is null
                        ? null
                        : RedactionStore.Decode(redaction, manifest.Database, manifest.PersistenceId, row.SequenceNr, link);
                });
            if (!used)
                throw new FormatException($"it says that event {row.SequenceNr} was redacted, and it was not");
        }

        Expect(part, BundleFormat.End);
        if (part.Bytes.Length > 0 || input.ReadByte() >= 0)
            throw new FormatException("something follows its end");
    }

    private static VerifyReport Compared(ChainCheck check, BundleManifest manifest)
    {
        var report = check.Report();
        return report.TamperedAt is null && (report.Events != manifest.Events || !check.Link.Span.SequenceEqual(manifest.Link.Span))
            ? Refused(check, manifest, $"it should have {manifest.Events} events, up to one that it does not have")
            : report;
    }

    private static VerifyReport Refused(ChainCheck? check, BundleManifest? manifest, string why)
    {
        var report = check?.Report() ?? new VerifyReport(manifest?.PersistenceId ?? string.Empty, null, 0, [], null, string.Empty, 0, false);
        return report with { TamperedAt = report.TamperedAt ?? report.Events + 1, Why = report.TamperedAt is null ? why : report.Why };
    }

    private static byte[] Expect((char Kind, byte[] Bytes) part, char kind) =>
        part.Kind == kind ? part.Bytes : throw new FormatException("its parts are not in their order");
}
