using Akka.Actor;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;
using SshLog.Actors.Gateway;

namespace SshLog.Actors.Pbm;

/// <summary>The palette <c>sshlog</c>: what may be asked from a Petabridge.Cmd prompt.</summary>
internal static class SshLogPalette
{
    public static readonly CommandDefinition Sessions = new CommandDefinitionBuilder()
        .WithName("sessions").WithDescription("List the sessions that are open.")
        .WithArgument(argument => argument
            .WithName("user").WithDescription("Only this user's").WithSwitch("-u").WithSwitch("--user").IsMandatory(false))
        .Build();

    public static readonly CommandDefinition Health = Plain("health", "Show whether the daemon records, and what it has lost.");

    public static readonly CommandDefinition Watch = Plain("watch", "Show logins, commands and logouts as they happen.");

    public static readonly CommandDefinition Actions = Plain("actions", "Show how the configured actions do.");

    public static readonly CommandDefinition JournalStats = Plain("journal-stats", "Show the journal's size, its position and the room that is left.");

    public static readonly CommandDefinition Kill = new CommandDefinitionBuilder()
        .WithName("kill").WithDescription("End a session (operators).")
        .WithArgument(argument => argument
            .WithName("session").WithDescription("Its id or the start of one, tty number, or user name")
            .WithSwitch("-s").WithSwitch("--session").IsMandatory(true))
        .WithArgument(argument => argument
            .WithName("reason").WithDescription("Why, for the user and the recording").WithSwitch("-r").WithSwitch("--reason").IsMandatory(false))
        .Build();

    public static readonly CommandDefinition RulesReload = Plain("rules-reload", "Read the configuration again (administrators).");

    public static readonly CommandDefinition LogLevel = new CommandDefinitionBuilder()
        .WithName("log-level").WithDescription("Change what the daemon logs until it is started again (administrators).")
        .WithArgument(argument => argument
            .WithName("level").WithDescription("debug, info, warning or error").WithSwitch("-l").WithSwitch("--level").IsMandatory(true))
        .Build();

    /// <summary>What only looks: also for clients of whom nobody knows who they are.</summary>
    public static readonly CommandPalette Looking = new("sshlog", [Sessions, Health, Watch, Actions, JournalStats]);

    /// <summary>Everything; the connection's role decides.</summary>
    public static readonly CommandPalette Full =
        new("sshlog", [Sessions, Health, Watch, Actions, JournalStats, Kill, RulesReload, LogLevel]);

    private static CommandDefinition Plain(string name, string description) =>
        new CommandDefinitionBuilder().WithName(name).WithDescription(description).Build();
}

/// <summary>Registers a palette; every client gets a <see cref="SshLogPaletteActor"/>.</summary>
internal sealed class SshLogPaletteHandler(GatewayServices services, CommandPalette palette) : CommandPaletteHandler(palette)
{
    public override Props HandlerProps { get; } = Props.Create(() => new SshLogPaletteActor(services, palette));
}
