using SshLog.Core.Journal;

namespace SshLog.Formatting.Export;

/// <summary>Writes a recording in some form, event by event; holds none of it.</summary>
public interface IRecordingExport
{
    /// <summary>Takes the next event of the session's journal.</summary>
    void Write(JournalledEvent entry);

    /// <summary>After the last one.</summary>
    void End();
}

/// <summary>The forms a recording can be exported in.</summary>
public enum ExportFormat
{
    /// <summary>asciinema's recording format, version 2 (times since the beginning).</summary>
    AsciicastV2,

    /// <summary>asciinema's recording format, version 3 (times since the event before).</summary>
    AsciicastV3,

    /// <summary>Lines as a person would read them, without escape sequences.</summary>
    Text,

    /// <summary>The bytes that the terminal got.</summary>
    Raw,

    /// <summary>An object a line, with sshlog's field names.</summary>
    JsonLines,

    /// <summary>An object a line, with the field names of the Elastic Common Schema.</summary>
    Ecs,
}

/// <summary>Makes exports.</summary>
public static class RecordingExport
{
    /// <summary>Names as they are typed, in order.</summary>
    public static IReadOnlyDictionary<string, ExportFormat> Names { get; } = new OrderedDictionary<string, ExportFormat>
    {
        ["asciicast-v2"] = ExportFormat.AsciicastV2,
        ["asciicast-v3"] = ExportFormat.AsciicastV3,
        ["text"] = ExportFormat.Text,
        ["raw"] = ExportFormat.Raw,
        ["jsonl"] = ExportFormat.JsonLines,
        ["ecs"] = ExportFormat.Ecs,
    };

    /// <summary>True for a form that shows one channel of the session; the others show all of it.</summary>
    public static bool IsOfOneChannel(ExportFormat format) => format is not (ExportFormat.JsonLines or ExportFormat.Ecs);

    /// <summary>An export of a session.</summary>
    /// <param name="format">In which form.</param>
    /// <param name="session">Which session.</param>
    /// <param name="channel">Which channel, for the forms that show one; null for its first terminal, else its first.</param>
    /// <param name="output">Where to.</param>
    public static IRecordingExport Create(ExportFormat format, SessionSummary session, int? channel, Stream output)
    {
        ArgumentNullException.ThrowIfNull(session);
        var choice = new ChannelChoice(session, channel);
        return format switch
        {
            ExportFormat.AsciicastV2 => new AsciicastExport(2, session, choice, output),
            ExportFormat.AsciicastV3 => new AsciicastExport(3, session, choice, output),
            ExportFormat.Text => new TextExport(choice, output),
            ExportFormat.Raw => new RawExport(choice, output),
            ExportFormat.JsonLines => new JsonLinesExport(session, output),
            ExportFormat.Ecs => new EcsExport(session, output),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }
}
