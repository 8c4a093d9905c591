using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Schema;

namespace SshLog.Persistence.Tests;

public sealed class EventCodecTests
{
    public static TheoryData<int> EachKind => [.. Enumerable.Range(0, Events.OfEachKind.Count)];

    [Fact]
    public void Every_kind_of_event_has_an_example_here() => Assert.Equal(
        typeof(SessionEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(SessionEvent))).Select(t => t.Name).Order(),
        Events.OfEachKind.Select(e => e.GetType().Name).Distinct().Order());

    [Theory]
    [MemberData(nameof(EachKind))]
    public void An_event_comes_back_as_it_was(int kind)
    {
        var (manifest, payload) = ProtobufEventCodec.Instance.Encode(Events.OfEachKind[kind]);
        Events.AssertEqual(Events.OfEachKind[kind], ProtobufEventCodec.Instance.Decode(manifest, payload));
    }

    /// <summary>Bytes written by the first version: whatever changes, these are read back for ever.</summary>
    [Theory]
    [MemberData(nameof(EachKind))]
    public void Old_bytes_are_still_read(int kind)
    {
        var line = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "fixtures", "events-v1.txt")).ElementAt(kind);
        var parts = line.Split(' ');
        var fact = ProtobufEventCodec.Instance.Decode(parts[0], Convert.FromHexString(parts[1]));
        Events.AssertEqual(Events.OfEachKind[kind], fact);
    }

    [Fact]
    public void An_unknown_manifest_names_the_way_out()
    {
        var e = Assert.Throws<EventFormatException>(() => ProtobufEventCodec.Instance.Decode("signed-in/v9", default));
        Assert.Contains("signed-in/v9", e.Message, StringComparison.Ordinal);
        Assert.Contains("newer sshlogd", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Garbage_is_an_event_format_error_and_nothing_else() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<int>(), (garbage, pick) =>
        {
            var manifest = ProtobufEventCodec.Instance.Encode(Events.OfEachKind[Math.Abs(pick % Events.OfEachKind.Count)]).Manifest;
            try
            {
                ProtobufEventCodec.Instance.Decode(manifest, garbage);
            }
            catch (EventFormatException)
            {
                // Said so.
            }

            return true;
        }));

    [Fact]
    public void An_envelope_comes_back_with_every_field()
    {
        var sealedEvent = EventChain.Seal(
            EventChain.Genesis("ssh-x"), new ProbePosition(5, 7), EventManifests.SignedIn, new byte[] { 1, 2, 3 }, new byte[16]);
        var back = EnvelopeCodec.Decode(sealedEvent.Manifest, EnvelopeCodec.Encode(sealedEvent));
        Assert.Equal(EventChain.Link(sealedEvent), EventChain.Link(back));
        Assert.Equal(sealedEvent.Payload.ToArray(), back.Payload.ToArray());
        Assert.Equal(sealedEvent.Position, back.Position);
        Assert.True(EventChain.PayloadIsIntact(back));
    }

    [Fact]
    public void A_damaged_envelope_says_so() =>
        Assert.Throws<EventFormatException>(() => EnvelopeCodec.Decode("signed-in/v1", new byte[] { 0x0a, 0xff, 0x01 }));
}
