using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that leaves no dead letter in the log when it has no recipient.</summary>
public interface IDeadLetterSuppression;

/// <summary>A message that could not be delivered.</summary>
public abstract class AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
{
    /// <summary>The message.</summary>
    public object Message { get; } = message;

    /// <summary>Who sent it.</summary>
    public IActorRef Sender { get; } = sender;

    /// <summary>To whom.</summary>
    public IActorRef Recipient { get; } = recipient;

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}

/// <summary>A message whose recipient had ended or never lived.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A dead letter that nobody needs to know of.</summary>
public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A message that was dropped, with the reason.</summary>
public sealed class Dropped(object message, string reason, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient)
{
    /// <summary>Drops a message from nobody in particular.</summary>
    public Dropped(object message, string reason, IActorRef recipient)
        : this(message, reason, ActorRefs.NoSender, recipient)
    {
    }

    /// <summary>Why it was dropped.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A message that its recipient did not handle.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>Logs dead letters as <c>akka.log-dead-letters</c> says.</summary>
internal sealed class DeadLetterListener : ActorBase
{
    private readonly EventStream _events = Context.System.EventStream;
    private readonly Settings _settings = Context.System.Settings;
    private int _count;
    private DateTime? _silentUntil;

    protected override void PreStart()
    {
        _events.Subscribe(Self, typeof(DeadLetter));
        _events.Subscribe(Self, typeof(Dropped));
        _events.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostRestart(Exception reason)
    {
    }

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter) return false;
        if (_silentUntil is { } until)
        {
            if (DateTime.UtcNow < until) return true;
            _silentUntil = null;
            _count = 0;
        }

        _count++;
        var last = _count >= _settings.LogDeadLetters;
        if (last && _settings.LogDeadLetters != int.MaxValue)
        {
            _silentUntil = _settings.LogDeadLettersSuspendDuration < TimeSpan.Zero
                ? DateTime.MaxValue
                : DateTime.UtcNow + _settings.LogDeadLettersSuspendDuration;
        }

        Log(letter, _silentUntil is null ? "" : ", no more dead letters will be logged for now");
        return true;
    }

    private void Log(AllDeadLetters letter, string tail)
    {
        var what = letter switch
        {
            UnhandledMessage => "was unhandled",
            Dropped dropped => "was dropped. " + dropped.Reason,
            _ => "was not delivered",
        };
        var from = letter.Sender is null || letter.Sender.Equals(Context.System.DeadLetters)
            ? ""
            : $" from {letter.Sender}";
        _events.Publish(new Info(
            null, letter.Recipient?.Path.ToString() ?? "", letter.Recipient?.GetType() ?? GetType(),
            $"Message [{letter.Message.GetType().Name}]{from} to {letter.Recipient} {what}. [{_count}] dead letters " +
            $"encountered{tail}. This logging can be turned off or adjusted with 'akka.log-dead-letters' and " +
            $"'akka.log-dead-letters-during-shutdown'. Message content: {letter.Message}"));
    }
}
