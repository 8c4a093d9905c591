using System.Globalization;
using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Proof;

/// <summary>A row of the journal as it stands there, whatever that is.</summary>
internal readonly record struct Row(long SequenceNr, bool IsDeleted, string? Manifest, byte[]? Payload, long Serializer, bool HasTags)
{
    public static Row From(SqliteDataReader reader) => new(
        reader.GetValue(1) as long? ?? 0,
        reader.GetValue(2) is not 0L,
        reader.GetValue(3) as string,
        reader.GetValue(4) as byte[],
        reader.GetValue(5) as long? ?? 0,
        !reader.IsDBNull(6));
}

/// <summary>Follows the chain of one journal, row by row.</summary>
internal sealed class ChainCheck(
    string persistenceId, IReadOnlyList<SignedHead> heads, TrustedKeys keys, Tombstone? tombstone = null)
{
    private readonly List<LossRecorded> _gaps = [];
    private readonly List<Redaction> _redactions = [];
    private ReadOnlyMemory<byte> _link = EventChain.Genesis(persistenceId);
    private long _events;
    private long? _tamperedAt;
    private string _why = string.Empty;
    private long _signedUpTo;
    private int _nextHead;
    private bool _isClosed;

    public string PersistenceId => persistenceId;

    /// <summary>What the next event has to follow.</summary>
    public ReadOnlyMemory<byte> Link => _link;

    /// <param name="row">The next row.</param>
    /// <param name="redaction">What is said to explain that its content is missing, of its link; null if nothing is.</param>
    public void Take(Row row, Func<ReadOnlyMemory<byte>, Redaction?> redaction)
    {
        if (_tamperedAt is not null)
            return;
        var expected = _events + 1;
        if (Problem(row, expected, redaction, out var sealedEvent) is { } problem)
        {
            (_tamperedAt, _why) = (expected, problem);
            return;
        }

        _events = expected;
        _link = EventChain.Link(sealedEvent!);
        CheckHeads();
    }

    public VerifyReport Report()
    {
        // Deleted on purpose: its end, or all of it, may be missing, but not the end of more than that.
        var deleted = tombstone is not null && tombstone.SequenceNr > _events && _tamperedAt is null ? tombstone : null;
        // What was signed and is not there any more.
        if (_tamperedAt is null && heads.LastOrDefault(IsTrusted) is { } last && last.SequenceNr > _events)
        {
            if (deleted is null || last.SequenceNr > deleted.SequenceNr)
                (_tamperedAt, _why) = (_events + 1, Truncated(last));
            else if (last.SequenceNr == deleted.SequenceNr && !last.Link.Span.SequenceEqual(deleted.Link.Span))
                (_tamperedAt, _why) = (last.SequenceNr, "another event was deleted here than the host signed");
        }

        return new VerifyReport(
            persistenceId,
            SessionId.TryFromPersistenceId(persistenceId, out var session) ? session : null,
            _events, _gaps, _tamperedAt, _why, _signedUpTo, _isClosed)
        {
            Deleted = _tamperedAt is null ? deleted : null,
            Redactions = _redactions,
        };
    }

    private string? Problem(Row row, long expected, Func<ReadOnlyMemory<byte>, Redaction?> redaction, out JournalEvent? sealedEvent)
    {
        sealedEvent = null;
        if (row.SequenceNr != expected)
            return row.SequenceNr < expected ? $"event {row.SequenceNr} stands there twice" : $"events up to {row.SequenceNr - 1} are missing";
        if (row is not { IsDeleted: false, Manifest: { } manifest, Payload: { } payload, Serializer: JournalEventSerializer.Id, HasTags: false })
            return "its row is not as the daemon writes it";
        try
        {
            sealedEvent = EnvelopeCodec.Decode(manifest, payload);
            // The same bytes or others that mean the same: only the former were written.
            if (!EnvelopeCodec.IsAsWritten(manifest, payload))
                return "its envelope is not as the daemon writes it";
            return sealedEvent.IsRedacted ? Missing(sealedEvent, redaction) : Problem(sealedEvent);
        }
        catch (EventFormatException e)
        {
            return e.Message;
        }
    }

    private string? Missing(JournalEvent sealedEvent, Func<ReadOnlyMemory<byte>, Redaction?> redaction)
    {
        if (sealedEvent.PreviousHash.Length != EventChain.HashBytes || sealedEvent.PayloadHash.Length != EventChain.HashBytes)
            return "a hash has the wrong size";
        if (!sealedEvent.PreviousHash.Span.SequenceEqual(_link.Span))
            return "it does not follow the event before it: one of the two has been changed";
        var link = EventChain.Link(sealedEvent);
        if (redaction(link) is not { } found || found.SequenceNr != _events + 1 || !found.Link.Span.SequenceEqual(link)
            || !keys.Has(found.Key, found.At, found.Message(), found.Signature.Span))
            return "its content is missing, and no signed redaction says why";
        _redactions.Add(found);
        return null;
    }

    private string? Problem(JournalEvent sealedEvent)
    {
        if (sealedEvent.PreviousHash.Length != EventChain.HashBytes || sealedEvent.PayloadHash.Length != EventChain.HashBytes
            || sealedEvent.Salt.Length != EventChain.SaltBytes)
            return "a hash or its salt has the wrong size";
        if (!sealedEvent.PreviousHash.Span.SequenceEqual(_link.Span))
            return "it does not follow the event before it: one of the two has been changed";
        if (!EventChain.PayloadIsIntact(sealedEvent))
            return "its content has been changed";
        switch (ProtobufEventCodec.Instance.Decode(sealedEvent.Manifest, sealedEvent.Payload))
        {
            case LossRecorded loss:
                _gaps.Add(loss);
                break;
            case SessionClosed:
                _isClosed = true;
                break;
        }

        return null;
    }

    private void CheckHeads()
    {
        for (; _nextHead < heads.Count && heads[_nextHead].SequenceNr <= _events; _nextHead++)
        {
            var head = heads[_nextHead];
            if (!IsTrusted(head))
                continue;
            if (head.SequenceNr == _events && head.Link.Span.SequenceEqual(_link.Span))
                _signedUpTo = _events;
            else
                (_tamperedAt, _why) = (_events, "the host signed another event at this place");
        }
    }

    private string Truncated(SignedHead last)
    {
        var missing = last.SequenceNr - _events;
        var at = last.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"its end is missing, {(missing == 1 ? "one event" : $"{missing} events")}: events up to {last.SequenceNr} were signed on {at}";
    }

    private bool IsTrusted(SignedHead head) => keys.Has(head.Key, head.At, head.Message(), head.Signature.Span);
}
