using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The engine's side of an actor: mailbox, behaviours, children, supervision and death watch.</summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell? _current;

    private readonly IInternalActorRef? _parent;
    private readonly Stack<Receive> _behaviors = new();
    private volatile Mailbox? _mailbox;
    private volatile ActorBase? _actor;
    private object? _message;
    private IActorRef? _sender;
    private int _pendingTasks;

    internal ActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher,
        IInternalActorRef? parent)
    {
        SystemImpl = system;
        SelfInternal = self;
        Props = props;
        Dispatcher = dispatcher;
        _parent = parent;
    }

    /// <summary>The cell whose handler runs on this thread, or null.</summary>
    internal static ActorCell? Current
    {
        get => _current;
        set => _current = value;
    }

    internal static IActorRef? CurrentSelf => _current?.SelfInternal;

    internal ActorSystemImpl SystemImpl { get; }

    internal IInternalActorRef SelfInternal { get; }

    internal IInternalActorRef ParentRef => _parent ?? ActorRefs.Nobody;

    internal Mailbox? Mailbox => _mailbox;

    internal ActorBase? Actor => _actor;

    internal bool IsTerminated => _mailbox is { IsClosed: true };

    /// <summary>Counts the ordinary messages handled, so that a stash notices one put aside twice.</summary>
    internal long Turn { get; private set; }

    internal Envelope CurrentEnvelope => new(_message!, _sender);

    public ActorSystem System => SystemImpl;

    public IActorRef Self => SelfInternal;

    public Props Props { get; }

    public MessageDispatcher Dispatcher { get; }

    public IActorRef Parent => ParentRef;

    public IActorRef Sender => _sender ?? SystemImpl.DeadLetters;

    internal void Init()
    {
        var queue = SystemImpl.Mailboxes.CreateQueue(Props.Deploy.Mailbox, Self);
        var mailbox = new Mailbox(this, Dispatcher, queue);
        // Before anybody can know the reference, so that nothing is handled before the actor is made.
        mailbox.Begin(new Create());
        _mailbox = mailbox;
    }

    internal void Start() => _mailbox!.Schedule();

    internal void Stop() => SendSystemMessage(new Terminate());

    internal void Suspend() => SendSystemMessage(new Suspend());

    internal void Resume(Exception? causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

    internal void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    internal void SendSystemMessage(ISystemMessage message) => _mailbox!.EnqueueSystem(message);

    internal void SendMessage(object message, IActorRef? sender)
    {
        if (SystemImpl.Settings.SerializeAllMessages) message = SerializedCopy(message);
        _mailbox!.Enqueue(new Envelope(message, sender));
    }

    public void Become(Receive receive)
    {
        if (_behaviors.Count > 0) _behaviors.Pop();
        _behaviors.Push(receive);
    }

    public void BecomeStacked(Receive receive) => _behaviors.Push(receive);

    public void Become(UntypedReceive receive) => Become(Always(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Always(receive));

    public void UnbecomeStacked()
    {
        if (_behaviors.Count > 1) _behaviors.Pop();
    }

    public ActorSelection ActorSelection(string actorPath) => SystemImpl.Select(Self, actorPath);

    public ActorSelection ActorSelection(ActorPath actorPath) => SystemImpl.ActorSelection(actorPath);

    /// <summary>Handles one ordinary message.</summary>
    internal void Invoke(Envelope envelope)
    {
        var influences = InfluencesReceiveTimeout(envelope.Message);
        _message = envelope.Message;
        _sender = envelope.Sender;
        Turn++;
        try
        {
            if (influences) CancelReceiveTimeout();
            if (envelope.Message is IAutoReceivedMessage) AutoReceive(envelope.Message);
            else ReceiveMessage(envelope.Message);
            ClearCurrentMessage();
        }
        catch (Exception failure)
        {
            HandleInvokeFailure(failure);
        }
        finally
        {
            if (influences || _receiveTimeoutChanged) CheckReceiveTimeout();
        }
    }

    internal void ReceiveMessage(object message) => _actor!.AroundReceive(_behaviors.Peek(), message);

    internal void BeginTask()
    {
        _pendingTasks++;
        _mailbox!.SuspendForTask();
    }

    internal void Publish(LogEvent entry) => SystemImpl.EventStream.Publish(entry);

    private static Receive Always(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void ClearCurrentMessage()
    {
        _message = null;
        _sender = null;
    }

    private object SerializedCopy(object message)
    {
        if (message is INoSerializationVerificationNeeded or IAutoReceivedMessage) return message;
        if (message is AllDeadLetters) return message;
        var serialization = SystemImpl.Serialization;
        var serializer = serialization.FindSerializerFor(message);
        var manifest = Serialization.Serialization.ManifestFor(serializer, message);
        return serialization.Deserialize(serialization.Serialize(message), serializer.Identifier, manifest);
    }

    private void AutoReceive(object message)
    {
        if (SystemImpl.Settings.DebugAutoReceive)
            Publish(new Debug(Self.Path.ToString(), ActorType, $"received AutoReceiveMessage {message}"));
        switch (message)
        {
            case TimerMessage timer:
                if (!TryAcceptTimer(timer, out var content)) return;
                _message = content;
                if (content is IAutoReceivedMessage) AutoReceive(content);
                else ReceiveMessage(content);
                break;
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case AddressTerminated lost:
                HandleAddressTerminated(lost.Address);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                SelfInternal.Stop();
                break;
            case ActorSelectionMessage selection:
                if (selection.Elements.Count == 0) ReceiveSelected(selection);
                else ActorSelectionDelivery(selection);
                break;
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), ActorRefs.NoSender);
                break;
            default:
                ReceiveMessage(message);
                break;
        }
    }

    private void ActorSelectionDelivery(ActorSelectionMessage selection) =>
        Akka.Actor.ActorSelection.DeliverSelection(SelfInternal, _sender, selection);

    private void ReceiveSelected(ActorSelectionMessage selection)
    {
        _message = selection.Message;
        if (selection.Message is IAutoReceivedMessage) AutoReceive(selection.Message);
        else ReceiveMessage(selection.Message);
    }

    private Type ActorType => _actor?.GetType() ?? Props.Type;
}
