using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Proof;

/// <summary>What can be said of a journal.</summary>
public enum Verdict
{
    /// <summary>Everything that was recorded is there, and it records no loss.</summary>
    Complete = 0,

    /// <summary>Everything that was recorded is there; it says itself what could not be recorded.</summary>
    Gaps = 1,

    /// <summary>It is not what was recorded.</summary>
    Tampered = 2,
}

/// <summary>What was found in one journal.</summary>
/// <param name="PersistenceId">Which.</param>
/// <param name="Session">Its session; null for a day of failed sign-ins.</param>
/// <param name="Events">Events that are intact, from the beginning.</param>
/// <param name="Gaps">What it says could not be recorded.</param>
/// <param name="TamperedAt">First event that is not what was recorded; null for none.</param>
/// <param name="Why">What is wrong with that one; empty for none.</param>
/// <param name="SignedUpTo">Event up to which a signature of a known key proves it; 0 for none.</param>
/// <param name="IsClosed">True if the session's end is recorded.</param>
public sealed record VerifyReport(
    string PersistenceId,
    SessionId? Session,
    long Events,
    IReadOnlyList<LossRecorded> Gaps,
    long? TamperedAt,
    string Why,
    long SignedUpTo,
    bool IsClosed)
{
    /// <summary>That it was deleted on purpose, signed; null if it was not. Then what is left of it, if anything, goes too.</summary>
    public Tombstone? Deleted { get; init; }

    /// <summary>Events whose content was taken out on purpose, signed.</summary>
    public IReadOnlyList<Redaction> Redactions { get; init; } = [];

    /// <summary>In one word.</summary>
    public Verdict Verdict => TamperedAt is not null ? Verdict.Tampered : Gaps.Count > 0 ? Verdict.Gaps : Verdict.Complete;
}

/// <summary>
/// Checks journals against their hash chains and signed heads, from the database alone: nothing of the daemon is needed but
/// its public key. Reads row by row.
/// </summary>
public static class JournalVerifier
{
    private const string RowsSql = """
        SELECT persistence_id, sequence_nr, is_deleted, manifest, payload, serializer_id, tags FROM event_journal
        WHERE $id = '' OR persistence_id = $id ORDER BY persistence_id, sequence_nr
        """;

    /// <summary>Checks one journal, or all.</summary>
    /// <param name="journalFile">The journal's database.</param>
    /// <param name="heads">Signed heads by persistence id, read before this is called: what they prove must be in the journal.</param>
    /// <param name="keys">Keys that count; a head of another proves nothing.</param>
    /// <param name="session">Which session; null for all journals.</param>
    /// <param name="tombstones">
    /// Reads what was deleted on purpose; one without the signature of a known key counts for nothing. Asked once the journal is seen
    /// as it is then: each is signed before anything goes, so none can be too late for what is missing here.
    /// </param>
    /// <param name="redactions">Reads what was taken out on purpose; likewise.</param>
    /// <param name="shipped">Signed heads that were kept elsewhere: what they prove must be here, in this database.</param>
    /// <exception cref="JournalUnavailableException">It cannot be read.</exception>
    public static IReadOnlyList<VerifyReport> Verify(
        string journalFile, ILookup<string, SignedHead> heads, TrustedKeys keys, SessionId? session,
        Func<IReadOnlyList<Tombstone>>? tombstones = null, Func<IReadOnlyList<Redaction>>? redactions = null,
        IReadOnlyList<SignedHead>? shipped = null)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(keys);
        try
        {
            using var connection = JournalDatabase.Connect(journalFile, SqliteOpenMode.ReadOnly);
            using var snapshot = connection.BeginTransaction(deferred: true);
            // The first thing that is read begins it.
            var database = JournalDatabase.Identity(connection, snapshot);
            var deleted = (tombstones?.Invoke() ?? [])
                .Where(t => t.Database == database && keys.Has(t.Key, t.At, t.Message(), t.Signature.Span)).ToDictionary(t => t.PersistenceId);
            var redacted = (redactions?.Invoke() ?? []).Where(r => r.Database == database).ToDictionary(r => (r.PersistenceId, r.SequenceNr));
            heads = heads.SelectMany(h => h).Concat(shipped ?? []).Where(h => h.Database == database).OrderBy(h => h.SequenceNr)
                .ToLookup(h => h.PersistenceId);
            using var query = connection.CreateCommand();
            query.Transaction = snapshot;
            query.CommandText = RowsSql;
            query.Parameters.AddWithValue("$id", session?.PersistenceId ?? string.Empty);
            using var reader = query.ExecuteReader();
            var (reports, current) = (new List<VerifyReport>(), (ChainCheck?)null);
            while (reader.Read())
            {
                var id = reader.GetValue(0) as string ?? string.Empty;
                if (current?.PersistenceId != id)
                {
                    if (current is not null)
                        reports.Add(current.Report());
                    current = new ChainCheck(id, [.. heads[id]], keys, deleted.GetValueOrDefault(id));
                }

                var row = Row.From(reader);
                current.Take(row, _ => redacted.GetValueOrDefault((id, row.SequenceNr)));
            }

            if (current is not null)
                reports.Add(current.Report());
            // Whole journals of which a signed head or a tombstone is left, and nothing else.
            reports.AddRange(heads.Select(h => h.Key).Union(deleted.Keys).Order(StringComparer.Ordinal)
                .Where(id => reports.TrueForAll(r => r.PersistenceId != id) && (session is null || session.Value.PersistenceId == id))
                .ToList()
                .ConvertAll(id => new ChainCheck(id, [.. heads[id]], keys, deleted.GetValueOrDefault(id)).Report()));
            reports.AddRange(OfAnother(shipped ?? [], database, session, keys));
            return reports;
        }
        catch (SqliteException e)
        {
            throw new JournalUnavailableException($"The journal {journalFile} cannot be read: {e.Message}", e);
        }
    }

    // What this host has signed in a database that is not this one: it was replaced, or is another than was meant.
    private static IEnumerable<VerifyReport> OfAnother(
        IReadOnlyList<SignedHead> shipped, string database, SessionId? only, TrustedKeys keys) => shipped
        .Where(h => h.Database != database && (only is null || only.Value.PersistenceId == h.PersistenceId)
            && keys.Has(h.Key, h.At, h.Message(), h.Signature.Span))
        .GroupBy(h => (h.Database, h.PersistenceId))
        .Select(group => new VerifyReport(
            group.Key.PersistenceId,
            SessionId.TryFromPersistenceId(group.Key.PersistenceId, out var session) ? session : null,
            0, [], 1,
            $"events up to {group.Max(h => h.SequenceNr)} were signed in the database {group.Key.Database}, which this is not: "
                + "it was replaced, or name another --journal",
            0, false));
}
