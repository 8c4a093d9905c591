using SshLog.Terminal.Parsing;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <content>Saving and loading.</content>
public sealed partial class HeadlessTerminal
{
    private const int FormatVersion = 1;
    private const int LongestTitle = 4096;

    /// <summary>No saved terminal has more bytes: two screens of the largest cells, and less than a MiB of the rest.</summary>
    public const int LargestState = (2 * MostRows * MostColumns * ScreenState.LargestCell) + (1024 * 1024);

    /// <summary>
    /// Everything, so that a loaded terminal goes on exactly as this one would, even in the middle of a sequence or
    /// character. A screen of text takes about as many bytes as it has characters.
    /// </summary>
    public byte[] Save()
    {
        var writer = new StateWriter();
        writer.Write(FormatVersion);
        writer.Write(Columns);
        writer.Write(Rows);
        _parser.Save(writer);
        _decoder.Save(writer);
        writer.Write(_precedingWidth);
        ScreenState.Write(writer, _look);
        ScreenState.Write(writer, _modes);
        foreach (var name in _designated)
            writer.Write(name);
        writer.Write(_invoked);
        writer.Write(_charsetName);
        writer.Write(Title);
        writer.Write(_titles.Count);
        foreach (var title in _titles)
            writer.Write(title);
        ScreenState.Write(writer, _normal);
        writer.Write(InAlternateScreen ? 1 : 0);
        if (InAlternateScreen)
            ScreenState.Write(writer, _alternate);
        else
            ScreenState.Write(writer, _alternate.Saved);
        return writer.Written.ToArray();
    }

    /// <summary>A terminal as it was saved.</summary>
    /// <exception cref="FormatException">The bytes are not whole or of another version.</exception>
    public static HeadlessTerminal Load(ReadOnlySpan<byte> saved)
    {
        var reader = new StateReader(saved);
        reader.ReadInt(FormatVersion, FormatVersion);
        var terminal = new HeadlessTerminal(reader.ReadInt(FewestColumns, MostColumns), reader.ReadInt(1, MostRows));
        terminal.Load(ref reader);
        return reader.AtEnd ? terminal : throw StateReader.Malformed();
    }

    private void Load(ref StateReader reader)
    {
        _parser.Load(ref reader);
        _decoder.Load(ref reader);
        _precedingWidth = reader.ReadInt(0, 2);
        _look = ScreenState.ReadLook(ref reader);
        _modes = ScreenState.ReadModes(ref reader);
        for (var i = 0; i < _designated.Length; i++)
            _designated[i] = ScreenState.ReadCharset(ref reader);
        _invoked = reader.ReadInt(0, 3);
        UseCharset(ScreenState.ReadCharset(ref reader));
        Title = reader.ReadText(LongestTitle);
        for (var count = reader.ReadInt(0, MostTitles); count > 0; count--)
            _titles.Add(reader.ReadText(LongestTitle));
        ScreenState.Read(ref reader, _normal);
        if (reader.ReadInt(0, 1) == 1)
            ScreenState.Read(ref reader, _screen = _alternate);
        else
            _alternate.Saved = ScreenState.ReadCursor(ref reader);
    }
}
