namespace Akka.Actor;

/// <summary>Where an actor lives.</summary>
public abstract class Scope
{
    private protected Scope()
    {
    }
}

/// <summary>In this process.</summary>
public sealed class LocalScope : Scope
{
    private LocalScope()
    {
    }

    /// <summary>The only instance.</summary>
    public static LocalScope Instance { get; } = new();
}

/// <summary>Where and how an actor runs. Immutable.</summary>
public sealed record Deploy
{
    /// <summary>The mark of a stash without a limit.</summary>
    public const int NoStashSize = -1;

    /// <summary>In this process, with the defaults.</summary>
    public static readonly Deploy Local = new();

    /// <summary>The dispatcher's path, or null for the default.</summary>
    public string? Dispatcher { get; private init; }

    /// <summary>The mailbox's path, or null for the default.</summary>
    public string? Mailbox { get; private init; }

    /// <summary>Where the actor lives; the embedded engine deploys in its own process only.</summary>
    public Scope Scope => LocalScope.Instance;

    /// <summary>The most messages that a stash holds, or -1.</summary>
    public int StashCapacity { get; private init; } = NoStashSize;

    /// <summary>The same with another dispatcher.</summary>
    public Deploy WithDispatcher(string dispatcher) => this with { Dispatcher = dispatcher };

    /// <summary>The same with another mailbox.</summary>
    public Deploy WithMailbox(string mailbox) => this with { Mailbox = mailbox };

    /// <summary>The same with a limit for the stash, in messages.</summary>
    public Deploy WithStashCapacity(int stashSize) => this with { StashCapacity = stashSize };
}
