using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.TestKit;

/// <summary>Says which log entries are expected.</summary>
public sealed class EventFilterFactory
{
    private readonly TestKitBase _kit;

    internal EventFilterFactory(TestKitBase kit) => _kit = kit;

    /// <summary>Errors with a cause of a type.</summary>
    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    /// <summary>Errors with a cause of a type.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType, string? message = null, string? start = null, string? contains = null,
        string? source = null) => new EventFilterApplier(_kit, entry => entry is Error { Cause: { } cause } error
            && exceptionType.IsInstanceOfType(cause) && FromSource(error, source)
            && (Fits(cause.Message, message, start, contains) || Fits(Text(error), message, start, contains)));

    /// <summary>Errors.</summary>
    public IEventFilterApplier Error(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Error>(message, start, contains, source);

    /// <summary>Warnings.</summary>
    public IEventFilterApplier Warning(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Warning>(message, start, contains, source);

    /// <summary>Info entries.</summary>
    public IEventFilterApplier Info(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Info>(message, start, contains, source);

    /// <summary>Debug entries.</summary>
    public IEventFilterApplier Debug(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Debug>(message, start, contains, source);

    /// <summary>Entries of a level.</summary>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null,
        string? source = null) => new EventFilterApplier(_kit, entry => entry is LogEvent log
            && log.LogLevel() == logLevel && FromSource(log, source) && Fits(Text(log), message, start, contains));

    /// <summary>Entries that meet a condition.</summary>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Custom<LogEvent>(predicate);

    /// <summary>Entries of a type that meet a condition.</summary>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent =>
        new EventFilterApplier(_kit, entry => entry is TLogEvent log && predicate(log));

    /// <summary>Dead letters.</summary>
    public IEventFilterApplier DeadLetter() => new EventFilterApplier(_kit, entry => entry is DeadLetter);

    /// <summary>Dead letters whose message is of a type.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool>? isMatch = null) =>
        new EventFilterApplier(_kit, entry => entry is DeadLetter { Message: TMessage message }
            && (isMatch is null || isMatch(message)));

    private static string Text(LogEvent entry) => entry.Message?.ToString() ?? "";

    private static bool FromSource(LogEvent entry, string? source) => source is null || entry.LogSource == source
        || entry.LogSource.StartsWith(source + "(", StringComparison.Ordinal);

    private static bool Fits(string text, string? message, string? start, string? contains) =>
        (message is null || text == message)
        && (start is null || text.StartsWith(start, StringComparison.Ordinal))
        && (contains is null || text.Contains(contains, StringComparison.Ordinal));

    private EventFilterApplier Level<T>(string? message, string? start, string? contains, string? source)
        where T : LogEvent => new(_kit, entry =>
            entry is T log && FromSource(log, source) && Fits(Text(log), message, start, contains));
}

/// <summary>Runs an action and counts the entries it leads to.</summary>
public interface IEventFilterApplier
{
    /// <summary>Runs an action that leads to exactly one entry.</summary>
    void ExpectOne(Action action);

    /// <summary>Runs an action that leads to exactly one entry, within a time.</summary>
    void ExpectOne(TimeSpan timeout, Action action);

    /// <summary>Runs an action that leads to a number of entries.</summary>
    void Expect(int expectedCount, Action action);

    /// <summary>Runs an action that leads to a number of entries, within a time.</summary>
    void Expect(int expectedCount, TimeSpan timeout, Action action);

    /// <summary>Runs an action that leads to exactly one entry.</summary>
    Task ExpectOneAsync(Func<Task> actionAsync);

    /// <summary>Runs an action that leads to a number of entries.</summary>
    Task ExpectAsync(int expectedCount, Func<Task> actionAsync);

    /// <summary>Runs an action; how many entries come of it does not matter.</summary>
    void Mute(Action action);
}

internal sealed class EventFilterApplier(TestKitBase kit, Predicate<object> fits) : IEventFilterApplier
{
    public void ExpectOne(Action action) => Expect(1, action);

    public void ExpectOne(TimeSpan timeout, Action action) => Expect(1, timeout, action);

    public void Expect(int expectedCount, Action action) =>
        Expect(expectedCount, kit.Dilated(kit.TestKitSettings.TestEventFilterLeeway), action);

    public void Expect(int expectedCount, TimeSpan timeout, Action action) => RunAsync(expectedCount, timeout, () =>
    {
        action();
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    public Task ExpectOneAsync(Func<Task> actionAsync) => ExpectAsync(1, actionAsync);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync) =>
        RunAsync(expectedCount, kit.Dilated(kit.TestKitSettings.TestEventFilterLeeway), actionAsync);

    public void Mute(Action action) => action();

    private async Task RunAsync(int expected, TimeSpan limit, Func<Task> action)
    {
        var counter = new Counter(kit.Sys, fits);
        foreach (var type in new[] { typeof(LogEvent), typeof(DeadLetter) }) kit.Sys.EventStream.Subscribe(counter, type);
        try
        {
            await action().ConfigureAwait(false);
            if (expected == 0) await Task.Delay(kit.Dilated(TimeSpan.FromMilliseconds(100))).ConfigureAwait(false);
            else await kit.AwaitConditionAsync(() => counter.Count >= expected, limit, null, $"{counter.Count} of {expected} log entries")
                .ConfigureAwait(false);
            if (counter.Count != expected) Assert.Fail($"Received {counter.Count} log entries, expected {expected}.");
        }
        finally
        {
            kit.Sys.EventStream.Unsubscribe(counter);
        }
    }

    /// <summary>Counts what is published, on the publisher's own thread.</summary>
    private sealed class Counter(ActorSystem system, Predicate<object> fits) : MinimalActorRef
    {
        private static int _number;
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        public override ActorPath Path { get; } = ((ExtendedActorSystem)system).Provider.RootPath
            / $"event-filter-{Interlocked.Increment(ref _number)}";

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        protected override void TellInternal(object message, IActorRef? sender)
        {
            if (fits(message)) Interlocked.Increment(ref _count);
        }
    }
}
