using System.Text;
using SshLog.Terminal.Parsing;

namespace SshLog.Terminal;

/// <content>Saving it in the middle of a recording.</content>
public sealed partial class PlainText
{
    private const int StateVersion = 1;

    // A column can be moved behind the line by a window's width.
    private const int LastColumn = 4 * LongestLine;

    /// <summary>Everything of it, for <see cref="Load"/>.</summary>
    public byte[] Save()
    {
        var writer = new StateWriter();
        writer.Write(StateVersion);
        _parser.Save(writer);
        _decoder.Save(writer);
        writer.Write(_columns);
        writer.Write(_rowStart);
        writer.Write(_column);
        writer.Write(_line.Count);
        foreach (var character in _line)
            writer.Write(character - Half);
        writer.Write(_marks.Count);
        foreach (var (column, marks) in _marks)
        {
            writer.Write(column);
            writer.Write(marks);
        }

        return writer.Written.ToArray();
    }

    /// <summary>What <see cref="Save"/> has saved.</summary>
    /// <exception cref="FormatException">It is nothing that was saved, or of another version.</exception>
    public static PlainText Load(ReadOnlySpan<byte> saved)
    {
        var reader = new StateReader(saved);
        reader.ReadInt(StateVersion, StateVersion);
        var text = new PlainText();
        text.Load(ref reader);
        return reader.AtEnd ? text : throw StateReader.Malformed();
    }

    private void Load(ref StateReader reader)
    {
        _parser.Load(ref reader);
        _decoder.Load(ref reader);
        var columns = reader.ReadInt(1, Unknown);
        Resize(columns == Unknown ? 0 : columns);
        _rowStart = reader.ReadInt(0, LastColumn);
        _column = reader.ReadInt(0, LastColumn);
        for (var left = reader.ReadInt(0, LongestLine); left > 0; left--)
        {
            var character = reader.ReadInt(0, 0x10ffff - Half) + Half;
            _line.Add(character == Half || Rune.IsValid(character) ? character : throw StateReader.Malformed());
        }

        for (var left = reader.ReadInt(0, MostMarks); left > 0; left--)
        {
            var (column, marks) = (reader.ReadInt(0, LongestLine), reader.ReadText(64));
            if (!_marks.TryAdd(column, marks) || (_markCount += marks.Length) > MostMarks)
                throw StateReader.Malformed();
        }
    }
}
