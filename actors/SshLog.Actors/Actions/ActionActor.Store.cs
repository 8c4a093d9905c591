using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Core.Journal;
using SshLog.Plugins;
using DeadLetter = SshLog.Core.Rules.DeadLetter;

namespace SshLog.Actors.Actions;

/// <content>What is stored: the mark of how far it is, and what was given up.</content>
internal sealed partial class ActionActor
{
    // Where its mark cannot be read nothing is carried out yet: it would begin at the wrong event.
    private void Find()
    {
        long? mark;
        try
        {
            mark = Store.Cursor(_name);
            _health = _health with { DeadLetters = Store.CountDeadLetters(_name) };
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("Action {0} cannot read its mark, next attempt in {1} s: {2}", _name, _journalRetry.TotalSeconds, e.Message);
            _health = _health with { State = "waiting", LastError = e.Message, LastErrorAt = _services.Ports.Time.GetUtcNow() };
            Report();
            Timers.StartSingleTimer(nameof(FindMark), FindMark.Instance, _journalRetry);
            return;
        }

        if (mark is { } stored)
            Begin(_stored = stored);
        else
            _services.Feed.Tell(FeedProtocol.GetCursor.Instance);
    }

    private void MarkPage()
    {
        if (_health.Cursor < _pageEnd)
        {
            _health = _health with { Cursor = _pageEnd };
            Report();
        }

        if (_pageEnd - _stored < StoreCursorEvery)
            return;
        Mark(_pageEnd);
    }

    // Without its mark an event may come again after a restart; that is better than waiting here.
    private void Mark(long ordering)
    {
        try
        {
            Store.Advance(_name, ordering);
            _stored = ordering;
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("Action {0}: {1}", _name, e.Message);
        }
    }

    private void Retry()
    {
        try
        {
            var taken = Store.DeadLetters(_name, MostAgain).Count(TakeUp);
            Sender.Tell(new ActionProtocol.Done(true, taken + _current.Count));
        }
        catch (JournalUnavailableException e)
        {
            Refuse(e);
        }

        if (_current.Count > 0)
            Execute();
        else
            Read();
    }

    // An event that cannot be read stays where it is, and keeps no other from being tried.
    private bool TakeUp(DeadLetter letter)
    {
        try
        {
            if (_reader.Find(letter.Ordering) is { } happened)
                _again.Enqueue(happened);
            else
                Store.Forget(_name, letter.Ordering);
            return true;
        }
        catch (EventFormatException e)
        {
            _log.Warning("Action {0} cannot try event {1} again: {2}", _name, letter.Ordering, e.Message);
            return false;
        }
    }

    private void Drop()
    {
        int dropped;
        try
        {
            var letters = Store.DeadLetters(_name, int.MaxValue);
            foreach (var letter in letters)
                Store.Forget(_name, letter.Ordering);
            dropped = letters.Count;
        }
        catch (JournalUnavailableException e)
        {
            Refuse(e);
            return;
        }

        var waiting = _executing ? 0 : _current.Count;
        _again.Clear();
        Sender.Tell(new ActionProtocol.Done(true, dropped + waiting));
        _health = _health with { DeadLetters = 0 };
        if (waiting == 0)
        {
            Report();
            return;
        }

        Timers.Cancel(nameof(TryNow));
        _size = waiting;
        Settle(null);
    }

    private void Refuse(JournalUnavailableException cause)
    {
        _log.Warning("Action {0}: {1}", _name, cause.Message);
        Sender.Tell(new Status.Failure(cause));
    }
}
