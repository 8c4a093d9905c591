using System.Net;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Formatting;

/// <summary>What the lines about one session need besides the event itself.</summary>
public sealed class SessionFacts
{
    private const int MostOpenCommands = 4096;
    private readonly OrderedDictionary<CommandKey, CommandFacts> _commands = [];

    public SessionFacts(SessionOpened opened)
    {
        Host = opened.Host;
        MonitorPid = opened.MonitorPid;
        Client = opened.Client;
        Server = opened.Server;
        StartedAt = opened.At;
        KnowsCommands = true;
    }

    /// <summary>An attempt that failed is all there is of its connection.</summary>
    public SessionFacts(SignInFailed failed)
    {
        Host = failed.Host;
        MonitorPid = failed.MonitorPid;
        Client = failed.Client;
        Server = failed.Server;
        StartedAt = failed.ConnectedAt;
        User = failed.User;
        Uid = failed.Uid;
    }

    /// <summary>What was done to a recording says itself which one.</summary>
    public SessionFacts(RecordingSubject subject)
    {
        Host = subject.Host;
        MonitorPid = subject.MonitorPid;
        Client = subject.Client;
        Server = subject.Server;
        StartedAt = subject.StartedAt;
        User = subject.User;
        Uid = subject.Uid;
    }

    public SessionFacts(SessionSummary summary)
    {
        Host = summary.Host;
        MonitorPid = summary.MonitorPid;
        Client = summary.Client;
        Server = summary.Server;
        StartedAt = summary.StartedAt;
        User = summary.User;
        Uid = summary.Uid;
        Tty = summary.Ttys is [var first, ..] ? first : null;
    }

    public string Host { get; }

    public int MonitorPid { get; }

    public IPEndPoint Client { get; }

    public IPEndPoint Server { get; }

    public DateTimeOffset StartedAt { get; }

    public string User { get; private set; } = string.Empty;

    public uint? Uid { get; private set; }

    /// <summary>The first pty.</summary>
    public int? Tty { get; private set; }

    /// <summary>The first command on the first pty: the shell; null when not seen.</summary>
    public CommandStarted? Shell { get; private set; }

    /// <summary>False if commands were started before this was made; they can be asked for once.</summary>
    public bool KnowsCommands { get; private set; }

    /// <summary>Takes in an event of the session.</summary>
    public void Apply(SessionEvent fact)
    {
        switch (fact)
        {
            case SignedIn signedIn:
                (User, Uid) = (signedIn.User, signedIn.Uid);
                break;
            case ChannelOpened { Tty: { } tty }:
                Tty ??= tty;
                break;
            case CommandStarted started:
                if (started.Tty is not null && started.Tty == Tty)
                    Shell ??= started;
                Remember(
                    new CommandKey(started.Pid, started.At),
                    new CommandFacts(
                        started.Executable, started.Arguments, started.Tty, started.ParentPid, started.Uid, started.EffectiveUid));
                break;
        }
    }

    /// <summary>Takes in the commands that were started before.</summary>
    public void Apply(IEnumerable<CommandSummary> commands)
    {
        KnowsCommands = true;
        foreach (var command in commands)
        {
            Remember(
                new CommandKey(command.Pid, command.StartedAt),
                new CommandFacts(
                    command.Executable, command.Arguments, command.Tty, command.ParentPid, command.Uid, command.EffectiveUid));
        }
    }

    /// <summary>The start that belongs to an end; null when it is not known.</summary>
    public CommandFacts? Find(CommandFinished finished) =>
        _commands.TryGetValue(Key(finished), out var start) ? start : null;

    /// <summary>Forgets a command that is over.</summary>
    public void Forget(CommandFinished finished) => _commands.Remove(Key(finished));

    private static CommandKey Key(CommandFinished finished) => new(finished.Pid, finished.StartedAt);

    private void Remember(CommandKey key, CommandFacts command)
    {
        _commands[key] = command;
        while (_commands.Count > MostOpenCommands)
            _commands.RemoveAt(0);
    }

    private readonly record struct CommandKey(int Pid, DateTimeOffset StartedAt);
}

/// <summary>What the line about a command's end needs of its start.</summary>
public sealed record CommandFacts(
    string Executable, ArgumentVector Arguments, int? Tty, int ParentPid, uint Uid, uint EffectiveUid);
