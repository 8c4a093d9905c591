namespace SshLog.Cli;

/// <summary>What is done to the terminal on a signal's thread, where an exception would end the process at once.</summary>
internal static class OnSignal
{
    /// <summary>Paints, if there is something to paint on: when a terminal hangs up, SIGCONT comes with SIGHUP.</summary>
    public static void Paint(Action? paint)
    {
        try
        {
            paint?.Invoke();
        }
        catch (IOException)
        {
            // SIGHUP, or the next picture, ends what runs.
        }
    }
}
