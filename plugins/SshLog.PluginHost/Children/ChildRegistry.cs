namespace SshLog.PluginHost.Children;

/// <summary>The plug-ins' processes that run, so that none outlives the daemon.</summary>
internal sealed class ChildRegistry : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private readonly Lock _one = new();
    private readonly HashSet<ChildProcess> _running = [];
    private bool _closed;

    /// <summary>Numbers of the processes.</summary>
    public IReadOnlyList<int> Pids
    {
        get
        {
            lock (_one)
                return [.. _running.Select(child => child.Pid)];
        }
    }

    /// <summary>Remembers one; kills it when everything ends anyway.</summary>
    public void Add(ChildProcess child)
    {
        lock (_one)
        {
            _running.Add(child);
            if (!_closed)
                return;
        }

        child.Kill();
    }

    /// <summary>Forgets one that was killed.</summary>
    public void Remove(ChildProcess child)
    {
        lock (_one)
            _running.Remove(child);
    }

    /// <summary>Gives all a second for their end, then kills them with what they have started.</summary>
    public void Dispose()
    {
        ChildProcess[] all;
        lock (_one)
        {
            _closed = true;
            all = [.. _running];
        }

        Task.WaitAll(all.Select(child => child.EndsAsync(_patience)).ToArray());
        foreach (var child in all)
            child.Dispose();
    }
}
