using SshLog.BuiltIn.Actions;
using SshLog.BuiltIn.Filters;
using SshLog.Formatting;
using SshLog.Plugins;

namespace SshLog.BuiltIn;

/// <summary>The filters and actions that come with the daemon, and the events that rules may begin with.</summary>
public static class BuiltIns
{
    /// <summary>The host has signed how far a journal has come: written only while a rule asks for it.</summary>
    public const string HeadSigned = "head_signed";

    /// <summary>Events by the names that people see; beside them every event by the name of its schema.</summary>
    public static IReadOnlyList<string> Triggers { get; } =
    [
        .. EventNames.All,
        // Output has no line of its own, two are what an event may be besides, and the last ones are older names.
        "terminal_update", "sign_in", "command_failed", "privilege_change", "forward_open", "terminal_resize",
    ];

    /// <summary>All of them, together with what others bring.</summary>
    /// <param name="manifests">Names of the events' schemas.</param>
    public static PluginCatalogue Catalogue(IEnumerable<string> manifests) =>
        new([.. Triggers, .. manifests], Filters, Actions);

    private static IFilterFactory[] Filters =>
    [
        .. CommandFilters.All, .. UserFilters.All, .. ConnectionFilters.All, .. TransferFilters.All, .. OutputFilters.All,
        .. TimeFilters.All, RateFilter.Factory,
    ];

    private static IActionFactory[] Actions =>
    [
        EventLogFileAction.Factory, SessionLogAction.Factory, SyslogAction.Factory, StatsdAction.Factory,
        SlackAction.Factory, WebhookAction.Factory, EmailAction.Factory, RunCommandAction.Factory,
        KillSessionAction.Factory, MessageAction.Factory, OtlpAction.Factory,
    ];
}
