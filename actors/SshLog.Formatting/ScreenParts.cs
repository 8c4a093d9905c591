using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>Puts the pieces of a viewer's screen together (<see cref="LiveUpdate.ScreenPart"/>).</summary>
public sealed class ScreenParts
{
    private readonly List<byte> _state = [];

    /// <summary>Takes the next piece.</summary>
    /// <returns>The screen with its last piece; null before.</returns>
    /// <exception cref="FormatException">It is no saved terminal.</exception>
    public HeadlessTerminal? Take(LiveUpdate.ScreenPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (part.Offset == 0)
            _state.Clear();
        _state.AddRange(part.State.Span);
        return part.IsLast ? ChannelScreen.LoadTerminal(_state.ToArray()) : null;
    }
}
