using Akka.Actor;
using Petabridge.Cmd.Host;
using SshLog.Actors.Pbm;

namespace SshLog.Actors.Gateway;

/// <content>
/// With <c>-p:AkkaEngine=nuget -p:PetabridgeCmd=true</c> Petabridge.Cmd.Host serves the palette to its own client,
/// <c>pbm</c>, over TCP (<c>petabridge.cmd { host, port }</c>): without authentication, hence not without being asked for, and only what looks.
/// </content>
internal static partial class Palettes
{
    static partial void Register(ActorSystem system, GatewayServices services, ref IPalettes? palettes)
    {
        var host = PetabridgeCmd.Get(system);
        host.RegisterCommandPalette(new SshLogPaletteHandler(services, SshLogPalette.Looking));
        host.Start();
    }
}
