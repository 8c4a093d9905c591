using System.Diagnostics;
using Akka.Actor;
using SshLog.Bench.Harness;

namespace SshLog.Bench.Engine;

/// <summary>Messages within a process.</summary>
internal static class LocalMessages
{
    private const int Tells = 3_000_000;
    private const int Asks = 200_000;
    private const int Receivers = 100;

    public static IEnumerable<Benchmark> All =>
    [
        new("tell", "messages to one actor", "msg/s", Reference.Akka(9_200_000), TellAsync) { WarmUps = 2 },
        new("ask", "questions, one after the other", "ask/s", Reference.Akka(242_000), AskAsync) { WarmUps = 2 },
        new("ask-blocking", "the same from a thread that blocks, 5 s limit", "ask/s", Reference.Akka(242_000), AskBlockingAsync) { WarmUps = 2 },
        new("fan-out", "messages to 100 actors in turn", "msg/s", null, FanOutAsync) { WarmUps = 2 },
    ];

    private static async Task<double> TellAsync()
    {
        using var system = ActorSystem.Create("bench", Quiet.Config);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = system.ActorOf(Props.Create(() => new Counter(Tells, done)));
        var message = new object();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Tells; i++)
            actor.Tell(message, ActorRefs.NoSender);
        await done.Task;
        return await EndAsync(system, Tells, started);
    }

    private static async Task<double> AskAsync()
    {
        using var system = ActorSystem.Create("bench", Quiet.Config);
        var actor = system.ActorOf(Props.Create(() => new Echo()));
        var message = new object();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Asks; i++)
            await actor.Ask<object>(message);
        return await EndAsync(system, Asks, started);
    }

    // Every question wakes another thread and is woken by it, and has a timer: what a caller outside the pool pays.
    private static async Task<double> AskBlockingAsync()
    {
        using var system = ActorSystem.Create("bench", Quiet.Config);
        var actor = system.ActorOf(Props.Create(() => new Echo()));
        var message = new object();
        var started = Stopwatch.GetTimestamp();
        await Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Asks / 4; i++)
                    actor.Ask<object>(message, TimeSpan.FromSeconds(5)).GetAwaiter().GetResult();
            },
            TaskCreationOptions.LongRunning);
        return await EndAsync(system, Asks / 4, started);
    }

    private static async Task<double> FanOutAsync()
    {
        using var system = ActorSystem.Create("bench", Quiet.Config);
        var done = Enumerable.Range(0, Receivers)
            .Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var actors = done.Select(end => system.ActorOf(Props.Create(() => new Counter(Tells / Receivers, end)))).ToArray();
        var message = new object();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Tells; i++)
            actors[i % Receivers].Tell(message, ActorRefs.NoSender);
        await Task.WhenAll(done.Select(end => end.Task));
        return await EndAsync(system, Tells, started);
    }

    private static async Task<double> EndAsync(ActorSystem system, int messages, long started)
    {
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await system.Terminate();
        return messages / seconds;
    }

    private sealed class Counter(int expected, TaskCompletionSource done) : UntypedActor
    {
        private int _seen;

        protected override void OnReceive(object message)
        {
            if (++_seen == expected)
                done.SetResult();
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
