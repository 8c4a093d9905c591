using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Actors.Live;

/// <summary>A screen as it is at one moment, saved once for all viewers that want it.</summary>
/// <param name="screen">The screen; it must not change before <see cref="Parts"/> is read.</param>
internal sealed class SavedScreen(ChannelScreen screen)
{
    private IReadOnlyList<LiveUpdate.ScreenPart>? _parts;

    /// <summary>It in pieces that fit a page.</summary>
    public IReadOnlyList<LiveUpdate.ScreenPart> Parts => _parts ??= Cut(screen.SaveTerminal());

    private static List<LiveUpdate.ScreenPart> Cut(byte[] state)
    {
        var parts = new List<LiveUpdate.ScreenPart>();
        for (var at = 0; at < state.Length; at += LiveViewer.PageBytes)
        {
            var size = Math.Min(LiveViewer.PageBytes, state.Length - at);
            parts.Add(new LiveUpdate.ScreenPart(at, state.AsMemory(at, size), IsLast: at + size == state.Length));
        }

        return parts;
    }
}
