using System.IO.Enumeration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>One step of a selection.</summary>
public abstract class SelectionPathElement
{
    private protected SelectionPathElement()
    {
    }
}

/// <summary>The child with a name.</summary>
public sealed class SelectChildName(string name) : SelectionPathElement
{
    /// <summary>The name.</summary>
    public string Name => name;

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>All children whose names fit a pattern with <c>*</c> and <c>?</c>.</summary>
public sealed class SelectChildPattern(string patternStr) : SelectionPathElement
{
    /// <summary>The pattern.</summary>
    public string PatternStr => patternStr;

    internal bool Matches(string name) => FileSystemName.MatchesSimpleExpression(patternStr, name, ignoreCase: false);

    /// <inheritdoc/>
    public override string ToString() => patternStr;
}

/// <summary>The parent.</summary>
public sealed class SelectParent : SelectionPathElement
{
    /// <inheritdoc/>
    public override string ToString() => "..";
}

/// <summary>A message on its way along a selection.</summary>
public sealed class ActorSelectionMessage(
    object message, IReadOnlyList<SelectionPathElement> elements, bool wildCardFanOut = false)
    : IAutoReceivedMessage, IPossiblyHarmful
{
    /// <summary>The message.</summary>
    public object Message => message;

    /// <summary>The steps still to go.</summary>
    public IReadOnlyList<SelectionPathElement> Elements => elements;

    /// <summary>Whether a wildcard was passed: then a miss is no error.</summary>
    public bool WildCardFanOut => wildCardFanOut;

    /// <inheritdoc/>
    public override string ToString() => $"ActorSelectionMessage - Message: {message} - /{string.Join('/', elements)}";
}

/// <summary>The actors that a path leads to at the moment of sending.</summary>
public class ActorSelection : ICanTell
{
    /// <summary>Selects by a path that begins at an actor.</summary>
    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/'))
    {
    }

    /// <summary>Selects by the elements of a path that begins at an actor.</summary>
    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
        : this(anchor, elements.Where(element => element.Length > 0 && element != ".").Select(Element).ToArray())
    {
    }

    /// <summary>Selects by steps that begin at an actor.</summary>
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    /// <summary>Where the path begins.</summary>
    public IActorRef Anchor { get; }

    /// <summary>The steps.</summary>
    public SelectionPathElement[] Path { get; }

    /// <summary>The steps as text.</summary>
    public string PathString => "/" + string.Join<SelectionPathElement>('/', Path);

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender = null) => DeliverSelection(
        (IInternalActorRef)Anchor, sender ?? ActorCell.CurrentSelf, new ActorSelectionMessage(message, Path));

    /// <summary>Finds the actor behind the selection.</summary>
    /// <exception cref="ActorNotFoundException">There is none, or it did not answer in time.</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    /// <summary>Finds the actor behind the selection.</summary>
    /// <exception cref="ActorNotFoundException">There is none, or it did not answer in time.</exception>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null!), timeout, ct)
                .ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException($"subject was unknown for {this}");
        }
        catch (AskTimeoutException late)
        {
            throw new ActorNotFoundException($"No answer from {this} within {timeout}", late);
        }
    }

    /// <summary>Takes a message along its steps as far as this process goes.</summary>
    internal static void DeliverSelection(IInternalActorRef anchor, IActorRef? sender, ActorSelectionMessage selection)
    {
        var current = anchor;
        var elements = selection.Elements;
        for (var i = 0; i < elements.Count; i++)
        {
            if (current is not (ActorRefWithCell or VirtualPathContainer))
            {
                Send(current, selection.Message, [.. elements.Skip(i)], selection.WildCardFanOut, sender);
                return;
            }

            switch (elements[i])
            {
                case SelectParent:
                    current = current.Parent;
                    break;
                case SelectChildName child:
                    var next = (IInternalActorRef)current.GetChild([child.Name]);
                    if (next.IsNobody())
                    {
                        Miss(current, selection, sender, [.. elements.Skip(i)]);
                        return;
                    }

                    current = next;
                    break;
                case SelectChildPattern pattern:
                    FanOut(current, pattern, selection, sender, [.. elements.Skip(i + 1)]);
                    return;
            }
        }

        Send(current, selection.Message, [], selection.WildCardFanOut, sender);
    }

    private static void Send(
        IInternalActorRef target, object message, IReadOnlyList<SelectionPathElement> left, bool fanOut,
        IActorRef? sender)
    {
        // A local target gets the plain message; a remote one and an empty place must know the steps left.
        if (left.Count == 0 && target is not EmptyLocalActorRef) target.Tell(message, sender);
        else target.Tell(new ActorSelectionMessage(message, left, fanOut), sender);
    }

    private static void Miss(
        IInternalActorRef last, ActorSelectionMessage selection, IActorRef? sender, SelectionPathElement[] left)
    {
        var provider = last.Provider;
        var path = left.Aggregate(last.Path, (path, element) => path / element.ToString()!);
        var events = ((LocalActorRefProvider)provider.LocalProvider).EventStream;
        if (selection.WildCardFanOut && selection.Message is Identify) return;
        new EmptyLocalActorRef(provider, path, events).Tell(
            new ActorSelectionMessage(selection.Message, [], selection.WildCardFanOut), sender);
    }

    private static void FanOut(
        IInternalActorRef current, SelectChildPattern pattern, ActorSelectionMessage selection, IActorRef? sender,
        SelectionPathElement[] left)
    {
        IEnumerable<IActorRef> children = current switch
        {
            ActorRefWithCell withCell => withCell.Children,
            VirtualPathContainer container => container.Children,
            _ => [],
        };
        var matching = children.Where(child => pattern.Matches(child.Path.Name)).ToArray();
        if (matching.Length == 0 && !selection.WildCardFanOut)
        {
            var events = ((LocalActorRefProvider)current.Provider.LocalProvider).EventStream;
            new EmptyLocalActorRef(current.Provider, current.Path / pattern.PatternStr, events).Tell(
                new ActorSelectionMessage(selection.Message, left, true), sender);
            return;
        }

        var onward = new ActorSelectionMessage(selection.Message, left, wildCardFanOut: true);
        foreach (var child in matching) DeliverSelection((IInternalActorRef)child, sender, onward);
    }

    private static SelectionPathElement Element(string element) =>
        element == ".." ? new SelectParent()
        : element.AsSpan().ContainsAny('*', '?') ? new SelectChildPattern(element)
        : new SelectChildName(element);

    /// <inheritdoc/>
    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";
}
