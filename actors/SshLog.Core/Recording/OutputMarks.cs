using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Core.Recording;

/// <summary>
/// Sums up marks of output that is left out for want of room, so that there is not one for each piece: a mark waits until
/// something else is written, or for <see cref="MostBytes"/>. Belongs to one session's recorder; what waits when it fails shows
/// as a gap of the same size.
/// </summary>
public sealed class OutputMarks
{
    /// <summary>So many bytes are told of at once at the latest.</summary>
    public const long MostBytes = 16 << 20;

    private readonly Dictionary<(int Channel, ChannelStream Stream), OutputLeftOut> _waiting = [];

    /// <summary>What is to be written now of these facts and of what waits.</summary>
    /// <param name="facts">As decided.</param>
    public IReadOnlyList<SessionEvent> Sum(IReadOnlyList<SessionEvent> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (_waiting.Count == 0 && !facts.Any(IsMark))
            return facts;
        var written = new List<SessionEvent>();
        foreach (var fact in facts)
        {
            if (IsMark(fact))
            {
                Add((OutputLeftOut)fact, written);
                continue;
            }

            // Where a stream goes on or ends, what is missing stands before it.
            if (fact is OutputRecorded or OutputLeftOut or ChannelClosed or SessionClosed or LossRecorded)
                Release(written);
            written.Add(fact);
        }

        if (written.Count > 0 || _waiting.Values.Sum(w => w.Bytes) >= MostBytes)
            Release(written);
        return written;
    }

    private static bool IsMark(SessionEvent fact) => fact is OutputLeftOut { NoRoom: true };

    private void Add(OutputLeftOut mark, List<SessionEvent> written)
    {
        var key = (mark.Channel, mark.Stream);
        if (!_waiting.TryGetValue(key, out var before))
            _waiting.Add(key, mark);
        else if (before.Offset + before.Bytes == mark.Offset)
            _waiting[key] = before with { Bytes = before.Bytes + mark.Bytes };
        else
        {
            written.Add(before);
            _waiting[key] = mark;
        }
    }

    private void Release(List<SessionEvent> written)
    {
        written.AddRange(_waiting.Values);
        _waiting.Clear();
    }
}
