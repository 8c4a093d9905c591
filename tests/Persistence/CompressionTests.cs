using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Salvage;
using SshLog.Schema;
using SshLog.Schema.Wire;
using OutputRecorded = SshLog.Core.Events.OutputRecorded;
using SignedIn = SshLog.Core.Events.SignedIn;

namespace SshLog.Persistence.Tests;

/// <summary>Compressed rows: smaller, read like others, and no danger when they are not what the daemon has written.</summary>
public sealed class CompressionTests : IDisposable
{
    private const int MiB = 1024 * 1024;
    private static readonly SessionId _session = JournalRows.Parse("20261122T074517-970236-4f2a");
    private readonly TemporaryDirectory _directory = new();
    private readonly string _file;

    public CompressionTests()
    {
        _file = _directory.File("journal.db");
        JournalDatabase.Ensure(_file);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(60 * 1024, true)]
    [InlineData(600, true)]
    [InlineData(100, false)]
    public void Text_of_some_length_is_stored_smaller_and_comes_back(int bytes, bool isSmaller)
    {
        var sealedEvent = Sealed(Text(bytes));
        var row = EnvelopeCodec.Encode(sealedEvent, compress: true);
        Assert.Equal(isSmaller, row.Length < EnvelopeCodec.Encode(sealedEvent).Length);
        Assert.True(row.Length <= EnvelopeCodec.Encode(sealedEvent).Length);
        AssertSame(sealedEvent, row);
        Assert.Equal(sealedEvent.Payload.Length, EnvelopeCodec.PlainBytes(row));
    }

    [Fact]
    public void What_does_not_get_smaller_is_stored_as_it_is()
    {
        var noise = new byte[60 * 1024];
        new Random(7).NextBytes(noise);
        var sealedEvent = Sealed(noise);
        Assert.Equal(EnvelopeCodec.Encode(sealedEvent), EnvelopeCodec.Encode(sealedEvent, compress: true));
    }

    [Fact]
    public void Whatever_was_recorded_comes_back() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<ushort>(), (piece, times) =>
        {
            var sealedEvent = Sealed([.. Enumerable.Repeat(piece, (times % 200) + 1).SelectMany(p => p)]);
            AssertSame(sealedEvent, EnvelopeCodec.Encode(sealedEvent, compress: true));
        }));

    [Fact]
    public void A_journal_may_have_rows_of_both_kinds()
    {
        JournalRows.Write(_file, _session, [new SignedIn(Events.At, "alice", 1), Output(Text(5000))]);
        JournalRows.Write(_file, _session, [Output(Text(60 * 1024))], compress: true);
        JournalRows.Write(_file, _session, [Output(Text(700))]);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        Assert.Equal(
            [5000, 60 * 1024, 700], reader.Read(_session, 0, 100, int.MaxValue).Select(e => e.Event).OfType<OutputRecorded>().Select(o => o.Bytes.Length));
        var recovered = _directory.File("recovered.db");
        Assert.True(Assert.Single(JournalSalvage.Run(_file, recovered).Journals) is { Events: 4, IsChained: true, FirstGap: null });
    }

    [Fact]
    public void Pages_and_growth_are_measured_by_what_was_printed_not_by_what_it_takes()
    {
        JournalRows.Write(_file, _session, Enumerable.Repeat(Output(new byte[60 * 1024]), 100), compress: true);
        using var reader = new JournalReader(_file, ProtobufEventCodec.Instance);
        Assert.InRange(new FileInfo(_file).Length, 0, MiB);
        Assert.InRange(reader.Read(_session, 0, 1000, MiB).Count, 17, 18);
        Assert.InRange(Assert.Single(reader.Grown(0).Sessions).StoredBytes, 6_000_000, 6_300_000);
    }

    [Fact]
    public void A_row_that_says_it_is_huge_is_refused_without_room_for_it()
    {
        var bomb = Compressed(Sealed(new byte[MiB - 100]));
        var honest = bomb.PlainBytes;
        foreach (var says in (uint[])[0, 1, 1000, honest - 1, honest + 1, MiB + 1, int.MaxValue, uint.MaxValue])
        {
            bomb.PlainBytes = says;
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<EventFormatException>(() => Decode(bomb));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * MiB);
        }

        bomb.PlainBytes = honest;
        Assert.Equal((int)honest, Decode(bomb).Payload.Length);
    }

    [Fact]
    public void Damaged_frames_are_an_event_format_error_or_fail_their_hash_and_nothing_else()
    {
        var row = Compressed(Sealed(Text(2000)));
        var frame = row.Payload.ToByteArray();
        var random = new Random(11);
        for (var round = 0; round < 5000; round++)
        {
            var changed = (byte[])frame.Clone();
            for (var flips = random.Next(4); flips >= 0; flips--)
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(4) == 0)
                changed = changed[..random.Next(changed.Length)];
            row.Payload = Google.Protobuf.ByteString.CopyFrom(changed);
            if (changed.AsSpan().SequenceEqual(frame))
                continue;
            // Other bytes may mean the same; that they are others shows all the same.
            Assert.False(EnvelopeCodec.IsAsWritten(EventManifests.OutputRecorded, Bytes(row)));
            try
            {
                Decode(row);
            }
            catch (EventFormatException)
            {
                // Said so.
            }
        }
    }

    private static byte[] Text(int bytes)
    {
        var text = new StringBuilder();
        for (var line = 0; text.Length < bytes; line++)
            text.Append("-rw-r--r-- 1 root root ").Append(line * 7919 % 100_000).Append(" Nov 29 21:44 file-").Append(line).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString(0, bytes));
    }

    private static OutputRecorded Output(byte[] bytes) => new(Events.At, 0, ChannelStream.Output, 0, bytes);

    private static JournalEvent Sealed(byte[] output)
    {
        var (manifest, payload) = ProtobufEventCodec.Instance.Encode(Output(output));
        return EventChain.Seal(EventChain.Genesis("ssh-x"), new ProbePosition(5, 7), manifest, payload, new byte[EventChain.SaltBytes]);
    }

    private static Envelope Compressed(JournalEvent sealedEvent)
    {
        var envelope = Envelope.Parser.ParseFrom(EnvelopeCodec.Encode(sealedEvent, compress: true));
        Assert.Equal(Compression.Zstd, envelope.Compression);
        return envelope;
    }

    private static byte[] Bytes(Envelope envelope) => Google.Protobuf.MessageExtensions.ToByteArray(envelope);

    private static JournalEvent Decode(Envelope envelope) => EnvelopeCodec.Decode(EventManifests.OutputRecorded, Bytes(envelope));

    private static void AssertSame(JournalEvent sealedEvent, byte[] row)
    {
        var back = EnvelopeCodec.Decode(sealedEvent.Manifest, row);
        Assert.Equal(sealedEvent.Payload.ToArray(), back.Payload.ToArray());
        Assert.Equal(EventChain.Link(sealedEvent), EventChain.Link(back));
        Assert.True(EventChain.PayloadIsIntact(back));
        Assert.True(EnvelopeCodec.IsAsWritten(sealedEvent.Manifest, row));
    }
}
