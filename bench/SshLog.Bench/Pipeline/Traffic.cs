using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bench.Pipeline;

/// <summary>What many sessions do, as the probe would report it.</summary>
internal sealed class Traffic
{
    private const int EventCost = 128;
    private const int OutputBytes = 60 * 1024;

    private static readonly BootTime Start = new(10_000_000_000);
    private static readonly byte[] Text = MakeText();

    private readonly ulong[] _offsets;
    private readonly byte[] _text;
    private ulong _number;

    private Traffic(int sessions, byte[]? text = null) => (_offsets, _text) = (new ulong[sessions], text ?? Text);

    /// <summary>A session that prints listings of files as fast as it can.</summary>
    public static IEnumerable<ProbeBatch> Listing(int mebibytes) => Output(new Traffic(1, MakeListing()), mebibytes);

    /// <summary>Sessions that print as fast as they can, in batches of four times 60 KiB.</summary>
    public static IEnumerable<ProbeBatch> Output(int sessions, int mebibytes) =>
        Output(new Traffic(sessions), mebibytes);

    private static IEnumerable<ProbeBatch> Output(Traffic traffic, int mebibytes)
    {
        var sessions = traffic._offsets.Length;
        for (var i = 0; i < sessions; i++)
            yield return traffic.Open(i);
        const int PerBatch = 4;
        for (var sent = 0L; sent < mebibytes * (1L << 20); sent += PerBatch * OutputBytes)
        {
            var session = (int)(traffic._number % (ulong)sessions);
            yield return traffic.Batch(session, Enumerable.Range(0, PerBatch).Select(_ => traffic.Print(session, OutputBytes)));
        }
    }

    /// <summary>Sessions that start and end commands, 16 of them in a batch; at full speed, or paced.</summary>
    public static IEnumerable<ProbeBatch> Commands(int sessions, int commands, int? eventsPerSecond = null)
    {
        var traffic = new Traffic(sessions);
        for (var i = 0; i < sessions; i++)
            yield return traffic.Open(i);
        const int PerBatch = 16;
        var started = Stopwatch.GetTimestamp();
        for (var done = 0; done < commands; done += PerBatch)
        {
            if (eventsPerSecond is { } rate)
                Wait(started, TimeSpan.FromSeconds(2.0 * done / rate));
            var first = 100_000 + done;
            yield return traffic.Batch(
                done / PerBatch % sessions,
                Enumerable.Range(first, PerBatch).SelectMany(pid => new ProbeEvent[] { Execute(pid), Exit(pid) }));
        }
    }

    /// <summary>
    /// Many sessions, each with a little at a time: a command, its 100 bytes, its end, and an echo; paced.
    /// </summary>
    public static IEnumerable<ProbeBatch> Mixed(int sessions, int eventsPerSecond, TimeSpan duration)
    {
        var traffic = new Traffic(sessions);
        for (var i = 0; i < sessions; i++)
            yield return traffic.Open(i);
        const int PerBatch = 4;
        var started = Stopwatch.GetTimestamp();
        var events = (long)(eventsPerSecond * duration.TotalSeconds);
        for (var sent = 0L; sent < events; sent += PerBatch)
        {
            Wait(started, TimeSpan.FromSeconds((double)sent / eventsPerSecond));
            var session = (int)(sent / PerBatch % sessions);
            var pid = 100_000 + (int)(sent / PerBatch);
            yield return traffic.Batch(
                session, [traffic.Print(session, 12), Execute(pid), traffic.Print(session, 100), Exit(pid)]);
        }
    }

    // On the synthetic probe's own thread.
    private static void Wait(long started, TimeSpan due)
    {
        var left = due - Stopwatch.GetElapsedTime(started);
        if (left > TimeSpan.FromMilliseconds(1))
            Thread.Sleep(left);
    }

    private static byte[] MakeText()
    {
        var random = new byte[(1 << 20) * 3 / 4];
        new Random(2026).NextBytes(random);
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(random.Length)];
        Base64.EncodeToUtf8(random, text, out _, out _);
        return text;
    }

    private static byte[] MakeListing()
    {
        var (random, text) = (new Random(2026), new StringBuilder());
        while (text.Length < 4 << 20)
        {
            text.Append(CultureInfo.InvariantCulture, $"-rw-r--r-- 1 root root {random.Next(1_000_000),7} Nov {random.Next(1, 30),2} {random.Next(24):00}:{random.Next(60):00} ")
                .Append(CultureInfo.InvariantCulture, $"\e[0m\e[01;{31 + random.Next(6)}mlib{random.Next(10_000)}.so.{random.Next(9)}\e[0m\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static ProgramExecuted Execute(int pid) => new(
        Start, pid, 1, ArgumentVector.FromStrings("ls", "-l", "/etc/ssh"), "/usr/bin/ls", "/home/someone", 1000, 1000,
        1000, 7, 3);

    private static ProcessExited Exit(int pid) => new(Start, pid, 0, 0, false);

    private static ChannelRef Terminal(int session) => new(ChannelKind.Pty, (ulong)session, Start);

    /// <summary>The first session of any traffic.</summary>
    public static SessionKey FirstSession => Key(0);

    private static SessionKey Key(int session) => new(Start, 1000 + session);

    private ProbeBatch Open(int session) => Batch(session,
    [
        new ConnectionOpened(Start, new IPEndPoint(IPAddress.Loopback, 50000), new IPEndPoint(IPAddress.Loopback, 22), false),
        new ChannelSeen(Start, Terminal(session), 24, 80, false),
    ]);

    private OutputRead Print(int session, int bytes)
    {
        var offset = _offsets[session];
        _offsets[session] += (ulong)bytes;
        var from = (int)(offset % (ulong)(_text.Length - bytes));
        return new OutputRead(Start, Terminal(session), ChannelStream.Output, offset, _text.AsMemory(from, bytes));
    }

    private ProbeBatch Batch(int session, IEnumerable<ProbeEvent> events)
    {
        var all = events.ToList();
        return new ProbeBatch(
            new ProbePosition(SyntheticSource.Epoch, ++_number), Key(session), all,
            all.Sum(e => EventCost + (e is OutputRead output ? output.Bytes.Length : 0)));
    }
}
