using System.Runtime.CompilerServices;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Cli.Replay;

/// <summary>
/// Picks one channel out of a session's journal: the wanted one, else the first terminal, else the first of any kind.
/// </summary>
/// <param name="session">Says whether a terminal is to be expected.</param>
/// <param name="wanted">Number of a channel; null for the default.</param>
internal sealed class ChannelSelection(SessionSummary session, int? wanted)
{
    private readonly SortedDictionary<int, ChannelOpened> _channels = [];
    private int? _chosen = wanted;

    /// <summary>True once the chosen channel has been seen.</summary>
    public bool Found => _chosen is { } chosen && _channels.ContainsKey(chosen);

    /// <summary>What to tell about the session's other channels; null when there are none.</summary>
    public string? Note => !Found || _channels.Count < 2
        ? null
        : $"replayed {Describe(_channels[_chosen!.Value])}; --channel chooses another: "
            + string.Join(", ", _channels.Values.Where(c => c.Channel != _chosen).Select(Describe));

    /// <summary>The session's channels in words.</summary>
    public string Describe() =>
        _channels.Count == 0 ? "none" : string.Join(", ", _channels.Values.Select(Describe));

    /// <summary>The steps of the chosen channel.</summary>
    public async IAsyncEnumerable<ReplayStep> SelectAsync(
        IAsyncEnumerable<SessionEvent> journal, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var fact in journal.WithCancellation(cancellation))
        {
            switch (fact)
            {
                case ChannelOpened opened:
                    Notice(opened);
                    break;
                case OutputRecorded output when output.Channel == _chosen:
                    var kind = _channels.TryGetValue(output.Channel, out var channel) ? channel.Kind : ChannelKind.Pty;
                    yield return new ReplayStep.Output(output.At, kind, output.Stream, output.Bytes);
                    break;
                case LossRecorded loss when loss.Channel is null || loss.Channel == _chosen:
                    yield return new ReplayStep.Gap(loss.At, loss);
                    break;
                case CommandStarted started:
                    yield return new ReplayStep.Command(started.At);
                    break;
            }
        }
    }

    private void Notice(ChannelOpened opened)
    {
        _channels[opened.Channel] = opened;
        if (opened.Kind == ChannelKind.Pty || session.Ttys.Count == 0)
            _chosen ??= opened.Channel;
    }

    private static string Describe(ChannelOpened channel) =>
        channel.Tty is { } tty ? $"channel {channel.Channel} (tty {tty})" : $"channel {channel.Channel} (no tty)";
}
