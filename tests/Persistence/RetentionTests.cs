using System.Net;
using System.Security.Cryptography;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Persistence.Retention;
using SshLog.Persistence.Screens;
using SshLog.Schema;

namespace SshLog.Persistence.Tests;

/// <summary>What is deleted is gone from the disk, and what is left says so.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly SessionId One = JournalRows.Parse("20261122T074517-970236-4f2a");
    private static readonly SessionId Two = JournalRows.Parse("20261122T080000-970300-00ff");
    private static readonly AuditActor Root = new(0, "root", "pid 7");

    private readonly TemporaryDirectory _directory = new();
    private readonly string _journal;
    private readonly HostKey _key;
    private readonly ECDsa _public;
    private readonly SqliteFrameStore _frames;
    private readonly JournalRetention _retention;

    public RetentionTests()
    {
        _journal = _directory.File("journal.db");
        JournalDatabase.Ensure(_journal);
        _key = HostKey.LoadOrCreate(_directory.Path);
        _public = HostKey.ReadPublic(File.ReadAllText(_directory.File(HostKey.PublicFile)));
        _frames = new SqliteFrameStore(_directory.File("key-frames.db"));
        _retention = new JournalRetention(_journal, Heads, _key, _frames);
    }

    private string Heads => _directory.File("heads.db");

    public void Dispose()
    {
        _frames.Dispose();
        _public.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_deleted_session_gives_its_room_back_to_the_file_system_and_wipes_what_it_held()
    {
        Write(One, 160, "SECRET-OF-ONE");
        Write(Two, 4, "WORDS-OF-TWO");
        var before = Size();
        Assert.InRange(before, 8_000_000, long.MaxValue);

        var result = Delete(One);

        Assert.Equal(162, result.Events);
        Assert.InRange(result.Bytes, 8_000_000, long.MaxValue);
        Assert.InRange(Size(), 0, before - 8_000_000);
        Assert.InRange(_retention.UsedBytes(), 1, 1_000_000);
        Assert.False(Contains("SECRET-OF-ONE"));
        Assert.True(Contains("WORDS-OF-TWO"));
    }

    [Fact]
    public void What_somebody_reads_while_it_is_deleted_is_wiped_once_that_is_over()
    {
        Write(One, 4, "SECRET-OF-ONE");
        Write(Two, 4, "WORDS-OF-TWO");
        var (tries, reader) = (0, JournalRows.Hold(_journal));
        var retention = new JournalRetention(_journal, Heads, _key)
        {
            Wait = () =>
            {
                if (++tries == 2)
                    reader.Dispose();
            },
        };
        Delete(One, retention);
        Assert.Equal((2, false, false), (tries, Contains("SECRET-OF-ONE"), retention.IsLogWaiting));

        // Who reads for longer than anybody waits.
        retention = new JournalRetention(_journal, Heads, _key) { Wait = () => { } };
        using (JournalRows.Hold(_journal))
        {
            Assert.NotEqual(0, retention.Redact(new RedactionTarget(Two.PersistenceId, Subject(Two), 1, 99), Root, "a secret", Events.At).Events);
            retention.Settle();
            Assert.Equal((true, true), (Contains("WORDS-OF-TWO"), retention.IsLogWaiting));
        }

        retention.Settle();
        Assert.Equal((false, false), (Contains("WORDS-OF-TWO"), retention.IsLogWaiting));
    }

    [Fact]
    public void Its_key_frames_go_with_it()
    {
        Write(One, 1, "x");
        var frame = new ScreenFrame(One, 0, 2, Events.At, 5, new byte[] { 1 });
        _frames.Store(One, _frames.Progress(One).Version, 2, [new NewFrame(frame, true)]);
        _frames.Store(Two, _frames.Progress(Two).Version, 2, [new NewFrame(frame with { Session = Two }, true)]);
        Delete(One);
        Assert.Null(_frames.Latest(One, 0, long.MaxValue));
        Assert.NotNull(_frames.Latest(Two, 0, long.MaxValue));
    }

    [Fact]
    public void A_deletion_is_told_to_the_feed_and_takes_the_session_out_of_the_catalogue()
    {
        Write(One, 1, "x");
        using var reader = new JournalReader(_journal, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(reader.Read(0, 100, 1 << 20, withOutput: false));
        Assert.Single(catalogue.Find(new SessionQuery()));
        Delete(One);
        var page = reader.Read(catalogue.Cursor, 100, 1 << 20, withOutput: false);
        var told = Assert.Single(page.Events);
        Assert.Equal(One, told.Session);
        var deleted = Assert.IsType<SessionDeleted>(told.Event);
        Assert.Equal((Root, "no longer needed", 3L), (deleted.By, deleted.Reason, deleted.Events));
        catalogue.Apply(page);
        Assert.Empty(catalogue.Find(new SessionQuery()));
    }

    [Fact]
    public void Verify_explains_a_deletion_and_is_not_talked_into_one()
    {
        Write(One, 1, "x");
        Write(Two, 1, "x");
        Sign();
        Delete(One);
        Sign();
        var report = Verify(One).Single();
        Assert.Equal((Verdict.Complete, "root", "no longer needed"), (report.Verdict, report.Deleted?.By, report.Deleted?.Reason));
        Assert.Equal(3, report.Deleted!.SequenceNr);
        Assert.Contains(Verify(null), r => r is { PersistenceId: "audit", Verdict: Verdict.Complete, Events: 1, SignedUpTo: 1 });

        // A tombstone that the host has not signed, and one of another journal than the one that is missing.
        Execute($"DELETE FROM event_journal WHERE persistence_id = '{Two.PersistenceId}'");
        Assert.Equal(Verdict.Tampered, Verify(Two).Single().Verdict);
        var stone = TombstoneStore.Read(Heads).Single();
        TombstoneStore.Add(Heads, stone with { PersistenceId = Two.PersistenceId });
        Assert.Equal(Verdict.Tampered, Verify(Two).Single().Verdict);
        ExecuteIn(Heads, $"UPDATE tombstone SET reason = 'another' WHERE persistence_id = '{One.PersistenceId}'");
        Assert.Equal(Verdict.Tampered, Verify(One).Single().Verdict);
    }

    [Fact]
    public void What_is_redacted_is_gone_from_the_file_and_verify_explains_it()
    {
        Write(One, 5, "SECRET-OF-ONE");
        Write(Two, 1, "WORDS-OF-TWO");
        Sign();
        using var reader = new JournalReader(_journal, ProtobufEventCodec.Instance);
        var before = reader.Read(One, 0, 100, 1 << 30);
        var outputs = before.Where(e => e.Event is OutputRecorded).Select(e => e.SequenceNr).ToList();
        var result = _retention.Redact(
            new RedactionTarget(One.PersistenceId, Subject(One), 1, before[^1].SequenceNr), Root, "a secret", Events.At.AddHours(2));
        Assert.Equal(outputs.Count, result.Events);
        Assert.False(Contains("SECRET-OF-ONE"));
        Assert.True(Contains("WORDS-OF-TWO"));
        Sign();
        var report = VerifyRedacted(One).Single();
        Assert.Equal((Verdict.Complete, before.Count, before.Count), (report.Verdict, (int)report.Events, (int)report.SignedUpTo));
        Assert.Equal(outputs, report.Redactions.Select(r => r.SequenceNr));
        Assert.All(report.Redactions, r => Assert.Equal(("root", "a secret"), (r.By, r.Reason)));

        // Who reads finds the place, at its time; the rest is as it was.
        var after = reader.Read(One, 0, 100, 1 << 30);
        Assert.Equal(before.Select(e => (e.SequenceNr, e.Event.At)), after.Select(e => (e.SequenceNr, e.Event.At)));
        Assert.All(after.Where(e => outputs.Contains(e.SequenceNr)), e => Assert.Equal("output-recorded/v1", Assert.IsType<ContentRedacted>(e.Event).Kind));
        Assert.IsType<RecordingRedacted>(reader.Read(0, 1000, 1 << 30, withOutput: false).Events[^1].Event);

        // Done once; a redaction of another event, or one that nobody signed, explains nothing.
        Assert.Equal(0, _retention.Redact(new RedactionTarget(One.PersistenceId, Subject(One), 1, 99), Root, "again", Events.At).Events);
        _retention.Finish();
        Assert.Equal(Verdict.Complete, VerifyRedacted(One).Single().Verdict);
        ExecuteIn(Heads, "UPDATE redaction SET reason = 'another'");
        Assert.Equal(Verdict.Tampered, VerifyRedacted(One).Single().Verdict);
        Assert.Equal(outputs[0], VerifyRedacted(One).Single().TamperedAt);
        ExecuteIn(Heads, "DELETE FROM redaction");
        Assert.Equal(Verdict.Tampered, VerifyRedacted(One).Single().Verdict);
    }

    [Fact]
    public void A_bundle_of_a_redacted_recording_explains_it_too()
    {
        Write(One, 2, "SECRET-OF-ONE");
        _retention.Redact(new RedactionTarget(One.PersistenceId, Subject(One), 1, 99), Root, "a secret", Events.At);
        var sealer = new BundleSealer(_journal, Heads, _key, "host1", TimeProvider.System);
        using var bundle = new MemoryStream();
        var seal = sealer.Seal(One, "uid 0")!;
        BundleFormat.Begin(bundle, seal);
        foreach (var row in sealer.ReadSealed(One, 0, int.MaxValue))
            BundleFormat.Write(bundle, row);
        BundleFormat.Finish(bundle);
        var bytes = bundle.ToArray();
        var report = BundleVerifier.Verify(new MemoryStream(bytes), [_public]).Report;
        Assert.Equal((Verdict.Complete, true), (report.Verdict, report.Redactions.Count > 0));
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x04;
            Assert.True(BundleVerifier.Verify(new MemoryStream(bytes), [_public]).Report.Verdict == Verdict.Tampered, $"byte {at}");
            bytes[at] ^= 0x04;
        }
    }

    [Fact]
    public void A_redaction_that_did_not_happen_is_taken_back()
    {
        Write(One, 1, "x");
        RedactionStore.Add(Heads, [new Redaction(
            _retention.Journal, One.PersistenceId, 2, new byte[32], Events.At, "root", "why", _key.Fingerprint, new byte[1])]);
        _retention.Finish();
        Assert.Empty(RedactionStore.Read(Heads));
    }

    [Fact]
    public void What_is_deleted_or_redacted_while_verify_runs_is_no_tampering()
    {
        Write(One, 2, "x");
        Write(Two, 2, "x");
        Sign();
        var heads = HeadStore.Read(Heads);
        var retention = new JournalRetention(_journal, Heads, _key) { Wait = () => { } };
        using var keys = new TrustedKeys([_public], []);
        var reports = JournalVerifier.Verify(
            _journal, heads, keys, null,
            () => ReadBefore(TombstoneStore.Read, () => Delete(One, retention)),
            () => ReadBefore(RedactionStore.Read, () => retention.Redact(
                new RedactionTarget(Two.PersistenceId, Subject(Two), 1, 99), Root, "a secret", Events.At)));
        Assert.All(reports, r => Assert.Equal((Verdict.Complete, string.Empty), (r.Verdict, r.Why)));
        Assert.Equal([One.PersistenceId, Two.PersistenceId], reports.Select(r => r.PersistenceId));

        // What has begun before is explained by what was signed before that.
        reports = JournalVerifier.Verify(_journal, heads, keys, null, () => TombstoneStore.Read(Heads), () => RedactionStore.Read(Heads));
        Assert.All(reports, r => Assert.Equal((Verdict.Complete, string.Empty), (r.Verdict, r.Why)));
        Assert.NotNull(reports.Single(r => r.PersistenceId == One.PersistenceId).Deleted);

        // As it is while that happens right behind it.
        IReadOnlyList<T> ReadBefore<T>(Func<string, IReadOnlyList<T>> read, Func<DeletionResult> happen)
        {
            var found = read(Heads);
            Assert.NotEqual(0, happen().Events);
            return found;
        }
    }

    [Fact]
    public void A_redacted_command_is_gone_from_the_catalogue()
    {
        JournalRows.Write(_journal, One, [
            Events.OfEachKind.OfType<SessionOpened>().First(), Events.OfEachKind.OfType<CommandStarted>().First(),
            Events.OfEachKind.OfType<CommandStarted>().First() with { Executable = "/bin/secret", Pid = 7 }]);
        using var reader = new JournalReader(_journal, ProtobufEventCodec.Instance);
        using var catalogue = new SqliteCatalogue(_directory.File("catalogue.db"));
        catalogue.Apply(reader.Read(0, 100, 1 << 20, withOutput: false));
        _retention.Redact(new RedactionTarget(One.PersistenceId, Subject(One), 3, 3), Root, "a secret", Events.At);
        using (JournalRows.Hold(_directory.File("catalogue.db")))
            catalogue.Apply(reader.Read(catalogue.Cursor, 100, 1 << 20, withOutput: false));
        Assert.NotEqual(0, new FileInfo(_directory.File("catalogue.db-wal")).Length);
        // Nobody reads it any more: the next page wipes its log.
        catalogue.Apply(reader.Read(catalogue.Cursor, 100, 1 << 20, withOutput: false));
        Assert.Equal(0, new FileInfo(_directory.File("catalogue.db-wal")).Length);
        Assert.Equal([2L], catalogue.Commands(One, 0, 10, 1 << 20).Select(c => c.SequenceNr));
        Assert.Equal("/bin/ls", catalogue.Find(new SessionQuery()).Single().LastCommand);
    }

    [Fact]
    public void More_than_what_was_deleted_must_not_be_missing()
    {
        Write(One, 1, "x");
        var stone = new Tombstone(
            Identity(), One.PersistenceId, 2, new byte[32], Events.At, "root", string.Empty, _key.Fingerprint, default);
        Sign();
        TombstoneStore.Add(Heads, stone with { Signature = _key.Current.Sign(stone.Message()) });
        Execute($"DELETE FROM event_journal WHERE persistence_id = '{One.PersistenceId}'");
        Assert.Equal(Verdict.Tampered, Verify(One).Single().Verdict);
    }

    [Fact]
    public void An_interrupted_deletion_is_ended_later_and_one_that_did_not_begin_is_forgotten()
    {
        Write(One, 100, "x");
        Write(Two, 1, "x");
        Sign();
        // As a crash leaves it: announced, its end is gone; the other has a tombstone and nothing else.
        var last = Last(One);
        var begun = new Tombstone(Identity(), One.PersistenceId, 102, last, Events.At, "root", "why", _key.Fingerprint, default);
        TombstoneStore.Add(Heads, begun with { Signature = _key.Current.Sign(begun.Message()) });
        var planned = begun with { PersistenceId = Two.PersistenceId, SequenceNr = 3, Link = Last(Two) };
        TombstoneStore.Add(Heads, planned with { Signature = _key.Current.Sign(planned.Message()) });
        _retention.Record(new SessionDeleted(
            Events.At, Subject(One), Root, "why", DeletionCause.Asked, One.PersistenceId, Events.At, 102, 1));
        Execute($"DELETE FROM event_journal WHERE persistence_id = '{One.PersistenceId}' AND sequence_nr > 50");
        Assert.Equal("root", Verify(One).Single().Deleted?.By);
        Assert.Equal(Verdict.Complete, Verify(One).Single().Verdict);

        _retention.Finish();

        Assert.Equal(0, _retention.NewestOrdering(One.PersistenceId));
        Assert.NotEqual(0, _retention.NewestOrdering(Two.PersistenceId));
        Assert.Equal(One.PersistenceId, Assert.Single(TombstoneStore.Read(Heads)).PersistenceId);
        Assert.Null(Verify(Two).Single().Deleted);
    }

    [Fact]
    public void A_hold_is_known_again_after_a_restart_until_it_is_released()
    {
        _retention.Record(new SessionHeld(Events.At, Subject(One), Root, "case 17"));
        var again = new JournalRetention(_journal, Heads, _key, _frames);
        Assert.Equal("case 17", again.Holds[One].Reason);
        again.Record(new SessionReleased(Events.At, Subject(One), Root, string.Empty));
        Assert.Empty(new JournalRetention(_journal, Heads, _key, _frames).Holds);
    }

    [Theory]
    [InlineData("signin-20261122")]
    [InlineData("heads-20261122")]
    public void Days_of_failed_sign_ins_and_of_heads_can_be_deleted_too(string id)
    {
        JournalRows.Write(_journal, id, [Events.OfEachKind.OfType<SignInFailed>().First()]);
        Write(One, 1, "x");
        var day = Assert.Single(_retention.Days());
        Assert.Equal(id, day.PersistenceId);
        _retention.Delete(
            new DeletionTarget(day.PersistenceId, Subject(default), Events.At), Root, "old", DeletionCause.Age, Events.At);
        Assert.Empty(_retention.Days());
        Assert.Contains(Verify(null), r => r.PersistenceId == id && r.Deleted is not null);
    }

    [Fact]
    public void What_is_not_there_is_not_deleted()
    {
        Assert.Equal(new DeletionResult(0, 0), Delete(One));
        Assert.Empty(TombstoneStore.Read(Heads));
        Assert.Empty(Verify(null));
    }

    private static RecordingSubject Subject(SessionId session) => new(
        session, "host", 1, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 22), Events.At, "alice", 1000);

    private void Write(SessionId session, int chunks, string text)
    {
        var opened = (SessionOpened)Events.OfEachKind[0];
        var bytes = new byte[51_200];
        for (var i = 0; i < chunks; i++)
        {
            // Behind what stands in the page of the row itself, where SQLite may leave remains.
            System.Text.Encoding.ASCII.GetBytes(text, bytes.AsSpan(20_000));
            SessionEvent[] output = [new OutputRecorded(Events.At, 0, ChannelStream.Output, i * bytes.Length, bytes)];
            JournalRows.Write(_journal, session, i == 0 ? [opened, .. output] : output);
        }

        JournalRows.Write(_journal, session, [new SessionClosed(Events.At, SessionEnd.Exited, 0, null, 5, 0, 0)]);
    }

    private DeletionResult Delete(SessionId session, JournalRetention? retention = null) => (retention ?? _retention).Delete(
        new DeletionTarget(session.PersistenceId, Subject(session), Events.At), Root, "no longer needed", DeletionCause.Asked, Events.At);

    private void Sign()
    {
        using var store = new HeadStore(Heads);
        new HeadSigner(_journal, store, _key, TimeProvider.System).SignGrown();
    }

    private IReadOnlyList<VerifyReport> Verify(SessionId? session) =>
        JournalVerifier.Verify(_journal, HeadStore.Read(Heads), new TrustedKeys([_public], []), session, () => TombstoneStore.Read(Heads));

    private IReadOnlyList<VerifyReport> VerifyRedacted(SessionId? session) => JournalVerifier.Verify(
        _journal, HeadStore.Read(Heads), new TrustedKeys([_public], []), session, () => TombstoneStore.Read(Heads), () => RedactionStore.Read(Heads));

    private long Size() => _directory.Files("journal.db*").Sum(f => new FileInfo(f).Length);

    private bool Contains(string text) => _directory.Files("*.db*")
        .Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0);

    private string Identity() => _retention.Journal;

    private byte[] Last(SessionId session)
    {
        using var connection = JournalRows.Open(_journal);
        return AuditWriter.Last(connection, null, session.PersistenceId)!.Value.Link;
    }

    private void Execute(string sql) => ExecuteIn(_journal, sql);

    private static void ExecuteIn(string file, string sql)
    {
        using var connection = JournalRows.Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
