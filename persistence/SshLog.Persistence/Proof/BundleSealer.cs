using Microsoft.Data.Sqlite;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Retention;
using SshLog.Schema;

namespace SshLog.Persistence.Proof;

/// <summary>Hands recordings out as evidence, from the journal beside its writer. Safe for several threads.</summary>
/// <param name="journalFile">The journal's database.</param>
/// <param name="headFile">Signed heads and redactions.</param>
/// <param name="key">Signs.</param>
/// <param name="host">Name of this machine.</param>
/// <param name="time">When.</param>
public sealed class BundleSealer(string journalFile, string headFile, HostKey key, string host, TimeProvider time) : IBundleSource
{
    // The newest ones: each proves everything before it.
    private const int MostHeads = 32;

    // The newest ones, some 600 bytes each: the manifest goes out in one message.
    private const int MostKeyChanges = 64;

    private const string RowsSql = """
        SELECT sequence_nr, manifest, payload FROM event_journal WHERE persistence_id = $id AND sequence_nr > $after ORDER BY sequence_nr
        """;

    /// <inheritdoc />
    public BundleSeal? Seal(SessionId session, string by) => Guarded(connection =>
    {
        var (id, database) = (session.PersistenceId, JournalDatabase.Identity(connection, null));
        if (AuditWriter.Last(connection, null, id) is not { } last)
            return null;
        var (signer, now) = (key.Current, time.GetUtcNow());
        var head = HeadSigner.Sign(new SignedHead(database, id, last.SequenceNr, last.Link, now, string.Empty, default), signer);
        var heads = HeadStore.Read(headFile)[id].Where(h => h.Database == database && h.SequenceNr <= last.SequenceNr)
            .TakeLast(MostHeads - 1).Append(head);
        var manifest = new BundleManifest(
            host, database, id, last.SequenceNr, last.Link, now, by, signer.Fingerprint, signer.PublicPem, [.. heads])
        {
            KeyChanges = [.. KeyChangeStore.Read(headFile).TakeLast(MostKeyChanges)],
        }.Encode();
        return new BundleSeal(manifest, signer.Sign(BundleManifest.Message(manifest)), last.SequenceNr);
    });

    /// <inheritdoc />
    public IReadOnlyList<SealedRow> ReadSealed(SessionId session, long afterSequenceNr, int limitBytes) => Guarded(connection =>
    {
        var database = JournalDatabase.Identity(connection, null);
        using var query = connection.CreateCommand();
        query.CommandText = RowsSql;
        query.Parameters.AddWithValue("$id", session.PersistenceId);
        query.Parameters.AddWithValue("$after", afterSequenceNr);
        using var reader = query.ExecuteReader();
        var (rows, bytes, redactions) = (new List<SealedRow>(), 0, default(Dictionary<long, Redaction>));
        while (bytes < limitBytes && reader.Read())
        {
            var row = new SealedRow(reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2), default);
            if (EnvelopeCodec.Decode(row.Manifest, row.Envelope).IsRedacted)
            {
                redactions ??= RedactionStore.Read(headFile).Where(r => r.Database == database && r.PersistenceId == session.PersistenceId)
                    .ToDictionary(r => r.SequenceNr);
                if (redactions.TryGetValue(row.SequenceNr, out var redaction))
                    row = row with { Redaction = RedactionStore.Encode(redaction) };
            }

            rows.Add(row);
            bytes += row.Envelope.Length + row.Redaction.Length;
        }

        return rows;
    });

    private T Guarded<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = JournalDatabase.Connect(journalFile, SqliteOpenMode.ReadWrite);
            JournalDatabase.Execute(connection, "PRAGMA query_only = ON");
            return read(connection);
        }
        catch (Exception e) when (e is SqliteException or EventFormatException)
        {
            throw new JournalUnavailableException($"The recording cannot be handed out now: {e.Message}", e);
        }
    }
}
