using System.Net;
using System.Security.Cryptography;
using System.Text;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Persistence.Retention;

namespace SshLog.Persistence.Tests;

/// <summary>Bundles and changes of the key, over a real journal.</summary>
public sealed class BundleTests : IDisposable
{
    private static readonly SessionId One = JournalRows.Parse("20261122T074517-970236-4f2a");
    private static readonly SessionId Two = JournalRows.Parse("20261122T080000-970300-00ff");
    private readonly TemporaryDirectory _directory = new();
    private readonly string _journal;
    private readonly HostKey _key;
    private readonly ECDsa _public;

    public BundleTests()
    {
        _journal = _directory.File("journal.db");
        JournalDatabase.Ensure(_journal);
        foreach (var session in new[] { One, Two })
        {
            JournalRows.Write(_journal, session, [
                new SignedIn(Events.At, "billy", 1000), new OutputRecorded(Events.At, 0, ChannelStream.Output, 0, Printed),
                new ChannelClosed(Events.At, 0)], compress: true);
        }

        _key = HostKey.LoadOrCreate(_directory.Path);
        _public = Public();
        Sign();
    }

    // Long enough to be compressed.
    private static byte[] Printed => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("hello, hello\r\n", 50)));

    private static RecordingSubject Subject => new(
        One, "host1", 1, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 22), Events.At, "billy", 1000);

    private string Heads => _directory.File("heads.db");

    public void Dispose()
    {
        _public.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_bundle_proves_a_recording_with_the_public_key_alone()
    {
        var found = Verify(Bundle(One), _public);
        Assert.Equal((Verdict.Complete, 3L, 3L), (found.Report.Verdict, found.Report.Events, found.Report.SignedUpTo));
        Assert.Equal(("host1", "uid 0 (pid 1)", One.PersistenceId), (found.Manifest!.Host, found.Manifest.By, found.Manifest.PersistenceId));
        Assert.False(found.OwnKey);
        Assert.Equal([3L, 3L], found.Manifest.Heads.Select(h => h.SequenceNr));
        Assert.True(Verify(Bundle(One)).OwnKey);
        Assert.Equal(Verdict.Complete, Verify(Bundle(One)).Report.Verdict);
    }

    [Fact]
    public void Every_single_byte_of_a_bundle_counts()
    {
        var bundle = Bundle(One);
        for (var at = 0; at < bundle.Length; at++)
        {
            foreach (var flip in (byte[])[0x01, 0x10, 0x80, 0xff])
            {
                var changed = (byte[])bundle.Clone();
                changed[at] ^= flip;
                Assert.True(Verify(changed, _public).Report.Verdict == Verdict.Tampered, $"byte {at} ^ {flip}");
            }
        }
    }

    [Fact]
    public void A_bundle_that_is_cut_longer_or_of_two_is_none()
    {
        var (bundle, other) = (Bundle(One), Bundle(Two));
        for (var length = 0; length < bundle.Length; length++)
            Assert.Equal(Verdict.Tampered, Verify(bundle[..length], _public).Report.Verdict);
        Assert.Equal(Verdict.Tampered, Verify([.. bundle, 0], _public).Report.Verdict);
        for (var at = 0; at < Math.Min(bundle.Length, other.Length); at++)
        {
            byte[] spliced = [.. bundle[..at], .. other[at..]];
            if (!spliced.AsSpan().SequenceEqual(bundle) && !spliced.AsSpan().SequenceEqual(other))
                Assert.Equal(Verdict.Tampered, Verify(spliced, _public).Report.Verdict);
        }
    }

    [Fact]
    public void A_bundle_of_another_key_proves_nothing()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var found = Verify(Bundle(One), other);
        Assert.Equal(Verdict.Tampered, found.Report.Verdict);
        Assert.Contains("not signed with a key that is known", found.Report.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_change_of_the_key_either_proves_everything_and_the_old_one_signs_no_more()
    {
        var old = _key.Fingerprint;
        var ring = new HostKeyRing(_key, Heads, TimeProvider.System);
        var next = ring.Rotate();
        Assert.NotEqual(old, next.Fingerprint);
        Assert.Equal([next.Fingerprint, old], ring.List().Select(k => k.Fingerprint));
        JournalRows.Write(_journal, One, [new ChannelClosed(Events.At, 1)]);
        Sign();
        using var now = Public();
        Assert.Equal(next.Fingerprint, HostKey.FingerprintOf(now));
        foreach (var given in new[] { _public, now })
            Assert.Equal([(Verdict.Complete, 4L), (Verdict.Complete, 3L)], Journals([given], KeyChangeStore.Read(Heads)));
        // Without the change each proves its own.
        Assert.Equal([(Verdict.Complete, 4L), (Verdict.Complete, 0L)], Journals([now], []));
        using var again = HostKey.LoadOrCreate(_directory.Path);
        Assert.Equal(next.Fingerprint, again.Fingerprint);
        Assert.True(File.Exists(_directory.File($"host-key-{old[..16]}.pub")));
    }

    [Fact]
    public void After_a_change_of_the_key_either_proves_a_bundle_with_what_was_signed_before()
    {
        new JournalRetention(_journal, Heads, _key).Redact(
            new RedactionTarget(One.PersistenceId, Subject, 2, 2), new AuditActor(0, "root", "uid 0"), "a secret", DateTimeOffset.UtcNow);
        new HostKeyRing(_key, Heads, TimeProvider.System).Rotate();
        var bundle = Bundle(One);
        using var now = Public();
        foreach (var given in (ECDsa[][])[[_public], [now], []])
        {
            var report = Verify(bundle, given).Report;
            Assert.Equal((Verdict.Complete, string.Empty, 3L), (report.Verdict, report.Why, report.SignedUpTo));
            Assert.Equal(2, Assert.Single(report.Redactions).SequenceNr);
        }

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Contains("not signed with a key that is known", Verify(bundle, other).Report.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_without_changes_of_the_key_is_as_it_was_before_there_were_any()
    {
        var manifest = Verify(Bundle(One)).Manifest!;
        Assert.Empty(manifest.KeyChanges);
        Assert.DoesNotContain("key_changes", Encoding.UTF8.GetString(manifest.Encode()), StringComparison.Ordinal);
        new HostKeyRing(_key, Heads, TimeProvider.System).Rotate();
        var change = Assert.Single(Verify(Bundle(One)).Manifest!.KeyChanges);
        Assert.Equal(KeyChangeStore.Read(Heads).Single().Message(), change.Message());
    }

    [Fact]
    public void A_change_that_the_trusted_key_has_not_signed_counts_for_nothing()
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signer = new SigningKey(forger);
        var change = new KeyChange(_key.Current.PublicKey, signer.PublicKey, Events.At, default, default);
        change = change with { OldSignature = signer.Sign(change.Message()), NewSignature = signer.Sign(change.Message()) };
        using var keys = new TrustedKeys([_public], [change]);
        Assert.Equal(1, keys.Count);
    }

    [Fact]
    public void What_the_old_key_signs_after_its_change_counts_for_nothing()
    {
        var old = _key.Current;
        _key.Rotate(Events.At, change => KeyChangeStore.Add(Heads, change));
        using var now = Public();
        using var keys = new TrustedKeys([now], KeyChangeStore.Read(Heads));
        byte[] message = [1, 2, 3];
        Assert.True(keys.Has(old.Fingerprint, Events.At, message, old.Sign(message)));
        Assert.False(keys.Has(old.Fingerprint, Events.At.AddTicks(1), message, old.Sign(message)));
    }

    private IEnumerable<(Verdict, long)> Journals(IReadOnlyList<ECDsa> given, IReadOnlyList<KeyChange> changes)
    {
        using var keys = new TrustedKeys(given, changes);
        return [.. JournalVerifier.Verify(_journal, HeadStore.Read(Heads), keys, null).Select(r => (r.Verdict, r.SignedUpTo))];
    }

    private ECDsa Public() => HostKey.ReadPublic(File.ReadAllText(_directory.File(HostKey.PublicFile)));

    private void Sign()
    {
        using var store = new HeadStore(Heads);
        new HeadSigner(_journal, store, _key, TimeProvider.System).SignGrown();
    }

    private byte[] Bundle(SessionId session)
    {
        var sealer = new BundleSealer(_journal, Heads, _key, "host1", TimeProvider.System);
        using var output = new MemoryStream();
        var seal = sealer.Seal(session, "uid 0 (pid 1)")!;
        BundleFormat.Begin(output, seal);
        for (var after = 0L; after < seal.UpTo; after++)
            BundleFormat.Write(output, sealer.ReadSealed(session, after, 1).Single());
        BundleFormat.Finish(output);
        return output.ToArray();
    }

    private static BundleReport Verify(byte[] bundle, params ECDsa[] keys)
    {
        using var input = new MemoryStream(bundle);
        return BundleVerifier.Verify(input, keys);
    }
}
