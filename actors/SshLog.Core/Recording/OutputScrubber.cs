using System.Text;
using System.Text.RegularExpressions;
using SshLog.Core.Probe;

namespace SshLog.Core.Recording;

/// <summary>
/// Takes secrets out of one session's output, wherever it is cut: in the place of each stands a mark of the same length, with
/// the line breaks that it had, so that no offset moves. Remembers of each stream whether it is within a private key.
/// Not thread-safe.
/// </summary>
/// <param name="redaction">What.</param>
public sealed class OutputScrubber(OutputRedaction redaction)
{
    private const string Begin = "-----BEGIN ";

    // Of the longest key some 12 KiB; what goes on longer was none.
    private const int LongestKey = 16 * 1024;
    private const int LongestMarker = 80;

    private static readonly byte[] _mark = Encoding.ASCII.GetBytes(ArgumentRedaction.Mark);
    private static readonly Regex _begin = OutputRedaction.Compile("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----");
    private static readonly Regex _end = OutputRedaction.Compile("-----END [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----");
    private static readonly Regex _beginning = OutputRedaction.Compile("-----BEGIN [A-Z0-9 ]{0,60}-{0,4}\\z");

    private readonly Dictionary<(ChannelRef, ChannelStream), Key> _keys = [];

    /// <summary>True if the output of a stream ends in what may be the beginning of a secret: what follows it decides.</summary>
    public bool Waits(IReadOnlyList<ProbeEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return events.OfType<OutputRead>().GroupBy(o => (o.Channel, o.Stream)).Any(stream => Waits(stream.Key, stream));
    }

    /// <summary>The same events without secrets. What they hold belongs behind what was given before.</summary>
    public IReadOnlyList<ProbeEvent> Apply(IReadOnlyList<ProbeEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var clean = events.ToArray();
        foreach (var stream in Enumerable.Range(0, clean.Length).Where(i => clean[i] is OutputRead).GroupBy(i => StreamOf(clean[i])).ToList())
        {
            var run = new List<int>();
            foreach (var at in stream)
            {
                // Where something is missing nothing goes on.
                if (run.Count > 0 && clean[run[^1]] is OutputRead before && before.Offset + (ulong)before.Bytes.Length != ((OutputRead)clean[at]).Offset)
                {
                    Scrub(stream.Key, clean, run);
                    run.Clear();
                }

                run.Add(at);
            }

            Scrub(stream.Key, clean, run);
        }

        for (var i = 0; i < clean.Length; i++)
        {
            if (clean[i] is ProcessExited { FirstOutput.Length: > 0 } exited)
                clean[i] = exited with { FirstOutput = Standalone(exited.FirstOutput) };
        }

        return clean;
    }

    private static (ChannelRef, ChannelStream) StreamOf(ProbeEvent seen) => (((OutputRead)seen).Channel, ((OutputRead)seen).Stream);

    private bool Waits((ChannelRef, ChannelStream) stream, IEnumerable<OutputRead> outputs)
    {
        var tail = new StringBuilder();
        foreach (var output in outputs)
        {
            tail.Append(Encoding.Latin1.GetString(output.Bytes.Span));
            if (tail.Length > 2 * OutputRedaction.LongestWait)
                tail.Remove(0, tail.Length - OutputRedaction.LongestWait - 1);
        }

        var text = tail.ToString();
        var line = text.Length - (text.LastIndexOf('\n') + 1);
        if (redaction.Patterns.Count > 0 && line is > 0 and <= OutputRedaction.LongestWait)
            return true;
        // Within a key all goes anyway.
        return redaction.PrivateKeys && !_keys.ContainsKey(stream)
            && (_beginning.IsMatch(text[Math.Max(0, text.Length - LongestMarker)..])
                || Enumerable.Range(1, Begin.Length).Any(length => text.EndsWith(Begin[..length], StringComparison.Ordinal)));
    }

    private byte[] Standalone(ReadOnlyMemory<byte> bytes)
    {
        var (copy, text) = (bytes.ToArray(), Encoding.Latin1.GetString(bytes.Span));
        var spans = new List<Secret>();
        _ = redaction.PrivateKeys ? FindKeys(text, 0, spans) : 0;
        FindPatterns(text, spans);
        spans.ForEach(span => Cover(copy, span));
        return copy;
    }

    private void Scrub((ChannelRef, ChannelStream) stream, ProbeEvent[] events, List<int> run)
    {
        var bytes = run.SelectMany(at => ((OutputRead)events[at]).Bytes.ToArray()).ToArray();
        var text = Encoding.Latin1.GetString(bytes);
        var spans = new List<Secret>();
        if (redaction.PrivateKeys)
            Follow(stream, text, spans);
        FindPatterns(text, spans);
        if (spans.Count == 0)
            return;
        spans.ForEach(span => Cover(bytes, span));
        var start = 0;
        foreach (var at in run)
        {
            var output = (OutputRead)events[at];
            var end = start + output.Bytes.Length;
            if (spans.Exists(s => s.From < end && s.End > start))
            {
                events[at] = output with
                {
                    Bytes = bytes.AsMemory(start..end),
                    // One that goes on from before was counted there.
                    Redacted = spans.Count(s => !s.GoesOn && s.From >= start && s.From < end),
                };
            }

            start = end;
        }
    }

    private void Follow((ChannelRef, ChannelStream) stream, string text, List<Secret> spans)
    {
        var from = 0;
        if (_keys.TryGetValue(stream, out var key))
        {
            var seen = key.Tail + text;
            var end = _end.Match(seen);
            from = end.Success ? Math.Max(0, end.Index + end.Length - key.Tail.Length) : text.Length;
            spans.Add(new Secret(0, from, GoesOn: true));
            key = new Key(TailOf(seen), key.Length + text.Length);
            if (end.Success || key.Length > LongestKey)
                _keys.Remove(stream);
            else
                _keys[stream] = key;
        }

        var open = from < text.Length ? FindKeys(text, from, spans) : 0;
        if (open > 0)
            _keys[stream] = new Key(TailOf(text[^open..]), open);
    }

    // Returns how many bytes the last one has, if its end is not there.
    private static int FindKeys(string text, int from, List<Secret> spans)
    {
        for (var begin = _begin.Match(text, from); begin.Success; begin = _begin.Match(text, spans[^1].End))
        {
            var end = _end.Match(text, begin.Index + begin.Length);
            spans.Add(new Secret(begin.Index, end.Success ? end.Index + end.Length : text.Length));
            if (!end.Success)
                return text.Length - begin.Index;
        }

        return 0;
    }

    private void FindPatterns(string text, List<Secret> spans)
    {
        foreach (var pattern in redaction.Patterns)
            spans.AddRange(pattern.Matches(text).Where(m => m.Length > 0).Select(m => new Secret(m.Index, m.Index + m.Length)));
    }

    private static void Cover(byte[] bytes, Secret where)
    {
        var secret = bytes.AsSpan(where.From..where.End);
        foreach (ref var b in secret)
            b = b is (byte)'\r' or (byte)'\n' ? b : (byte)'*';
        if (!where.GoesOn && secret.Length >= _mark.Length && !secret[.._mark.Length].ContainsAny((byte)'\r', (byte)'\n'))
            _mark.CopyTo(secret);
    }

    private static string TailOf(string text) => text[Math.Max(0, text.Length - LongestMarker)..];

    private readonly record struct Secret(int From, int End, bool GoesOn = false);

    private sealed record Key(string Tail, int Length);
}
