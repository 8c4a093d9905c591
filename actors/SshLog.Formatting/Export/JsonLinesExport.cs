using System.Text;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Formatting.Export;

/// <summary>
/// Every event of the session as an object a line with sshlog's field names; output as <c>terminal_update</c>. Bytes that
/// are no UTF-8 show as U+FFFD in <c>terminal_data</c>; <c>terminal_base64</c> then has them as they were.
/// </summary>
internal sealed class JsonLinesExport(SessionSummary session, Stream output) : IRecordingExport
{
    private readonly JsonOutput _json = new(output);
    private readonly SessionFacts _facts = new(session);

    public void Write(JournalledEvent entry)
    {
        _facts.Apply(entry.Event);
        if (entry.Event is OutputRecorded recorded)
            _json.WriteLine(json => WriteOutput(json, entry, recorded));
        else if (EventNames.Of(entry.Event) is not null)
            _json.WriteLine(json => EventJson.Write(json, entry, _facts));
        if (entry.Event is CommandFinished finished)
            _facts.Forget(finished);
    }

    public void End()
    {
    }

    private void WriteOutput(System.Text.Json.Utf8JsonWriter json, JournalledEvent entry, OutputRecorded recorded)
    {
        var bytes = recorded.Bytes.Span;
        json.WriteString("event_type", "terminal_update");
        json.WriteNumber("ptm_pid", _facts.MonitorPid);
        json.WriteString("username", _facts.User);
        json.WriteString("terminal_data", Encoding.UTF8.GetString(bytes));
        if (!IsUtf8(bytes))
            json.WriteBase64String("terminal_base64", bytes);
        json.WriteNumber("data_len", bytes.Length);
        json.WriteNumber("channel", recorded.Channel);
        json.WriteString("stream", recorded.Stream == ChannelStream.Error ? "error" : "output");
        json.WriteNumber("offset", recorded.Offset);
        json.WriteString("hostname", _facts.Host);
        JsonOutput.WriteTcpInfo(json, _facts.Client, _facts.Server);
        json.WriteString("session", entry.Session.Text);
        json.WriteNumber("sequence", entry.SequenceNr);
        json.WriteNumber("ordering", entry.Ordering);
        json.WriteString("time", Quantities.Rfc3339(entry.Event.At));
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);
}
