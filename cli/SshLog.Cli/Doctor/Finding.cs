namespace SshLog.Cli.Doctor;

/// <summary>How good or bad what a check has found is.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, but somebody should look.</summary>
    Warning,

    /// <summary>Something is not recorded, or cannot be.</summary>
    Bad,
}

/// <summary>What a check has found.</summary>
/// <param name="Check">Its name, for scripts.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Text">What is the case.</param>
/// <param name="Remedy">What to do; null when there is nothing to do.</param>
internal sealed record Finding(string Check, Severity Severity, string Text, string? Remedy = null);

/// <summary>What the checks may look at besides the machine.</summary>
/// <param name="Status">The daemon's; null while none can be asked.</param>
/// <param name="Problem">Why none can be asked; null when one was.</param>
/// <param name="Monitors">Pids of the sshds whose sessions the daemon records; null while it cannot be asked.</param>
/// <param name="Configuration">Path of the configuration; null for the default.</param>
/// <param name="Fix">True to mend what can be mended.</param>
internal sealed record Patient(
    Core.Protocol.GatewayProtocol.DaemonStatus? Status, string? Problem, IReadOnlySet<int>? Monitors, string? Configuration, bool Fix);

/// <summary>Looks at one thing.</summary>
/// <param name="patient">See there.</param>
/// <returns>What it found, good or bad; empty if it has nothing to say here.</returns>
internal delegate IEnumerable<Finding> Check(Patient patient);
