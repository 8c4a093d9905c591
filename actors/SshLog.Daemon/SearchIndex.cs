using SshLog.Actors.Search;
using SshLog.Native;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Search;

namespace SshLog.Daemon;

/// <summary>The search index as the configuration wants it.</summary>
internal static class SearchIndex
{
    /// <param name="settings">Section search-index.</param>
    /// <param name="index">Where it is kept.</param>
    /// <param name="reader">A journal reader of its own: a page that is read for it must not hold others up.</param>
    /// <returns>Null when it is off.</returns>
    public static SearchPorts? Ports(Configuration.SearchIndexSettings settings, SqliteSearchIndex index, JournalReader reader) =>
        settings.Enabled
            ? new SearchPorts(
                index,
                reader,
                reader,
                SearchIndexSettings.Default with
                {
                    Share = settings.CpuPercent / 100.0,
                    LargestBytes = settings.MaxBytes,
                    IsBusy = MachineLoad.IsBusy,
                })
            : null;
}
