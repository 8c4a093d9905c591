using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <content>The children. Other threads add to a guardian's and look up any actor's, hence the lock.</content>
internal sealed partial class ActorCell
{
    private readonly object _childGate = new();
    private Dictionary<string, ChildRestartStats?>? _children;
    private HashSet<IActorRef>? _toDie;
    private ChildrenState _childrenState;
    private Exception? _recreateCause;
    private long _nextChildNumber;

    private enum ChildrenState
    {
        Normal,
        WaitingToCreate,
        WaitingToRecreate,
        WaitingToTerminate,
        Terminated,
    }

    private bool IsTerminating =>
        _childrenState is ChildrenState.WaitingToTerminate or ChildrenState.Terminated;

    public IActorRef ActorOf(Props props, string? name = null) => AttachChild(props, name, systemService: false);

    public IEnumerable<IActorRef> GetChildren()
    {
        lock (_childGate) return ChildStats().Select(stats => stats.Child).ToArray();
    }

    public IActorRef Child(string name)
    {
        lock (_childGate)
        {
            return _children is not null && _children.TryGetValue(name, out var stats) && stats is not null
                ? stats.Child
                : ActorRefs.Nobody;
        }
    }

    public void Stop(IActorRef child)
    {
        lock (_childGate)
        {
            if (Find(child) is not null && child is not IRepointableRef { IsStarted: false })
                (_toDie ??= []).Add(child);
        }

        ((IInternalActorRef)child).Stop();
    }

    /// <summary>Finds a child by name, with or without <c>#uid</c>.</summary>
    internal IInternalActorRef GetSingleChild(string name)
    {
        var hash = name.IndexOf('#');
        var found = (IInternalActorRef)Child(hash < 0 ? name : name[..hash]);
        if (hash < 0 || found.IsNobody()) return found;
        return long.TryParse(name.AsSpan(hash + 1), out var uid) && uid == found.Path.Uid ? found : ActorRefs.Nobody;
    }

    internal IActorRef AttachChild(Props props, string? name, bool systemService)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is not null) CheckName(name);
        lock (_childGate)
        {
            if (_childrenState is ChildrenState.WaitingToTerminate or ChildrenState.Terminated)
            {
                throw new InvalidOperationException(
                    "Cannot create child while terminating or terminated");
            }

            _children ??= new Dictionary<string, ChildRestartStats?>(StringComparer.Ordinal);
            name ??= Base64Encoding.Name(_nextChildNumber++);
            if (!_children.TryAdd(name, null))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }

        IInternalActorRef child;
        try
        {
            var path = new ChildActorPath(Self.Path, name, NewUid());
            child = SystemImpl.Provider.ActorOf(SystemImpl, props, SelfInternal, path, systemService, null, true, true);
        }
        catch
        {
            lock (_childGate) _children!.Remove(name);
            throw;
        }

        bool tooLate;
        lock (_childGate)
        {
            // A guardian may have begun to stop while another thread made its child.
            tooLate = IsTerminating;
            _children![name] = new ChildRestartStats(child);
            if (tooLate) (_toDie ??= []).Add(child);
        }

        child.Start();
        if (tooLate) child.Stop();
        return child;
    }

    /// <summary>Makes a guardian below the root.</summary>
    internal IInternalActorRef AttachGuardian(Props props, string name, Akka.Dispatch.MessageDispatcher dispatcher)
    {
        var child = new LocalActorRef(
            SystemImpl, props, dispatcher, SelfInternal, new ChildActorPath(Self.Path, name, NewUid()));
        lock (_childGate)
        {
            _children ??= new Dictionary<string, ChildRestartStats?>(StringComparer.Ordinal);
            _children[name] = new ChildRestartStats(child);
        }

        child.Start();
        return child;
    }

    internal static long NewUid() => Random.Shared.Next(1, int.MaxValue);

    private static void CheckName(string name)
    {
        if (name.Length == 0) throw new InvalidActorNameException("Actor name must not be empty");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters " +
                "and can only contain these special characters: \"-_.*$+:@&=,!~';()");
        }
    }

    private ChildRestartStats? Find(IActorRef child) =>
        _children is not null && _children.TryGetValue(child.Path.Name, out var stats)
        && stats is not null && stats.Child.Equals(child) ? stats : null;

    private IEnumerable<ChildRestartStats> ChildStats() =>
        _children is null ? [] : _children.Values.OfType<ChildRestartStats>();

    /// <summary>The children, copied only when they are asked for: most strategies never do.</summary>
    private IEnumerable<IInternalActorRef> LivingChildren()
    {
        foreach (var stats in SnapshotChildStats()) yield return stats.Child;
    }

    private ChildRestartStats[] SnapshotChildStats()
    {
        lock (_childGate) return ChildStats().ToArray();
    }

    /// <summary>Waits for children that are stopping; false if there are none.</summary>
    private bool WaitForChildren(ChildrenState reason, Exception? cause = null)
    {
        lock (_childGate)
        {
            if (_toDie is null or { Count: 0 }) return false;
            _childrenState = reason;
            _recreateCause = cause;
            return true;
        }
    }

    private void SetChildrenTerminated()
    {
        lock (_childGate) _childrenState = ChildrenState.Terminated;
    }

    /// <summary>Forgets a child that ended; what the actor had waited for, if it was the last one.</summary>
    private ChildrenState RemoveChild(IActorRef child)
    {
        lock (_childGate)
        {
            if (Find(child) is not null) _children!.Remove(child.Path.Name);
            if (_toDie is null || !_toDie.Remove(child) || _toDie.Count > 0) return ChildrenState.Normal;
            var waitedFor = _childrenState;
            if (waitedFor is ChildrenState.Terminated) return ChildrenState.Normal;
            _childrenState = waitedFor == ChildrenState.WaitingToTerminate
                ? ChildrenState.Terminated
                : ChildrenState.Normal;
            return waitedFor;
        }
    }

    private void SuspendChildren(IActorRef? except)
    {
        foreach (var stats in SnapshotChildStats())
            if (!stats.Child.Equals(except)) stats.Child.Suspend();
    }

    private void ResumeChildren(Exception? causedByFailure, IActorRef? perpetrator)
    {
        foreach (var stats in SnapshotChildStats())
            stats.Child.Resume(stats.Child.Equals(perpetrator) ? causedByFailure : null);
    }
}

/// <summary>A reference whose actor may not have started yet.</summary>
internal interface IRepointableRef : IActorRefScope
{
    bool IsStarted { get; }
}
