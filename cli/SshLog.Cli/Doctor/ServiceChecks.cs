using SshLog.Cli.Commands;
using SshLog.Configuration;
using SshLog.Core.Protocol;
using SshLog.PluginHost;

namespace SshLog.Cli.Doctor;

/// <summary>What the daemon works with: its configuration and plug-ins, its disk, its clock, its actions.</summary>
internal static class ServiceChecks
{
    /// <summary>The configuration that a daemon would start with now, and with it plug-ins and room.</summary>
    public static IEnumerable<Finding> Configuration(Patient patient)
    {
        // Only root may read it.
        if (!Environment.IsPrivilegedProcess)
            return [];
        using var plugins = new PluginDirectory();
        try
        {
            var loaded = ConfigCommands.Load(patient.Configuration, plugins);
            return [Well(loaded), .. Secrets(loaded), .. Plugins(loaded), .. Disk(loaded, patient.Status?.Details?.Storage)];
        }
        catch (SettingsException e)
        {
            return
            [
                new Finding(
                    "config", Severity.Bad, $"the configuration has {Quantities.Count(e.Problems.Count, "mistake")}: {e.Problems[0]}",
                    "sshlog config check; a daemon that runs goes on with what it has, but none starts with this"),
            ];
        }
    }

    /// <summary>Times of recordings are the kernel's, which do not follow a clock that is set.</summary>
    public static IEnumerable<Finding> Clock(Patient patient)
    {
        if (patient.Status?.Details is not { } details)
            yield break;
        if (!details.IsClockOff)
        {
            yield return new Finding("clock", Severity.Good, "recordings have the machine's time");
            yield break;
        }

        var off = TimeSpan.FromSeconds(Math.Round(details.ClockAhead.Duration().TotalSeconds));
        var direction = details.ClockAhead > TimeSpan.Zero ? "later" : "earlier";
        yield return new Finding(
            "clock", Severity.Warning,
            $"the machine's clock was set after recording began: recordings of this boot have times that are {Quantities.Duration(off)} {direction}",
            "reckon with it until the next boot, whose recordings have the right time; let the clock be set (NTP) before sshlogd starts");
    }

    /// <summary>Actions that do not reach whom they should.</summary>
    public static IEnumerable<Finding> Actions(Patient patient)
    {
        foreach (var action in patient.Status?.Details?.Actions ?? [])
        {
            if (action is { State: "ok", DeadLetters: 0 })
                continue;
            var givenUp = action.DeadLetters > 0 ? $", {Quantities.Count(action.DeadLetters, "event")} given up" : string.Empty;
            yield return new Finding(
                "actions", Severity.Warning,
                $"action {action.Name} is {action.State}, {Quantities.Count(action.Behind, "event")} behind{givenUp}: {action.LastError ?? "no error known"}",
                $"mend what it says, then sshlog actions retry {action.Name}");
        }
    }

    private static Finding Well(LoadedConfiguration loaded) => new(
        "config", Severity.Good,
        $"the configuration is well: {Quantities.Count(loaded.Rules.Rules.Count, "rule")}, {Quantities.Count(loaded.Rules.Actions.Count, "action")}");

    private static IEnumerable<Finding> Plugins(LoadedConfiguration loaded) => loaded.Vocabulary.NotLoaded
        .Select(reason => new Finding("plug-ins", Severity.Warning, $"not used: {reason}", "sshlog plugins check"));

    private static IEnumerable<Finding> Secrets(LoadedConfiguration loaded) => loaded.Warnings
        .Select(warning => new Finding("config", Severity.Warning, warning));

    private static IEnumerable<Finding> Disk(LoadedConfiguration loaded, GatewayProtocol.StorageFigures? told)
    {
        var policy = loaded.Settings.Retention;
        var (free, total) = told is { TotalBytes: > 0 } ? (told.FreeBytes, told.TotalBytes) : Measure(loaded.Settings.StateDirectory);
        if (total == 0)
            yield break;
        var text = $"{Quantities.Size(free)} of {Quantities.Size(total)} free for recordings";
        const string remedy = "make room, or let old recordings go: sshlog.retention.max-age and max-size";
        yield return free < policy.ReserveOn(total)
            ? new Finding("disk", Severity.Bad, text + ": output is not recorded, or old recordings are deleted", remedy)
            : free < policy.AlertOn(total)
                ? new Finding("disk", Severity.Warning, text, remedy)
                : new Finding("disk", Severity.Good, text);
    }

    private static (long Free, long Total) Measure(string directory)
    {
        try
        {
            return Directory.Exists(directory) && new DriveInfo(directory) is var drive ? (drive.AvailableFreeSpace, drive.TotalSize) : (0, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (0, 0);
        }
    }
}
