namespace SshLog.Native;

/// <summary>How the attempt to end a session went.</summary>
public enum SessionEnding
{
    /// <summary>It was over already: there is no such process, or its number is another's now.</summary>
    WasOver,

    /// <summary>It ended when it was told to hang up.</summary>
    HungUp,

    /// <summary>It had to be killed.</summary>
    Killed,

    /// <summary>It is still there.</summary>
    Survived,
}

/// <summary>Ends sessions: hang-up to the sshd process that serves the connection, and kill when that does not help.</summary>
public static class SessionKiller
{
    /// <summary>Ends a session.</summary>
    /// <param name="monitorPid">The sshd process.</param>
    /// <param name="startedAt">When it started, nanoseconds since boot: another process of that number is left alone.</param>
    /// <param name="grace">How long it has to end by itself.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<SessionEnding> EndAsync(
        int monitorPid, ulong startedAt, TimeSpan grace, TimeProvider time, CancellationToken cancellation)
    {
        using var process = ProcessSignals.Open(monitorPid);
        // Looked at after it was opened: from here on the handle cannot become another's.
        if (process is null || !ProcessTree.IsStartOf(monitorPid, startedAt))
            return SessionEnding.WasOver;
        if (!ProcessSignals.Send(process, ProcessSignals.HangUp))
            return SessionEnding.WasOver;
        if (await EndsAsync(process, grace, time, cancellation).ConfigureAwait(false))
            return SessionEnding.HungUp;
        ProcessSignals.Send(process, ProcessSignals.Kill);
        return await EndsAsync(process, TimeSpan.FromSeconds(1), time, cancellation).ConfigureAwait(false)
            ? SessionEnding.Killed
            : SessionEnding.Survived;
    }

    private static async Task<bool> EndsAsync(
        SafeFileDescriptor process, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (ProcessSignals.Send(process, 0))
        {
            if (time.GetElapsedTime(began) >= patience)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation).ConfigureAwait(false);
        }

        return true;
    }
}
