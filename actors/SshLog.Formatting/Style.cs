namespace SshLog.Formatting;

/// <summary>The few styles of text output; nothing without colour.</summary>
/// <param name="enabled">See <see cref="CliHost.UsesColour"/>.</param>
public sealed class Style(bool enabled)
{
    public string Bold(string text) => Wrap(text, "1");

    public string Dim(string text) => Wrap(text, "2");

    public string Alarm(string text) => Wrap(text, "31");

    private string Wrap(string text, string attribute) => enabled ? $"\e[{attribute}m{text}\e[0m" : text;
}
