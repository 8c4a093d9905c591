using Akka.Actor;

namespace Akka.TestKit;

/// <content>Expecting messages. Every method has an asynchronous twin; all fail as xunit's assertions do.</content>
public abstract partial class TestKitBase
{
    /// <summary>Expects a message of a type.</summary>
    public T ExpectMsg<T>(
        TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(duration, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message of a type.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((_, _) => { }, duration, hint, cancellationToken);

    /// <summary>Expects a message that equals the given one.</summary>
    public T ExpectMsg<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(message, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message that equals the given one.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => MustEqual(message, m, hint), timeout, hint, cancellationToken);

    /// <summary>Expects a message that equals the given one by the given comparison.</summary>
    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(expected, comparer, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message that equals the given one by the given comparison.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => Must(comparer(expected, m), m, hint), timeout, hint, cancellationToken);

    /// <summary>Expects a message that meets a condition.</summary>
    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(isMessage, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message that meets a condition.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => Must(isMessage(m), m, hint), timeout, hint, cancellationToken);

    /// <summary>Expects a message that assertions hold for.</summary>
    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(assert, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message that assertions hold for.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => assert(m), timeout, hint, cancellationToken);

    /// <summary>Expects a message that meets a condition together with its sender.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(isMessageAndSender, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message that meets a condition together with its sender.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, s) => Must(isMessageAndSender(m, s), m, hint), timeout, hint, cancellationToken);

    /// <summary>Expects a message that assertions hold for together with its sender.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(assertMessageAndSender, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message that assertions hold for together with its sender.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync(assertMessageAndSender, timeout, hint, cancellationToken);

    /// <summary>Expects a message of a type from a sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync<T>(sender, duration, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message of a type from a sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((_, s) => MustEqual(sender, s, hint), duration, hint, cancellationToken);

    /// <summary>Expects a message from a sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync<T>(sender, message, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a message from a sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null,
        string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            (m, s) =>
            {
                MustEqual(message, m, hint);
                MustEqual(sender, s, hint);
            },
            timeout, hint, cancellationToken);

    /// <summary>Expects the end of a watched actor.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectTerminatedAsync(target, timeout, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects the end of a watched actor.</summary>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<Terminated>(
            (m, _) => MustEqual(target, m.ActorRef, hint), timeout, hint, cancellationToken);

    /// <summary>Expects one of the given messages.</summary>
    public T ExpectMsgAnyOf<T>(
        IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        ExpectMsgAnyOfAsync<T>(messages, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects one of the given messages.</summary>
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(
        IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => Must(messages.Contains(m), m, null), null, null, cancellationToken);

    /// <summary>Receives the next message; null if none comes in time.</summary>
    public object ReceiveOne(
        TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        ReceiveOneAsync(max, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Receives the next message; null if none comes in time.</summary>
    public async ValueTask<object> ReceiveOneAsync(
        TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var limit = max is null ? RemainingOrDefault : max.Value == Timeout.InfiniteTimeSpan ? max.Value : LimitOr(max);
        var envelope = limit == Timeout.InfiniteTimeSpan
            ? await _box.TakeAsync(TimeSpan.FromMilliseconds(int.MaxValue), false, cancellationToken).ConfigureAwait(false)
            : await _box.TakeAsync(limit, false, cancellationToken).ConfigureAwait(false);
        if (envelope is not null) _last = envelope;
        return envelope?.Message!;
    }

    /// <summary>Looks at the next message without taking it; null if none comes in time.</summary>
    public object PeekOne(
        TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        PeekOneAsync(max, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Looks at the next message without taking it; null if none comes in time.</summary>
    public async ValueTask<object> PeekOneAsync(
        TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var envelope = await _box.TakeAsync(LimitOr(max), true, cancellationToken).ConfigureAwait(false);
        return envelope?.Message!;
    }

    /// <summary>Skips messages until one meets a condition.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default) =>
        FishForMessageAsync<T>(isMessage, max, hint, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Skips messages until one meets a condition.</summary>
    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default)
    {
        var end = EndIn(LimitOr(max));
        while (true)
        {
            var envelope = await _box.TakeAsync(Left(end), false, cancellationToken).ConfigureAwait(false);
            if (envelope is null) Fail($"Timeout during FishForMessage<{typeof(T).Name}>", hint);
            _last = envelope;
            if (envelope!.Value.Message is T message && isMessage(message)) return message;
        }
    }

    /// <summary>Skips messages until one meets a condition.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Skips messages until one meets a condition.</summary>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Expects a number of messages.</summary>
    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        ReceiveNAsync(numberOfMessages, max, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a number of messages.</summary>
    public async ValueTask<IReadOnlyCollection<object>> ReceiveNAsync(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        var end = EndIn(LimitOr(max));
        var received = new List<object>(numberOfMessages);
        while (received.Count < numberOfMessages)
        {
            var envelope = await _box.TakeAsync(Left(end), false, cancellationToken).ConfigureAwait(false);
            if (envelope is null)
                Fail($"Timeout ({max}) while expecting {numberOfMessages} messages. Only got {received.Count}", null);
            _last = envelope;
            received.Add(envelope!.Value.Message);
        }

        return received;
    }

    /// <summary>Expects a number of messages.</summary>
    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveNAsync(numberOfMessages, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects a number of messages.</summary>
    public ValueTask<IReadOnlyCollection<object>> ReceiveNAsync(
        int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveNAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>Expects that no message comes.</summary>
    public void ExpectNoMsg(
        TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(duration, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects that no message comes.</summary>
    public async ValueTask ExpectNoMsgAsync(
        TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var envelope = await _box.TakeAsync(LimitOr(duration), false, cancellationToken).ConfigureAwait(false);
        if (envelope is { } unexpected) Fail($"Received unexpected message {unexpected}", null);
    }

    /// <summary>Expects that no message comes.</summary>
    public void ExpectNoMsg(
        int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(milliseconds, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects that no message comes.</summary>
    public ValueTask ExpectNoMsgAsync(
        int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Expects that no message comes within the default time.</summary>
    public void ExpectNoMsg(
        CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects that no message comes within the default time.</summary>
    public ValueTask ExpectNoMsgAsync(
        CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(RemainingOrDefault, cancellationToken);

    /// <summary>Expects all of the given messages, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        ExpectMsgAllOf(RemainingOrDefault, messages);

    /// <summary>Expects all of the given messages, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages)
    {
        var received = ReceiveN(messages.Length, max).OfType<T>().ToArray();
        foreach (var missing in messages.Where(message => !received.Contains(message)))
            Fail($"Did not find {missing} among [{string.Join(", ", received)}]", null);
        return received;
    }

    /// <summary>Receives messages while the function returns something; null ends it, and so does silence.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue) where T : class =>
        ReceiveWhile(max, null, filter, msgs);

    /// <summary>Receives messages while the function returns something; null ends it, and so does silence.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue) where T : class
    {
        var end = EndIn(LimitOr(max));
        var received = new List<T>();
        while (received.Count < msgs)
        {
            var wait = idle is { } silence && silence < Left(end) ? silence : Left(end);
            var next = _box.TakeAsync(wait, true, default).AsTask().GetAwaiter().GetResult();
            if (next is null || filter(next.Value.Message) is not { } value) break;
            _last = _box.TakeAsync(TimeSpan.Zero, false, default).AsTask().GetAwaiter().GetResult();
            received.Add(value);
        }

        return received;
    }

    private static long EndIn(TimeSpan limit) => System.Diagnostics.Stopwatch.GetTimestamp()
        + (long)(limit.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);

    private static void MustEqual<T>(T expected, T actual, string? hint)
    {
        if (!Equals(expected, actual)) Fail($"Expected message [{expected}], received [{actual}]", hint);
    }

    private static void Must(bool fits, object? message, string? hint)
    {
        if (!fits) Fail($"Got a message of the expected type, but it does not fit: [{message}]", hint);
    }

    private async ValueTask<T> ExpectAsync<T>(
        Action<T, IActorRef> assert, TimeSpan? duration, string? hint, CancellationToken token)
    {
        var limit = LimitOr(duration);
        var envelope = await _box.TakeAsync(limit, false, token).ConfigureAwait(false);
        if (envelope is null)
            Fail($"Failed: Timeout {limit} while waiting for a message of type {typeof(T)}", hint);
        _last = envelope;
        if (envelope!.Value.Message is not T message)
        {
            Fail($"Failed: Expected a message of type {typeof(T)}, but received {{{envelope.Value.Message}}} " +
                $"(type {envelope.Value.Message.GetType()}) from {envelope.Value.Sender}", hint);
            return default!;
        }

        assert(message, envelope.Value.Sender);
        return message;
    }
}
