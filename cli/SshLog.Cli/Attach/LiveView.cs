using System.Text;
using SshLog.Cli.Replay;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Native;

namespace SshLog.Cli.Attach;

/// <summary>
/// The watched channel on the viewer's terminal, whatever the sizes of the two: painted, so that nothing that the session
/// prints reaches the viewer's terminal as anything but characters. For several threads.
/// </summary>
/// <param name="output">The terminal.</param>
/// <param name="size">Its size now.</param>
/// <param name="kind">Terminal or not.</param>
/// <param name="mayType">True to have the terminal send keys as the session's programs want them.</param>
internal sealed class LiveView(Stream output, Func<WindowSize> size, ChannelKind kind, bool mayType)
{
    private readonly ViewScreen _view = new(output, size);
    private readonly ScreenParts _parts = new();
    private readonly Lock _gate = new();
    private ChannelScreen? _screen;
    private bool _marksGap;
    private (bool CursorKeys, bool Keypad, bool BracketedPaste) _modes;

    /// <summary>Before the first picture.</summary>
    public void Begin() => _view.Begin();

    /// <summary>Shows what has happened.</summary>
    /// <returns>How it ended, one sentence; null while it goes on.</returns>
    public string? Show(IReadOnlyList<LiveUpdate> updates)
    {
        lock (_gate)
        {
            // In the page of the gap itself nobody would see it.
            if (_marksGap && updates.Any(u => u is LiveUpdate.Output or LiveUpdate.ScreenPart))
                Tell(null);
            string? ended = null;
            foreach (var update in updates)
                ended ??= Show(update);
            FollowModes();
            return ended;
        }
    }

    /// <summary>Shows a line about watching itself, or none.</summary>
    public void Status(string? text)
    {
        lock (_gate)
            Tell(text);
    }

    /// <summary>The window has another size, or something else was painted over it.</summary>
    public void Repaint()
    {
        lock (_gate)
        {
            if (_screen is not null)
                _view.Repaint();
        }
    }

    /// <summary>After the last picture, however it ended: leaves the terminal usable.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_screen is not null)
                Write((false, false, false));
            _view.End();
        }
    }

    private string? Show(LiveUpdate update)
    {
        switch (update)
        {
            case LiveUpdate.ScreenPart part:
                TakePart(part);
                return null;
            case LiveUpdate.Output piece:
                _view.Write(new ReplayStep.Output(default, kind, default, piece.Bytes));
                return null;
            case LiveUpdate.Resized window:
                _view.Resize(window.Columns, window.Rows);
                return null;
            case LiveUpdate.Missing { Bytes: var bytes }:
                Tell(bytes is { } known ? $"[{Quantities.Count(known)} bytes are missing here]" : "[output is missing here]");
                _marksGap = true;
                return null;
            case LiveUpdate.Ended ended:
                return ended.How;
            default:
                return null;
        }
    }

    private void Tell(string? status)
    {
        _marksGap = false;
        _view.Status(status);
    }

    private void TakePart(LiveUpdate.ScreenPart part)
    {
        try
        {
            if (_parts.Take(part) is not { } terminal)
                return;
            _screen = new ChannelScreen(0, terminal);
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCodes.Protocol, "the daemon sent a screen that cannot be read: " + e.Message, e);
        }

        _view.Show(_screen);
    }

    private void FollowModes()
    {
        if (mayType && _screen is not null && _screen.Terminal.InputModes != _modes)
            Write(_screen.Terminal.InputModes);
    }

    private void Write((bool CursorKeys, bool Keypad, bool BracketedPaste) modes)
    {
        if (!mayType)
            return;
        _modes = modes;
        output.Write(Encoding.ASCII.GetBytes(
            $"\e[?1{Switch(modes.CursorKeys)}\e{(modes.Keypad ? '=' : '>')}\e[?2004{Switch(modes.BracketedPaste)}"));
    }

    private static char Switch(bool on) => on ? 'h' : 'l';
}
