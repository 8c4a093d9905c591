using Akka.Actor;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Live;

/// <summary>What one viewer of a <see cref="LiveScreen"/> has not seen yet, bounded.</summary>
/// <param name="viewer">Who.</param>
internal sealed class LiveViewer(IActorRef viewer)
{
    /// <summary>With what an update needs beside its bytes, a page stays below half the frame limit.</summary>
    internal const int PageBytes = 64 * 1024;

    /// <summary>Bytes that wait at most; a viewer further behind gets the screen instead.</summary>
    private const int MostWaiting = 256 * 1024;

    /// <summary>Updates that wait at most.</summary>
    private const int MostUpdates = 4096;

    /// <summary>No eye sees more of what rushes by.</summary>
    private static readonly TimeSpan BetweenScreens = TimeSpan.FromMilliseconds(50);

    private readonly Queue<LiveUpdate> _waiting = new();
    private LiveUpdate.Ended? _ended;
    private TimeSpan _seen = TimeSpan.MinValue / 2;
    private long _bytes;
    private bool _needsScreen = true;

    /// <summary>True while it waits for a page.</summary>
    public bool IsAsking { get; set; }

    /// <summary>Something happened.</summary>
    public void Take(LiveUpdate update)
    {
        if (update is LiveUpdate.Ended ended)
            _ended = ended;
        else if (!_needsScreen)
            Keep(update);
    }

    /// <summary>Answers if there is something to say.</summary>
    /// <param name="screen">The screen now; null if it has none.</param>
    /// <param name="now">Time of a monotonic clock.</param>
    /// <param name="goesOn">True if the screen is about to change: then one that was seen a moment ago is not sent anew.</param>
    public void Answer(SavedScreen? screen, TimeSpan now, bool goesOn)
    {
        if (_needsScreen && screen is not null)
        {
            if (goesOn && now - _seen < BetweenScreens)
                return;
            _seen = now;
            _waiting.Clear();
            _bytes = 0;
            foreach (var part in screen.Parts)
                _waiting.Enqueue(part);
            _needsScreen = false;
        }

        if (_waiting.Count == 0 && _ended is { } ended)
            _waiting.Enqueue(ended);
        if (_waiting.Count == 0)
            return;
        IsAsking = false;
        viewer.Tell(new LiveProtocol.Page(NextPage()));
    }

    private void Keep(LiveUpdate update)
    {
        _bytes += SizeOf(update);
        _waiting.Enqueue(update);
        if (_bytes <= MostWaiting && _waiting.Count <= MostUpdates)
            return;
        _waiting.Clear();
        _needsScreen = true;
    }

    private List<LiveUpdate> NextPage()
    {
        var page = new List<LiveUpdate>();
        var size = 0L;
        while (_waiting.TryPeek(out var next) && (page.Count == 0 || size + SizeOf(next) <= PageBytes))
        {
            size += SizeOf(next);
            if (next is not LiveUpdate.ScreenPart)
                _bytes -= SizeOf(next);
            page.Add(_waiting.Dequeue());
        }

        return page;
    }

    private static long SizeOf(LiveUpdate update) => update switch
    {
        LiveUpdate.Output output => output.Bytes.Length + 16,
        LiveUpdate.ScreenPart part => part.State.Length,
        _ => 16,
    };
}
