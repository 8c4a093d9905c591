using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;
using SshLog.Persistence.Retention;
using SshLog.Persistence.Salvage;
using SshLog.Schema;

namespace SshLog.Persistence.Tests;

public sealed class SalvageTests : IDisposable
{
    private static readonly SessionId _first = JournalRows.Parse("20261122T074517-970236-4f2a");
    private static readonly SessionId _second = JournalRows.Parse("20261122T081517-970240-00ff");
    private readonly TemporaryDirectory _directory = new();
    private readonly string _file;

    public SalvageTests()
    {
        _file = _directory.File("journal.db");
        JournalDatabase.Ensure(_file);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sound_journal_is_recovered_event_for_event()
    {
        Write();
        var report = Salvage(out var recovered);
        Assert.Equal(2, report.Journals.Count);
        Assert.All(
            report.Journals, s => Assert.True(s is { Events: 310, LastSequenceNr: 310, FirstGap: null, IsChained: true }));
        Assert.Equal(ReadAll(_file), ReadAll(recovered));
    }

    [Fact]
    public void Failed_sign_ins_are_recovered_by_their_day()
    {
        var day = SignInDay.Of(Events.At).PersistenceId;
        JournalRows.Write(_file, day, Events.OfEachKind.OfType<SignInFailed>());
        var journal = Assert.Single(Salvage(out var recovered).Journals);
        Assert.Equal((day, 1L, true), (journal.PersistenceId, journal.Events, journal.IsChained));
        Assert.Equal(ReadAll(_file), ReadAll(recovered));
    }

    [Fact]
    public void What_was_done_to_recordings_is_recovered_too()
    {
        JournalRows.Write(_file, IRetentionStore.AuditJournal, Events.OfEachKind.OfType<SessionHeld>());
        Assert.Equal(IRetentionStore.AuditJournal, Assert.Single(Salvage(out _).Journals).PersistenceId);
    }

    [Fact]
    public void Without_a_header_every_event_is_recovered()
    {
        Write();
        var expected = ReadAll(_file);
        Damage.Overwrite(_file, 0, 100);
        Salvage(out var recovered);
        Assert.Equal(expected, ReadAll(recovered));
    }

    [Fact]
    public void What_only_the_write_ahead_log_holds_is_recovered()
    {
        using var held = JournalRows.Open(_file);
        using var command = held.CreateCommand();
        command.CommandText = "SELECT count(*) FROM event_journal";
        command.ExecuteScalar();
        Write();
        var expected = ReadAll(_file);
        Assert.True(new FileInfo(_file + "-wal").Length > 100_000);
        Damage.Overwrite(_file, 0, Damage.PageSize);
        Salvage(out var recovered);
        Assert.Equal(expected, ReadAll(recovered));
    }

    [Fact]
    public void What_was_redacted_stays_so_also_where_the_write_ahead_log_has_it_still()
    {
        using var held = JournalRows.Hold(_file);
        Write();
        using var key = HostKey.LoadOrCreate(_directory.Path);
        var retention = new JournalRetention(_file, _directory.File("heads.db"), key) { Wait = () => { } };
        var opened = (SessionOpened)Events.OfEachKind[0];
        var subject = new RecordingSubject(_first, opened.Host, opened.MonitorPid, opened.Client, opened.Server, opened.At, "billy", 1000);
        Assert.NotEqual(0, retention.Redact(
            new RedactionTarget(_first.PersistenceId, subject, 1, 310), new AuditActor(0, "root", "pid 7"), "a secret", Events.At).Events);
        Assert.True(retention.IsLogWaiting);
        var expected = Redacted(_file);
        Assert.NotEmpty(expected);
        Assert.All(Salvage(out var recovered).Journals, s => Assert.True(s.IsChained));
        Assert.Equal(expected, Redacted(recovered));

        static List<long> Redacted(string file)
        {
            using var reader = new JournalReader(file, ProtobufEventCodec.Instance);
            return [.. reader.Read(_first, 0, int.MaxValue, int.MaxValue).Where(e => e.Event is ContentRedacted).Select(e => e.SequenceNr)];
        }
    }

    [Fact]
    public void A_damaged_page_costs_only_its_own_events_and_the_gap_is_named()
    {
        Write();
        // A page in the middle that holds rows of the table.
        var bytes = File.ReadAllBytes(_file);
        var at = (bytes.Length / 2) + bytes.AsSpan(bytes.Length / 2).IndexOf("/home/billy"u8);
        Damage.Overwrite(_file, at / Damage.PageSize * Damage.PageSize, Damage.PageSize);
        var report = Salvage(out var recovered);
        var events = report.Journals.Sum(s => s.Events);
        Assert.InRange(events, 560, 619);
        Assert.Contains(report.Journals, s => s.FirstGap is > 1 and < 310);
        Assert.All(report.Journals, s => Assert.True(s.IsChained));
        Assert.Equal(events, ReadAll(recovered).Count);
    }

    [Fact]
    public void A_file_cut_in_the_middle_of_a_page_gives_what_is_left()
    {
        Write();
        Damage.Cut(_file);
        Assert.InRange(Salvage(out _).Journals.Sum(s => s.Events), 200, 500);
    }

    [Fact]
    public void An_event_that_was_changed_is_not_recovered()
    {
        Write();
        JournalRows.Write(_file, _first, [((CommandStarted)Events.OfEachKind[5]) with { WorkingDirectory = "/only/here" }]);
        var bytes = File.ReadAllBytes(_file);
        int at;
        while ((at = bytes.AsSpan().IndexOf("/only/here"u8)) >= 0)
            bytes[at] ^= 1;
        File.WriteAllBytes(_file, bytes);
        var report = Salvage(out _);
        Assert.Equal((620L, 1L), (report.Journals.Sum(s => s.Events), report.UnreadableEvents));
    }

    [Fact]
    public void Random_bytes_are_no_events_and_no_crash()
    {
        var random = new Random(20261122);
        var bytes = new byte[16 * Damage.PageSize];
        for (var round = 0; round < 50; round++)
        {
            random.NextBytes(bytes);
            // Leaves of tables full of nonsense are what a parser stumbles over.
            for (var page = 0; page < bytes.Length; page += Damage.PageSize)
                bytes[page] = 0x0d;
            File.WriteAllBytes(_file, bytes);
            Assert.Empty(JournalSalvage.Run(_file, null).Journals);
        }
    }

    [Fact]
    public void What_an_interruption_has_left_is_no_recovered_journal_and_in_nobodys_way()
    {
        Write();
        var into = _directory.File("into.db");
        File.WriteAllText(into + ".new", "half of one");
        Assert.Equal(620, JournalSalvage.Run(_file, into).Journals.Sum(s => s.Events));
        Assert.Equal([into], Directory.EnumerateFiles(_directory.Path, "into.db*"));
        Assert.Equal(620, JournalSalvage.Run(into, null).Journals.Sum(s => s.Events));
    }

    [Fact]
    public void A_file_that_exists_is_not_written_over() =>
        Assert.Throws<IOException>(() => JournalSalvage.Run(_file, _file));

    private static List<string> ReadAll(string file)
    {
        using var reader = new JournalReader(file, ProtobufEventCodec.Instance);
        return
        [
            .. reader.Read(0, int.MaxValue, int.MaxValue, withOutput: true).Events.Select(e =>
                $"{e.Ordering} {e.Session} {e.SequenceNr} "
                + Convert.ToHexString(ProtobufEventCodec.Instance.Encode(e.Event).Payload)),
        ];
    }

    /// <summary>Two sessions of 31 rounds of ten events: small ones, and output longer than a page.</summary>
    private void Write()
    {
        var output = (OutputRecorded)Events.OfEachKind[4] with { Bytes = new byte[9000] };
        SessionEvent[] facts = [.. Events.OfEachKind.Take(10).Select(e => e is OutputRecorded ? output : e)];
        for (var i = 0; i < 31; i++)
        {
            JournalRows.Write(_file, _first, facts);
            JournalRows.Write(_file, _second, facts);
        }
    }

    private SalvageReport Salvage(out string recovered)
    {
        recovered = _directory.File("recovered.db");
        return JournalSalvage.Run(_file, recovered);
    }
}
