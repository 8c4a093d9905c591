using SshLog.Core.Events;
using SshLog.Core.Journal;

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
        if (entry.Event is OutputRecorded || EventNames.Of(entry.Event) is not null)
            _json.WriteLine(json => EventJson.Write(json, entry, _facts));
        if (entry.Event is CommandFinished finished)
            _facts.Forget(finished);
    }

    public void End()
    {
    }
}
