using System.Diagnostics;
using System.Globalization;
using System.Text;
using SshLog.Bench.Harness;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Formatting;
using SshLog.Formatting.ReadModels;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Search;
using SshLog.Schema;
using ProcessFigures = SshLog.Bench.Harness.ProcessFigures;

namespace SshLog.Bench.Search;

/// <summary>
/// Indexing and searching recordings of coloured log lines, MIB (variable, default 256) MiB of them in sessions of 4 MiB; the
/// journal is written beside Akka's writer, so that only reading counts. Each figure is told as it grows.
/// </summary>
internal static class SearchBenchmarks
{
    private const int SessionBytes = 4 << 20;
    private const int ChunkBytes = 32 * 1024;
    private static readonly DateTimeOffset _start = new(2026, 11, 22, 7, 45, 17, TimeSpan.Zero);
    private static readonly string[] _words =
        [.. "error warning info user session opened closed denied permission failed password root cron systemd kernel eth0 docker nginx request response upstream timeout connection reset peer accepted publickey port worker queue job retry started finished backup database table index query rows cache miss hit".Split(' ')];

    public static IEnumerable<Benchmark> All =>
    [
        new Benchmark("search", "processor time to index, ms/MiB; prints size and first results as it grows", "ms/MiB", Reference.Budget(100, lessIsBetter: true), MeasureAsync)
        {
            WarmUps = 0, Runs = 1,
        },
    ];

    private static Task<double> MeasureAsync()
    {
        var mebibytes = int.Parse(Environment.GetEnvironmentVariable("MIB") ?? "256", CultureInfo.InvariantCulture);
        using var scratch = new Scratch();
        JournalDatabase.Ensure(scratch.File("journal.db"));
        using var reader = new JournalReader(scratch.File("journal.db"), ProtobufEventCodec.Instance);
        using var index = new SqliteSearchIndex(scratch.File("search.db"));
        var builder = new SearchIndexBuilder(reader, index);
        var (sessions, cpu, random) = (new List<SessionId>(), TimeSpan.Zero, new Random(1));
        for (var done = 0; done < mebibytes;)
        {
            var session = Session(sessions.Count);
            Write(scratch.File("journal.db"), session, random, sessions.Count == 0);
            sessions.Insert(0, session);
            var before = ProcessFigures.OfSelf().Cpu;
            while (!builder.Build(session, 4))
            {
            }

            cpu += ProcessFigures.OfSelf().Cpu - before;
            done += SessionBytes >> 20;
            if (done == mebibytes || (done >= 64 && int.IsPow2(done)))
                Tell(done, cpu, index, reader, sessions);
        }

        return Task.FromResult(cpu.TotalMilliseconds / mebibytes);
    }

    private static void Tell(int mebibytes, TimeSpan cpu, SqliteSearchIndex index, JournalReader reader, List<SessionId> sessions)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"  {mebibytes,6} MiB: {cpu.TotalMilliseconds / mebibytes:0} ms/MiB, index {index.Bytes / ((double)mebibytes * (1 << 20)):0.00} of it");
        foreach (var (name, sought) in new[] { ("once, in the oldest", "needle-in-the-haystack"), ("everywhere", "permission"), ("nowhere", "permission nobody"), ("words that are, not together", "kernel7 eth0x") })
        {
            var started = Stopwatch.GetTimestamp();
            var (hits, read) = FirstHit(index, reader, sessions, sought);
            text.Append(CultureInfo.InvariantCulture, $"; {name}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms ({hits} hit, {read} stretches read)");
        }

        Console.WriteLine(text);
    }

    private static (int Hits, int Read) FirstHit(SqliteSearchIndex index, JournalReader reader, List<SessionId> sessions, string sought)
    {
        var (read, next, atOnce) = (0, 0, 8);
        IReadOnlyCollection<int>[] grams = [TextGrams.Of(sought, false), TextGrams.Of(sought, true)];
        while (next < sessions.Count)
        {
            // As the command asks; nothing here has more than fits an answer.
            foreach (var found in index.Find([.. sessions.Skip(next).Take(atOnce)], grams, 0, 64 * 1024))
            {
                next++;
                foreach (var stretch in found.Stretches)
                {
                    read++;
                    var (text, after) = (RecordedText.Load(stretch.State), stretch.After);
                    while (after < stretch.UpTo)
                    {
                        foreach (var entry in reader.Read(found.Session, after, 400, 64 * 1024))
                        {
                            if (text.Take(entry).Any(l => l.Text.Contains(sought, StringComparison.OrdinalIgnoreCase)))
                                return (1, read);
                            after = entry.SequenceNr;
                        }
                    }
                }
            }

            atOnce = Math.Min(atOnce * 2, 200);
        }

        return (0, read);
    }

    private static SessionId Session(int number) => SessionId.TryParse(
        $"{_start.AddMinutes(number):yyyyMMdd'T'HHmmss}-{1000 + number}-4f2a", out var id) ? id : throw new InvalidOperationException();

    private static void Write(string file, SessionId session, Random random, bool withNeedle)
    {
        var facts = new List<SessionEvent> { new ChannelOpened(_start, 0, ChannelKind.Pty, 1, BootTime.Zero, 24, 80, false) };
        for (var written = 0; written < SessionBytes; written += ChunkBytes)
            facts.Add(new OutputRecorded(_start, 0, ChannelStream.Output, written, Chunk(random, withNeedle && written == SessionBytes / 2)));
        JournalRow.Append(file, session.PersistenceId, facts);
    }

    private static byte[] Chunk(Random random, bool withNeedle)
    {
        var text = new StringBuilder(withNeedle ? "a needle-in-\e[31mthe-hay\e[0mstack\r\n" : string.Empty);
        while (text.Length < ChunkBytes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\e[32m2026-11-22T07:{random.Next(60):00}:{random.Next(60):00}\e[0m host[{random.Next(99999)}]: ");
            for (var i = random.Next(4, 12); i > 0; i--)
                text.Append(_words[random.Next(_words.Length)]).Append(random.Next(4) == 0 ? random.Next(1000).ToString(CultureInfo.InvariantCulture) : string.Empty).Append(' ');
            text.Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, ChunkBytes));
    }
}
