using System.Globalization;
using System.Text;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>A command, or a line of output as it was shown.</summary>
/// <param name="SequenceNr">The event that started the command or completed the line.</param>
/// <param name="At">When.</param>
/// <param name="Channel">Which channel printed it; null for a command.</param>
/// <param name="Text">It; not safe to print yet.</param>
/// <param name="Command">Of a line, the start of the command that was started last before it; empty for none.</param>
public readonly record struct TextLine(long SequenceNr, DateTimeOffset At, int? Channel, string Text, string Command);

/// <summary>
/// One session's commands and its output as lines of text, so that a coloured, corrected or wrapped word is found. Memory
/// does not grow with the recording. Can be saved between any two events. Not thread-safe.
/// </summary>
/// <param name="withOutput">False looks at commands alone.</param>
public sealed class RecordedText(bool withOutput = true)
{
    private const byte StateVersion = 1;
    private const int LongestCommand = 256;
    private const int LargestChannel = 1024 * 1024;

    private readonly SortedDictionary<int, PlainText> _channels = [];
    private string _command = string.Empty;
    private long _lastNr;
    private DateTimeOffset _lastAt;

    /// <summary>Takes the session's next event.</summary>
    /// <returns>The command that it starts, or the lines that it completes.</returns>
    public IReadOnlyList<TextLine> Take(JournalledEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        (_lastNr, _lastAt) = (entry.SequenceNr, entry.Event.At);
        switch (entry.Event)
        {
            case CommandStarted started:
                var line = CommandText.Line(started.Executable, started.Arguments);
                _command = line.Length <= LongestCommand ? line : line[..LongestCommand];
                return [new TextLine(entry.SequenceNr, started.At, null, line, string.Empty)];
            case ChannelOpened opened when withOutput:
                Channel(opened.Channel).Resize(opened.Columns);
                return [];
            case TerminalResized resized when withOutput:
                Channel(resized.Channel).Resize(resized.Columns);
                return [];
            case OutputRecorded output when withOutput:
                return Feed(Channel(output.Channel), output, entry.SequenceNr);
            case ChannelClosed closed when _channels.Remove(closed.Channel, out var ended):
                return ended.Pending is { Length: > 0 } rest ? [Line(closed.Channel, rest)] : [];
            default:
                return [];
        }
    }

    /// <summary>The lines that are not complete, as if the recording ended here.</summary>
    public IReadOnlyList<TextLine> Pending() =>
        [.. _channels.Select(c => Line(c.Key, c.Value.Pending)).Where(l => l.Text.Length > 0)];

    /// <summary>Everything of it, for <see cref="Load"/>.</summary>
    public byte[] Save()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(StateVersion);
        writer.Write(_lastNr);
        writer.Write(_lastAt.UtcTicks);
        writer.Write(_command);
        writer.Write7BitEncodedInt(_channels.Count);
        foreach (var (number, text) in _channels)
        {
            var state = text.Save();
            writer.Write7BitEncodedInt(number);
            writer.Write7BitEncodedInt(state.Length);
            writer.Write(state);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>What <see cref="Save"/> has saved; of nothing at all, the beginning of a session.</summary>
    /// <exception cref="FormatException">It is nothing that was saved, or of another version.</exception>
    public static RecordedText Load(ReadOnlyMemory<byte> saved, bool withOutput = true)
    {
        var text = new RecordedText(withOutput);
        if (saved.IsEmpty)
            return text;
        try
        {
            using var reader = new BinaryReader(new MemoryStream(saved.ToArray()), Encoding.UTF8);
            if (reader.ReadByte() != StateVersion)
                throw new FormatException("This is a recording's text of another version.");
            text.Load(reader);
            return text;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            throw new FormatException("These bytes are no saved text of a recording.", e);
        }
    }

    private void Load(BinaryReader reader)
    {
        _lastNr = reader.ReadInt64();
        _lastAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        _command = reader.ReadString();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var (number, length) = (reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
            if (length is < 0 or > LargestChannel)
                throw new FormatException("A saved channel is larger than one can be.");
            var state = PlainText.Load(reader.ReadBytes(length));
            if (withOutput)
                _channels[number] = state;
        }
    }

    private PlainText Channel(int number) =>
        _channels.TryGetValue(number, out var text) ? text : _channels[number] = new PlainText();

    private TextLine Line(int channel, string text) => new(_lastNr, _lastAt, channel, text, _command);

    private TextLine[] Feed(PlainText text, OutputRecorded output, long sequenceNr)
    {
        using var complete = new StringWriter(CultureInfo.InvariantCulture);
        text.Feed(output.Bytes.Span, complete);
        var lines = complete.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(lines, line => new TextLine(sequenceNr, output.At, output.Channel, line, _command));
    }
}
