using Akka.Actor;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;
using SshLog.Actors.Gateway;

namespace SshLog.Actors.Pbm;

/// <summary>The palette <c>sshlog</c>: what an operator may ask from a Petabridge.Cmd prompt.</summary>
internal static class SshLogPalette
{
    public static readonly CommandDefinition Sessions = new CommandDefinitionBuilder()
        .WithName("sessions").WithDescription("List the sessions that are open.")
        .WithArgument(argument => argument
            .WithName("user").WithDescription("Only this user's").WithSwitch("-u").WithSwitch("--user").IsMandatory(false))
        .Build();

    public static readonly CommandDefinition Status = new CommandDefinitionBuilder()
        .WithName("status").WithDescription("Show whether the daemon records, and what it has lost.").Build();

    public static readonly CommandDefinition Watch = new CommandDefinitionBuilder()
        .WithName("watch").WithDescription("Show logins, commands and logouts as they happen.").Build();

    public static readonly CommandPalette Palette = new("sshlog", [Sessions, Status, Watch]);
}

/// <summary>Registers <see cref="SshLogPalette"/>; every client gets a <see cref="SshLogPaletteActor"/>.</summary>
internal sealed class SshLogPaletteHandler(GatewayServices services) : CommandPaletteHandler(SshLogPalette.Palette)
{
    public override Props HandlerProps { get; } = Props.Create(() => new SshLogPaletteActor(services));
}
