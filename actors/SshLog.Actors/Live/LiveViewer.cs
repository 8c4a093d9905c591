using Akka.Actor;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Actors.Live;

/// <summary>What one viewer of a <see cref="LiveScreen"/> has not seen yet, bounded.</summary>
/// <param name="viewer">Who.</param>
internal sealed class LiveViewer(IActorRef viewer)
{
    /// <summary>With what an update needs beside its bytes, a page stays below half the frame limit.</summary>
    private const int PageBytes = 64 * 1024;

    /// <summary>Bytes that wait at most; a viewer further behind gets the screen instead.</summary>
    private const int MostWaiting = 256 * 1024;

    /// <summary>Updates that wait at most.</summary>
    private const int MostUpdates = 4096;

    private readonly Queue<LiveUpdate> _waiting = new();
    private LiveUpdate.Ended? _ended;
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
    public void Answer(ChannelScreen? screen)
    {
        if (_needsScreen && screen is not null)
        {
            _waiting.Clear();
            _bytes = 0;
            var state = screen.SaveTerminal();
            for (var at = 0; at < state.Length; at += PageBytes)
                _waiting.Enqueue(Part(state, at));
            _needsScreen = false;
        }

        if (_waiting.Count == 0 && _ended is { } ended)
            _waiting.Enqueue(ended);
        if (_waiting.Count == 0)
            return;
        IsAsking = false;
        viewer.Tell(new LiveProtocol.Page(NextPage()));
    }

    private static LiveUpdate.ScreenPart Part(byte[] state, int at)
    {
        var size = Math.Min(PageBytes, state.Length - at);
        return new LiveUpdate.ScreenPart(at, state.AsMemory(at, size), IsLast: at + size == state.Length);
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
