using Akka.Actor;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;
using SshLog.Actors.Pbm;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <content>The gateway serves the palettes, on either engine.</content>
internal static partial class Palettes
{
    static partial void Register(ActorSystem system, GatewayServices services, ref IPalettes? palettes)
    {
        var host = PetabridgeCmd.Get(system);
        host.RegisterCommandPalette(new SshLogPaletteHandler(services, SshLogPalette.Full));
        host.Start();
        palettes = new PalettesOfGateway(host);
    }
}

/// <summary>The registered palettes.</summary>
internal sealed class PalettesOfGateway(PetabridgeCmd host) : IPalettes
{
    public GatewayProtocol.PaletteOutput Find(GatewayProtocol.RunPalette request, out Props? run)
    {
        run = null;
        if (request.Palette.Length == 0)
            return Answer(host.Handlers.Values.SelectMany(h => Help(h.Palette)));
        if (!host.Handlers.TryGetValue(request.Palette, out var handler))
        {
            var known = string.Join(", ", host.Handlers.Keys);
            return Answer([$"No palette is called '{request.Palette}'; there are: {known}"], failed: true);
        }

        if (request.Words.Count == 0)
            return Answer(Help(handler.Palette));
        if (!new CommandParser(handler.Palette).TryParse(request.Words, out var command, out var error))
            return Answer([error], failed: true);
        run = PaletteRun.Props(handler.HandlerProps, command!);
        return Answer([]);
    }

    private static GatewayProtocol.PaletteOutput Answer(IEnumerable<string> lines, bool failed = false) =>
        new([.. lines], Ended: true, failed);

    private static IEnumerable<string> Help(CommandPalette palette) =>
        palette.CommandsByName.Values.SelectMany(command => command.ArgumentsByName.Values
            .Select(a => $"    {string.Join(", ", a.Switch)}  {a.Description}")
            .Prepend($"{palette.ModuleName} {command.Name}  {command.Description}"));
}
