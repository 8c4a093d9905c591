using System.Globalization;
using SshLog.Core.Rules;
using SshLog.Plugins;
using SshLog.Terminal;

namespace SshLog.BuiltIn.Actions;

/// <summary>Writes what each session's terminals showed as text to a file of its own, sequences removed.</summary>
internal sealed class SessionLogAction : IAction, IPreview
{
    private const int MostOpen = 256;
    private readonly string _directory;
    private readonly TimeSpan? _markEvery;
    private readonly OrderedDictionary<string, Log> _open = [];
    private readonly OrderedDictionary<string, Log> _previewed = [];

    private SessionLogAction(ActionContext context)
    {
        _directory = context.Parameters.Text("log_directory");
        var seconds = context.Parameters.Integer("timestamp_frequency_seconds");
        _markEvery = seconds < 0 ? null : TimeSpan.FromSeconds(seconds);
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("sessionlog_action", "Writes the text of each session to a file of its own.",
            CommonParameters.Required("log_directory", "Directory of the files, which are named by the session's id."),
            new ParameterDescription("timestamp_frequency_seconds", ValueShape.Between(-1, 86400), new SettingValue.Number(-1),
                Summary: "A UTC time mark at most that often; -1 for none.")),
        context => new SessionLogAction(context));

    public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        var log = Open(happened.Session);
        var written = Text(log, happened);
        if (written.Length > 0)
            log.File.Write(written);
        if (happened.EventType == "connection_close")
            Close(happened.Session);
        return Task.FromResult(ActionOutcome.Done);
    }

    public string Preview(PluginEvent happened)
    {
        // Apart from those that are written when they are closed.
        if (!_previewed.TryGetValue(happened.Session, out var log))
        {
            if (_previewed.Count >= MostOpen)
                _previewed.RemoveAt(0);
            _previewed.Add(happened.Session, log = New(happened.Session));
        }

        return Text(log, happened);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var session in _open.Keys.ToList())
            Close(session);
        return ValueTask.CompletedTask;
    }

    // What it adds to the session's file.
    private string Text(Log log, PluginEvent happened)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        if (happened.Output.IsEmpty)
        {
            log.Flush(text);
            text.Write($"-- {happened.Line}\n");
        }
        else
        {
            if (_markEvery is { } every && happened.At - log.LastMark >= every)
            {
                log.LastMark = happened.At;
                text.Write($"-- {happened.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n");
            }

            log.Of(happened.Channel ?? 0).Feed(happened.Output.Span, text);
        }

        return text.ToString();
    }

    private Log Open(string session)
    {
        if (!_open.TryGetValue(session, out var log))
        {
            while (_open.Count >= MostOpen)
                Close(_open.GetAt(0).Key);
            _open.Add(session, log = New(session));
        }

        return log;
    }

    private Log New(string session) => new(new RotatingFile(Path.Combine(_directory, session + ".log"), 0, 1));

    private void Close(string session)
    {
        if (!_open.Remove(session, out var log))
            return;
        using var rest = new StringWriter(CultureInfo.InvariantCulture);
        log.Flush(rest);
        if (rest.ToString() is { Length: > 0 } text)
            log.File.Write(text);
        log.File.Dispose();
    }

    private sealed class Log(RotatingFile file)
    {
        public RotatingFile File { get; } = file;

        private readonly Dictionary<int, PlainText> _channels = [];

        public PlainText Of(int channel)
        {
            if (!_channels.TryGetValue(channel, out var text))
                _channels.Add(channel, text = new PlainText());
            return text;
        }

        public void Flush(TextWriter output)
        {
            foreach (var text in _channels.Values)
                text.Flush(output);
        }

        public DateTimeOffset LastMark { get; set; }
    }
}
