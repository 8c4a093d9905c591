using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Formatting.Export;

/// <summary>
/// Which channel of a session is meant: the wanted one, else the first terminal, else the first of any kind. Learns the
/// channels from the session's events.
/// </summary>
/// <param name="session">Says whether a terminal is to be expected.</param>
/// <param name="wanted">Number of a channel; null for the default.</param>
public sealed class ChannelChoice(SessionSummary session, int? wanted)
{
    private readonly SortedDictionary<int, ChannelOpened> _channels = [];

    /// <summary>The channel's number; null until it is known.</summary>
    public int? Number { get; private set; } = wanted;

    /// <summary>The channel, once it has been seen.</summary>
    public ChannelOpened? Channel => Number is { } number ? _channels.GetValueOrDefault(number) : null;

    /// <summary>What to tell about the session's other channels; null when there are none.</summary>
    /// <param name="done">What was done with the chosen one, such as "replayed".</param>
    public string? Note(string done) => Channel is null || _channels.Count < 2
        ? null
        : $"{done} {Describe(Channel)}; --channel chooses another: "
            + string.Join(", ", _channels.Values.Where(c => c.Channel != Number).Select(Describe));

    /// <summary>The session's channels in words.</summary>
    public string Describe() =>
        _channels.Count == 0 ? "none" : string.Join(", ", _channels.Values.Select(Describe));

    /// <summary>Takes in an event.</summary>
    public void Notice(SessionEvent fact)
    {
        if (fact is not ChannelOpened opened)
            return;
        _channels.TryAdd(opened.Channel, opened);
        if (opened.Kind == ChannelKind.Pty || session.Ttys.Count == 0)
            Number ??= opened.Channel;
    }

    /// <summary>True if an event is about the chosen channel: its output, size, loss, or end.</summary>
    public bool Concerns(SessionEvent fact) => fact switch
    {
        ChannelOpened opened => opened.Channel == Number,
        OutputRecorded output => output.Channel == Number,
        TerminalResized resized => resized.Channel == Number,
        OutputLeftOut left => left.Channel == Number,
        LossRecorded loss => loss.Channel is null || loss.Channel == Number,
        // A command's terminal is that of the channel; without one it is of no channel in particular.
        CommandStarted started => started.Tty is null || Channel?.Tty is null || started.Tty == Channel.Tty,
        ChannelClosed closed => closed.Channel == Number,
        _ => false,
    };

    private static string Describe(ChannelOpened channel) =>
        channel.Tty is { } tty ? $"channel {channel.Channel} (tty {tty})" : $"channel {channel.Channel} (no tty)";
}
