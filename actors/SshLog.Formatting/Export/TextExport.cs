using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Formatting.Export;

/// <summary>Lines as a person would read them (<see cref="PlainText"/>); a gap is a line of its own.</summary>
internal sealed class TextExport(ChannelChoice choice, Stream output) : IRecordingExport
{
    private readonly PlainText _text = new();

    public void Write(JournalledEvent entry)
    {
        choice.Notice(entry.Event);
        if (!choice.Concerns(entry.Event))
            return;
        using var writer = new StreamWriter(output, leaveOpen: true);
        switch (entry.Event)
        {
            case ChannelOpened opened:
                _text.Resize(opened.Columns);
                break;
            case TerminalResized resized:
                _text.Resize(resized.Columns);
                break;
            case OutputRecorded recorded:
                _text.Feed(recorded.Bytes.Span, writer);
                break;
            case LossRecorded or OutputLeftOut:
                _text.Flush(writer);
                writer.Write($"[{LossText.Mark(entry.Event)}]\n");
                break;
        }
    }

    public void End()
    {
        using var writer = new StreamWriter(output, leaveOpen: true);
        _text.Flush(writer);
    }
}

/// <summary>The bytes that the terminal got.</summary>
internal sealed class RawExport(ChannelChoice choice, Stream output) : IRecordingExport
{
    public void Write(JournalledEvent entry)
    {
        choice.Notice(entry.Event);
        if (entry.Event is OutputRecorded recorded && choice.Concerns(recorded))
            output.Write(recorded.Bytes.Span);
    }

    public void End()
    {
    }
}
