using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Schema;

namespace SshLog.Persistence.Tests;

/// <summary>Whatever is done to a small journal, it is found; what was not touched stays proved.</summary>
public sealed class VerifierTests : IDisposable
{
    private static readonly SessionId One = JournalRows.Parse("20261122T074517-970236-4f2a");
    private static readonly SessionId Two = JournalRows.Parse("20261122T080000-970300-00ff");

    private readonly TemporaryDirectory _directory = new();
    private readonly string _journal;
    private readonly HostKey _key;
    private readonly ECDsa _public;

    public VerifierTests()
    {
        _journal = Path.Combine(_directory.Path, "journal.db");
        JournalDatabase.Ensure(_journal);
        JournalRows.Write(_journal, One, Facts("one"), compress: true);
        JournalRows.Write(_journal, Two, Facts("two"));
        _key = HostKey.LoadOrCreate(_directory.Path);
        _public = HostKey.ReadPublic(File.ReadAllText(Path.Combine(_directory.Path, HostKey.PublicFile)));
    }

    private string Heads => Path.Combine(_directory.Path, "heads.db");

    public void Dispose()
    {
        _public.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void What_was_recorded_is_complete_and_signed_once_its_head_is()
    {
        Assert.Equal((Verdict.Complete, 0), (Find(One).Verdict, Find(One).SignedUpTo));
        Sign();
        var report = Find(One);
        Assert.Equal((Verdict.Complete, 3L, 3L), (report.Verdict, report.Events, report.SignedUpTo));
        JournalRows.Write(_journal, One, [new ChannelClosed(Events.At, 0)]);
        Assert.Equal((Verdict.Complete, 4L, 3L), (Find(One).Verdict, Find(One).Events, Find(One).SignedUpTo));
        Sign();
        Assert.Equal(4, Find(One).SignedUpTo);
    }

    [Fact]
    public void Recorded_losses_are_gaps_and_no_tampering()
    {
        var loss = new LossRecorded(Events.At, LossCause.RingFull, null, 0, ChannelStream.Output, 7, 2, 100);
        JournalRows.Write(_journal, One, [loss]);
        Assert.Equal(Verdict.Gaps, Find(One).Verdict);
        Assert.Equal(loss, Assert.Single(Find(One).Gaps));
    }

    [Fact]
    public void Every_single_byte_of_every_event_counts()
    {
        Sign();
        foreach (var (row, payload) in Payloads())
        {
            for (var at = 0; at < payload.Length; at++)
            {
                var changed = (byte[])payload.Clone();
                changed[at] ^= 0x10;
                Execute("UPDATE event_journal SET payload = $payload WHERE ordering = $row", ("$payload", changed), ("$row", row));
                Assert.True(Find(One).Verdict == Verdict.Tampered, $"byte {at} of event {row}");
                // What only the link covers shows at the event after it, or in the signature.
                Assert.InRange(Find(One).TamperedAt!.Value, row, row + 1);
            }

            Execute("UPDATE event_journal SET payload = $payload WHERE ordering = $row", ("$payload", payload), ("$row", row));
        }

        Assert.Equal(Verdict.Complete, Find(One).Verdict);
        Assert.Equal(Verdict.Complete, Find(Two).Verdict);
    }

    [Theory]
    [InlineData("UPDATE event_journal SET manifest = 'channel-closed/v1' WHERE ordering = 2", 3)]
    [InlineData("UPDATE event_journal SET is_deleted = 1 WHERE ordering = 2", 2)]
    [InlineData("UPDATE event_journal SET serializer_id = 1 WHERE ordering = 2", 2)]
    [InlineData("UPDATE event_journal SET tags = ';x;' WHERE ordering = 2", 2)]
    [InlineData("UPDATE event_journal SET payload = 'text' WHERE ordering = 2", 2)]
    [InlineData("UPDATE event_journal SET payload = payload || x'00' WHERE ordering = 2", 2)]
    [InlineData("DELETE FROM event_journal WHERE ordering = 2", 2)]
    [InlineData("DELETE FROM event_journal WHERE ordering = 1", 1)]
    [InlineData("UPDATE event_journal SET sequence_nr = sequence_nr - 1 WHERE persistence_id = (SELECT persistence_id FROM event_journal WHERE ordering = 1)", 1)]
    [InlineData("DELETE FROM event_journal WHERE ordering = 1; UPDATE event_journal SET sequence_nr = sequence_nr - 1 WHERE ordering IN (2, 3)", 1)]
    [InlineData("UPDATE event_journal SET sequence_nr = 9 WHERE ordering = 2; UPDATE event_journal SET sequence_nr = 2 WHERE ordering = 3; UPDATE event_journal SET sequence_nr = 3 WHERE ordering = 2", 2)]
    [InlineData("UPDATE event_journal SET payload = (SELECT payload FROM event_journal WHERE ordering = 5) WHERE ordering = 2", 2)]
    [InlineData("UPDATE event_journal SET payload = (SELECT payload FROM event_journal WHERE ordering = 1) WHERE ordering = 2", 2)]
    [InlineData("UPDATE event_journal SET persistence_id = 'ssh-20261122T080000-970300-00ff', sequence_nr = 4 WHERE ordering = 3; UPDATE event_journal SET sequence_nr = 3 WHERE ordering = 99", 0)]
    public void What_is_removed_moved_or_put_in_its_place_is_found(string change, long at)
    {
        Sign();
        Execute("DROP TRIGGER event_journal_without_holes");
        Execute(change);
        var reports = Verify();
        Assert.Contains(reports, r => r.Verdict == Verdict.Tampered);
        if (at > 0)
            Assert.Equal(at, reports.Single(r => r.Session == One).TamperedAt);
    }

    [Fact]
    public void A_missing_end_is_found_up_to_what_was_signed()
    {
        const string cut = "DELETE FROM event_journal WHERE ordering = 3";
        Execute(cut);
        // Nobody has signed that there was more.
        Assert.Equal(Verdict.Complete, Find(One).Verdict);
        JournalRows.Write(_journal, One, [Facts("one")[2]]);
        Sign();
        Execute("DELETE FROM event_journal WHERE persistence_id = $id AND sequence_nr = 3", ("$id", One.PersistenceId));
        Assert.Equal((Verdict.Tampered, (long?)3), (Find(One).Verdict, Find(One).TamperedAt));
        Execute("DELETE FROM event_journal WHERE persistence_id = $id", ("$id", One.PersistenceId));
        Assert.Equal((Verdict.Tampered, (long?)1), (Find(One).Verdict, Find(One).TamperedAt));
        Assert.Equal(Verdict.Complete, Find(Two).Verdict);
    }

    [Fact]
    public void A_journal_written_anew_does_not_fit_its_signature_and_another_key_proves_nothing()
    {
        Sign();
        Execute("DELETE FROM event_journal WHERE persistence_id = $id", ("$id", One.PersistenceId));
        JournalRows.Write(_journal, One, Facts("another"));
        Assert.Equal(Verdict.Tampered, Find(One).Verdict);

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(0, JournalVerifier.Verify(_journal, HeadStore.Read(Heads), new TrustedKeys([other], []), Two).Single().SignedUpTo);
    }

    [Fact]
    public void A_head_that_was_kept_elsewhere_suffices_when_everything_signed_here_is_gone_or_was_made_anew()
    {
        var kept = Ship();
        Assert.Equal([One.PersistenceId, Two.PersistenceId], kept.Select(h => h.PersistenceId).Order());
        Assert.All(VerifyAgainst(kept).Where(r => r.Session is not null), r => Assert.Equal((Verdict.Complete, 3L), (r.Verdict, r.SignedUpTo)));

        // The end is cut off and every signature of this machine goes.
        Execute("DELETE FROM event_journal WHERE persistence_id = $id AND sequence_nr > 1", ("$id", One.PersistenceId));
        File.Delete(Heads);
        Assert.Equal(Verdict.Complete, Find(One).Verdict);
        var cut = VerifyAgainst(kept).Single(r => r.Session == One);
        Assert.Equal((Verdict.Tampered, (long?)2), (cut.Verdict, cut.TamperedAt));
        Assert.Contains("its end is missing, 2 events: events up to 3 were signed on ", cut.Why, StringComparison.Ordinal);

        // Another end is put there, and root signs it with the host's own key.
        JournalRows.Write(_journal, One, [new ChannelClosed(Events.At, 0), new ChannelClosed(Events.At, 1)]);
        Sign();
        Assert.Equal((Verdict.Complete, 3L), (Find(One).Verdict, Find(One).SignedUpTo));
        var made = VerifyAgainst(kept).Single(r => r.Session == One);
        Assert.Equal((Verdict.Tampered, (long?)3), (made.Verdict, made.TamperedAt));

        // All of it goes.
        Execute("DELETE FROM event_journal WHERE persistence_id = $id", ("$id", One.PersistenceId));
        Assert.Contains("3 events", VerifyAgainst(kept).Single(r => r.Session == One).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_was_put_in_the_place_of_the_one_that_was_signed_is_found()
    {
        var kept = Ship();
        File.Delete(Heads);
        File.Delete(_journal);
        JournalDatabase.Ensure(_journal);
        JournalRows.Write(_journal, One, Facts("one"));
        Sign();
        Assert.Equal(Verdict.Complete, Find(One).Verdict);
        Assert.Contains(VerifyAgainst(kept), r => r is { TamperedAt: 1 } && r.Session == One && r.Why.Contains("another --journal", StringComparison.Ordinal));
        // What another key has signed says nothing of this host.
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.DoesNotContain(
            JournalVerifier.Verify(_journal, HeadStore.Read(Heads), new TrustedKeys([other], []), null, shipped: kept),
            r => r.Verdict == Verdict.Tampered);
    }

    [Fact]
    public void Heads_are_told_only_while_somebody_wants_them_and_never_of_themselves()
    {
        Sign();
        Assert.DoesNotContain(Verify(), r => r.PersistenceId.StartsWith(DayJournal.Heads, StringComparison.Ordinal));
        JournalRows.Write(_journal, One, [new ChannelClosed(Events.At, 0)]);
        Assert.Equal(One.PersistenceId, Assert.Single(Ship()).PersistenceId);
        using var store = new HeadStore(Heads);
        var signer = new HeadSigner(_journal, store, _key, TimeProvider.System) { ShipsAs = Daemon };
        Assert.Equal(0, signer.SignGrown());
        Assert.Contains(
            Verify(), r => r.PersistenceId.StartsWith(DayJournal.Heads, StringComparison.Ordinal) && r is { Verdict: Verdict.Complete, SignedUpTo: 1 });
    }

    [Fact]
    public void The_key_is_kept_and_only_its_owner_may_read_it()
    {
        using var again = HostKey.LoadOrCreate(_directory.Path);
        Assert.Equal(_key.Fingerprint, again.Fingerprint);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory.Path, "host-key.pem")));
    }

    private static SessionEvent[] Facts(string user) =>
    [
        new SignedIn(Events.At, user, 1000),
        // Long enough to be compressed, and so that other compressed bytes can mean the same.
        new OutputRecorded(Events.At, 0, ChannelStream.Output, 0, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("hello, hello\r\n", 50)))),
        new SessionClosed(Events.At, SessionEnd.Exited, 0, null, 5, 0, 0),
    ];

    private void Sign()
    {
        using var store = new HeadStore(Heads);
        new HeadSigner(_journal, store, _key, TimeProvider.System).SignGrown();
    }

    // What actions have got, as text that some log or other has kept.
    private List<SignedHead> Ship()
    {
        using (var store = new HeadStore(Heads))
            Assert.True(new HeadSigner(_journal, store, _key, TimeProvider.System) { ShipsAs = Daemon }.SignGrown() > 0);
        using var reader = new JournalReader(_journal, ProtobufEventCodec.Instance);
        var told = reader.Read(0, 1000, 1 << 20, withOutput: true).Events.Select(e => e.Event).OfType<HeadSigned>();
        return [.. HeadText.Find(new StringReader(string.Join('\n', told.Select(t => $"<14>1 host sshlog - {t.Journal} {t.Head}\\n"))))];
    }

    private IReadOnlyList<VerifyReport> VerifyAgainst(IReadOnlyList<SignedHead> kept) =>
        JournalVerifier.Verify(_journal, HeadStore.Read(Heads), new TrustedKeys([_public], []), null, shipped: kept);

    private static RecordingSubject Daemon { get; } = Events.OfEachKind.OfType<HeadSigned>().First().Subject;

    private IReadOnlyList<VerifyReport> Verify() => JournalVerifier.Verify(_journal, HeadStore.Read(Heads), new TrustedKeys([_public], []), null);

    private VerifyReport Find(SessionId session) =>
        JournalVerifier.Verify(_journal, HeadStore.Read(Heads), new TrustedKeys([_public], []), session).Single();

    private List<(long Row, byte[] Payload)> Payloads()
    {
        using var connection = JournalRows.Open(_journal);
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT ordering, payload FROM event_journal WHERE persistence_id = $id ORDER BY ordering";
        query.Parameters.AddWithValue("$id", One.PersistenceId);
        var rows = new List<(long, byte[])>();
        using var reader = query.ExecuteReader();
        while (reader.Read())
            rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        return rows;
    }

    private void Execute(string sql, params (string Name, object Value)[] values)
    {
        using var connection = JournalRows.Open(_journal);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
