using System.Text;
using SshLog.Terminal;

namespace SshLog.Cli.Replay;

/// <summary>Asks for a place or a text in the status line.</summary>
/// <param name="screen">Whose.</param>
internal sealed class ReplayPrompt(IReplayScreen screen)
{
    private const int Longest = 200;
    private readonly StringBuilder _typed = new();
    private ReplayKey _asked;
    private string _needle = string.Empty;

    /// <summary>True while text is asked for.</summary>
    public bool IsOpen => _asked != ReplayKey.None;

    /// <summary>The text last searched for; null before there was one.</summary>
    public ReplayTarget? Again => _needle.Length > 0 ? new ReplayTarget.Text(_needle) : null;

    /// <summary>Begins to ask if that is what the key is for.</summary>
    public bool Open(ReplayInput input)
    {
        if (input.Key is not (ReplayKey.GoTo or ReplayKey.Search))
            return false;
        _asked = input.Key;
        _typed.Clear();
        Ask();
        return true;
    }

    /// <summary>Takes the next key.</summary>
    /// <returns>Where to go, once that is known.</returns>
    public ReplayTarget? Take(ReplayInput input)
    {
        if (input.Key == ReplayKey.Cancel)
        {
            Close(null);
            return null;
        }

        if (input.Key == ReplayKey.Enter)
            return Finish();
        if (input.Key == ReplayKey.Erase && _typed.Length > 0)
            _typed.Length -= char.IsLowSurrogate(_typed[^1]) && _typed.Length > 1 ? 2 : 1;
        else if (input.Character != '\0' && _typed.Length < Longest)
            _typed.Append(input.Character);
        Ask();
        return null;
    }

    private ReplayTarget? Finish()
    {
        var text = _typed.ToString();
        if (text.Length == 0)
        {
            Close(null);
            return null;
        }

        if (_asked == ReplayKey.Search)
        {
            _needle = text;
            Close(null);
            return new ReplayTarget.Text(text);
        }

        var target = ReplayTarget.TryParse(text);
        Close(target is null ? "not a place: " + ReplayTarget.Forms : null);
        return target;
    }

    private void Ask() => screen.Status((_asked == ReplayKey.Search ? "search: " : "go to: ") + SafeText.Escape(_typed.ToString()));

    private void Close(string? status)
    {
        _asked = ReplayKey.None;
        screen.Status(status);
    }
}
