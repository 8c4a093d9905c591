using Akka.Configuration;
using Akka.Event;

namespace Akka.Persistence.Journal;

/// <summary>
/// Notices, while events are replayed, that two incarnations of an actor wrote at the same time, and drops what the
/// older one wrote after the newer one had begun. Events of a journal that does not store writers pass.
/// </summary>
internal sealed class ReplayFilter(ReplayFilterMode mode, int windowSize, int maxOldWriters, ILoggingAdapter log)
{
    private readonly LinkedList<IPersistentRepresentation> _window = new();
    private readonly LinkedList<string> _oldWriters = new();
    private string _writer = "";
    private long _next;

    public static Func<ReplayFilter> Factory(Config config, ILoggingAdapter log)
    {
        var mode = config.GetString("mode", "repair-by-discard-old") switch
        {
            "repair-by-discard-old" => ReplayFilterMode.RepairByDiscardOld,
            "fail" => ReplayFilterMode.Fail,
            "warn" => ReplayFilterMode.Warn,
            "off" or "no" or "false" => ReplayFilterMode.Off,
            var other => throw new ConfigurationException(
                $"replay-filter.mode is '{other}', expected repair-by-discard-old, fail, warn or off."),
        };
        var windowSize = config.GetInt("window-size", 100);
        var maxOldWriters = config.GetInt("max-old-writers", 10);
        return () => new ReplayFilter(mode, windowSize, maxOldWriters, log);
    }

    /// <summary>Takes an event; hands on those that have left the window.</summary>
    /// <exception cref="InvalidOperationException">The mode is fail, and two writers collided.</exception>
    public void Add(IPersistentRepresentation @event, Action<IPersistentRepresentation> handOn)
    {
        if (mode == ReplayFilterMode.Off || @event.WriterGuid.Length == 0)
        {
            Flush(handOn);
            handOn(@event);
            return;
        }

        if (@event.WriterGuid == _writer)
            SameWriter(@event);
        else if (_oldWriters.Contains(@event.WriterGuid))
            OldWriter(@event);
        else
            NewWriter(@event);
        while (_window.Count > windowSize)
        {
            handOn(_window.First!.Value);
            _window.RemoveFirst();
        }
    }

    /// <summary>Hands on what is left in the window.</summary>
    public void Flush(Action<IPersistentRepresentation> handOn)
    {
        foreach (var @event in _window)
            handOn(@event);
        _window.Clear();
    }

    private void SameWriter(IPersistentRepresentation @event)
    {
        if (@event.SequenceNr < _next)
        {
            Report(@event, $"is out of order, expected {_next}");
            if (mode == ReplayFilterMode.RepairByDiscardOld)
                return;
        }
        else
            _next = @event.SequenceNr + 1;

        _window.AddLast(@event);
    }

    private void OldWriter(IPersistentRepresentation @event)
    {
        Report(@event, "comes from a writer that had been replaced");
        if (mode != ReplayFilterMode.RepairByDiscardOld)
            _window.AddLast(@event);
    }

    private void NewWriter(IPersistentRepresentation @event)
    {
        if (_writer.Length > 0)
            _oldWriters.AddLast(_writer);
        if (_oldWriters.Count > maxOldWriters)
            _oldWriters.RemoveFirst();
        _writer = @event.WriterGuid;
        _next = @event.SequenceNr + 1;
        for (var node = _window.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.SequenceNr >= @event.SequenceNr)
            {
                Report(node.Value, "was written by a writer that had been replaced");
                if (mode == ReplayFilterMode.RepairByDiscardOld)
                    _window.Remove(node);
            }

            node = next;
        }

        _window.AddLast(@event);
    }

    private void Report(IPersistentRepresentation @event, string what)
    {
        var text = $"[{@event.PersistenceId}] event {@event.SequenceNr} of writer {@event.WriterGuid} {what} "
            + $"(current writer {_writer}).";
        if (mode == ReplayFilterMode.Fail)
            throw new InvalidOperationException(text);
        log.Warning("{0}{1}", text, mode == ReplayFilterMode.Warn ? "" : " It is discarded.");
    }
}

internal enum ReplayFilterMode
{
    RepairByDiscardOld,
    Fail,
    Warn,
    Off,
}
