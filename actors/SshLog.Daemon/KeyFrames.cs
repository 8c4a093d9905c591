using SshLog.Actors.Screens;
using SshLog.Native;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Screens;

namespace SshLog.Daemon;

/// <summary>Key frames as the configuration wants them.</summary>
internal static class KeyFrames
{
    /// <param name="settings">Section key-frames.</param>
    /// <param name="store">Where they are kept.</param>
    /// <param name="reader">A journal reader of their own: a page that is read for them must not hold others up.</param>
    /// <returns>Null when they are off.</returns>
    public static ScreenPorts? Ports(
        Configuration.KeyFrameSettings settings, SqliteFrameStore store, JournalReader reader) => settings.Enabled
        ? new ScreenPorts(
            store,
            reader,
            reader,
            KeyFrameSettings.Default with { Every = settings.EveryBytes, IsBusy = MachineLoad.IsBusy })
        : null;
}
