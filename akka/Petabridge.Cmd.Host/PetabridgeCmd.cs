using System.Collections.Concurrent;
using Akka.Actor;

namespace Petabridge.Cmd.Host;

/// <summary>The palettes of an actor system.</summary>
public sealed class PetabridgeCmd : IExtension
{
    private readonly ConcurrentDictionary<string, CommandPaletteHandler> _handlers = new(StringComparer.Ordinal);

    internal PetabridgeCmd(ExtendedActorSystem system) => Sys = system;

    /// <summary>The system that it belongs to.</summary>
    public ExtendedActorSystem Sys { get; }

    /// <summary>True after <see cref="Start"/>.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The registered palettes by name; empty until <see cref="Start"/>.</summary>
    public IReadOnlyDictionary<string, CommandPaletteHandler> Handlers =>
        IsStarted ? _handlers : new Dictionary<string, CommandPaletteHandler>();

    /// <summary>The extension of <paramref name="system"/>.</summary>
    public static PetabridgeCmd Get(ActorSystem system) => system.WithExtension<PetabridgeCmd, PetabridgeCmdProvider>();

    /// <summary>Adds a palette.</summary>
    /// <returns>False if there is one of that name.</returns>
    public bool RegisterCommandPalette(CommandPaletteHandler handler)
    {
        if (!_handlers.TryAdd(handler.Palette.ModuleName, handler)) return false;
        handler.OnRegister(this);
        return true;
    }

    /// <summary>From now on clients are served.</summary>
    public void Start() => IsStarted = true;

    private sealed class PetabridgeCmdProvider : ExtensionIdProvider<PetabridgeCmd>
    {
        public override PetabridgeCmd CreateExtension(ExtendedActorSystem system) => new(system);
    }
}

/// <summary>A palette together with the actor that carries its commands out.</summary>
public abstract class CommandPaletteHandler
{
    /// <summary>For palettes of one's own.</summary>
    protected CommandPaletteHandler(CommandPalette palette) => Palette = palette;

    /// <summary>The palette.</summary>
    public CommandPalette Palette { get; }

    /// <summary>How to make the actor that serves one client.</summary>
    public abstract Props HandlerProps { get; }

    /// <summary>Called once, when the palette is registered.</summary>
    public virtual void OnRegister(PetabridgeCmd plugin)
    {
    }
}

/// <summary>
/// Carries a palette's commands out for one client, who is the sender: he is answered with
/// <see cref="CommandResponse"/>, in parts if need be.
/// </summary>
public abstract class CommandHandlerActor : ReceiveActor
{
    private readonly CommandPalette _palette;
    private readonly Dictionary<string, Action<Command>> _commands = new(StringComparer.Ordinal);

    /// <summary>For handlers of one's own.</summary>
    protected CommandHandlerActor(CommandPalette palette)
    {
        _palette = palette;
        Receive<Command>(Run);
    }

    /// <summary>Says what to do for a command.</summary>
    /// <exception cref="ArgumentException">The palette has no such command.</exception>
    protected void Process(string commandName, Action<Command> command)
    {
        if (!_palette.CommandsByName.ContainsKey(commandName))
            throw new ArgumentException($"'{_palette.ModuleName}' has no command '{commandName}'.", nameof(commandName));
        _commands[commandName] = command;
    }

    private void Run(Command command)
    {
        if (_commands.TryGetValue(command.Name, out var run)) run(command);
        else Sender.Tell(new ErroredCommandResponse($"'{command.Name}' is not carried out here."));
    }
}
