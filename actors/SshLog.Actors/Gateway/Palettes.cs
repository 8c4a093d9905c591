using Akka.Actor;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Palettes of commands for operators, as the gateway serves them.</summary>
public interface IPalettes
{
    /// <summary>Looks a request up.</summary>
    /// <param name="request">What the client typed.</param>
    /// <param name="run">
    /// The actor that carries it out and answers every <see cref="GatewayProtocol.ReadPalette"/>; null when there is
    /// nothing to carry out.
    /// </param>
    /// <returns>The answer when there is nothing to carry out: help, or what is wrong.</returns>
    GatewayProtocol.PaletteOutput Find(GatewayProtocol.RunPalette request, out Props? run);
}

/// <summary>
/// Starts whatever serves the palettes in this build; which of <c>Pbm/Gateway</c> and <c>Pbm/Package</c> is compiled,
/// if any, the project file decides.
/// </summary>
internal static partial class Palettes
{
    /// <summary>Registers the daemon's palette.</summary>
    /// <returns>Null where the gateway does not serve palettes.</returns>
    public static IPalettes? Start(ActorSystem system, GatewayServices services)
    {
        IPalettes? palettes = null;
        Register(system, services, ref palettes);
        return palettes;
    }

    static partial void Register(ActorSystem system, GatewayServices services, ref IPalettes? palettes);
}
