using System.Threading.Channels;
using Akka.Actor;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>Takes notes of actors, to be read in the order of their arrival.</summary>
public sealed class Notebook
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly Channel<string> _notes = Channel.CreateUnbounded<string>();

    public void Add(string note) => _notes.Writer.TryWrite(note);

    public async Task<string> NextAsync() => await _notes.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    /// <summary>The next notes are these, in this order.</summary>
    public async Task ExpectAsync(params string[] notes)
    {
        var seen = new List<string>();
        foreach (var expected in notes)
        {
            string note;
            try
            {
                note = await NextAsync();
            }
            catch (TimeoutException)
            {
                note = "(nothing)";
            }

            seen.Add(note);
            if (note != expected)
                Assert.Fail($"Expected: {string.Join(" | ", notes)}\nFound:    {string.Join(" | ", seen)}");
        }
    }

    /// <summary>Notes until this one, which is the last of the result.</summary>
    public async Task<IReadOnlyList<string>> UntilAsync(string last)
    {
        var seen = new List<string>();
        do
            seen.Add(await NextAsync());
        while (seen[^1] != last);
        return seen;
    }
}

/// <summary>Notes the end of an actor.</summary>
public sealed class Watcher : ReceiveActor
{
    public Watcher(IActorRef watched, Notebook notes)
    {
        Context.Watch(watched);
        Receive<Terminated>(_ => notes.Add("stopped"));
    }
}
