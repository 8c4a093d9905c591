using System.Diagnostics;
using System.Globalization;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;

namespace SshLog.Persistence.Tests.PowerCut;

/// <summary>
/// What a power cut may leave: the writer is frozen at a random moment, its files are copied, and of the copy everything is lost or
/// torn that was not waited for: the write-ahead log behind what is on the disk, and pages of the journal that are still in
/// the log. The journal opens without a word of damage, is proved, and only what nobody was promised is missing.
/// SSHLOG_POWER_CUTS says how often.
/// </summary>
public sealed class PowerCutTests : IDisposable
{
    private const int Usual = 12;
    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new(17);
    private long _written;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(CutWriter.Full)]
    [InlineData("normal")]
    public async Task Whenever_the_power_goes_the_journal_opens_and_only_its_unsigned_end_may_be_missing(string mode)
    {
        var cuts = int.TryParse(Environment.GetEnvironmentVariable("SSHLOG_POWER_CUTS"), CultureInfo.InvariantCulture, out var asked) ? asked : Usual;
        using var writer = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(PowerCutTests).Assembly.Location, CutWriter.Argument, _directory.Path, mode]) { RedirectStandardOutput = true })!;
        try
        {
            for (var cut = 0; cut < cuts; cut++)
            {
                // The moment is wherever the writer happens to be when the line has come.
                await ReadAsync(writer, _random.Next(1, 60));
                Signal(writer, "STOP");
                CutAndCheck(_directory.File($"cut-{cut}"), mode == CutWriter.Full, $"cut {cut}, {mode}");
                Signal(writer, "CONT");
            }
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync();
        }
    }

    private async Task ReadAsync(Process writer, int lines)
    {
        while (lines > 0)
        {
            var line = await writer.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the writer has ended");
            (_written, lines) = (long.Parse(line["written ".Length..], CultureInfo.InvariantCulture), lines - 1);
        }
    }

    private void CutAndCheck(string into, bool waitedForDisk, string what)
    {
        Directory.CreateDirectory(into);
        foreach (var file in Directory.EnumerateFiles(_directory.Path).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal) || _random.Next(2) == 0))
            File.Copy(file, Path.Combine(into, Path.GetFileName(file)));
        var journal = Path.Combine(into, "journal.db");
        if (File.Exists(journal + "-wal"))
            Tear(journal, WriteAheadLog.Read(journal + "-wal"), waitedForDisk);

        var keeper = new JournalKeeper(journal, Path.Combine(into, "catalogue.db"), Path.Combine(into, "actions.db"), TimeProvider.System);
        Assert.True(keeper.Open() is null, what);
        var found = Verify(into);
        Assert.True(found.Verdict == Verdict.Complete, $"{what}: {found.Verdict} at {found.TamperedAt}: {found.Why}");
        if (waitedForDisk)
            Assert.True(found.Events >= _written, $"{what}: {_written} events were said to be written, {found.Events} are there");
        // It can be gone on with.
        JournalRows.Write(journal, CutWriter.Session, [new Core.Events.ChannelClosed(Events.At, 0)]);
        Assert.Equal((Verdict.Complete, found.Events + 1), (Verify(into).Verdict, Verify(into).Events));
        Directory.Delete(into, recursive: true);
    }

    // At most the last transaction has not been waited for; without waiting, everything behind what was signed or is being
    // checkpointed.
    private void Tear(string journal, WriteAheadLog log, bool waitedForDisk)
    {
        var safe = waitedForDisk ? log.Commits.SkipLast(1).LastOrDefault(WriteAheadLog.HeaderBytes) : WriteAheadLog.HeaderBytes;
        var signed = Signed(Path.GetDirectoryName(journal)!);
        if (log.Salt == signed.Salt)
            safe = Math.Max(safe, signed.Offset);
        // The last one is safe too if it was told of: then all that is there was.
        if (waitedForDisk && log.Commits.Count > 0 && CountOf(journal) == _written)
            safe = log.Commits[^1];
        if (WriteAheadLog.Checkpointing(_directory.File("journal.db-shm")) is > 0 and var copied && copied <= log.Frames.Count)
            safe = Math.Max(safe, log.Frames[copied - 1].End);
        using (var file = new FileStream(journal + "-wal", FileMode.Open))
        {
            var end = log.Frames is [.., var last] ? Math.Max(last.End, safe) : safe;
            var from = safe + (long)(_random.NextDouble() * (end - safe));
            if (_random.Next(2) == 0)
                file.SetLength(from);
            else
                Spoil(file, from, Math.Min(end, file.Length), sectors: 8);
        }

        using var pages = new FileStream(journal, FileMode.Open);
        foreach (var page in log.Frames.Where(f => f.End <= safe).Select(f => f.Page).Distinct().Where(_ => _random.Next(3) == 0))
        {
            var at = (page - 1L) * log.PageSize;
            if (at + log.PageSize <= pages.Length)
                Spoil(pages, at + (log.PageSize / 2), at + log.PageSize, sectors: 1);
        }
    }

    private static (ulong Salt, long Offset) Signed(string directory)
    {
        var file = Path.Combine(directory, CutWriter.SignedFile);
        if (!File.Exists(file))
            return default;
        var words = File.ReadAllText(file).Split(' ');
        return (ulong.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private void Spoil(FileStream file, long from, long end, int sectors)
    {
        const int Sector = 512;
        var noise = new byte[Sector];
        for (; sectors > 0 && end - from >= Sector; sectors--)
        {
            _random.NextBytes(noise);
            file.Position = from + (long)(_random.NextDouble() * (end - from - Sector));
            file.Write(_random.Next(2) == 0 ? noise : new byte[Sector]);
        }
    }

    // On a copy: looking at it changes it.
    private long CountOf(string journal)
    {
        using var copy = new TemporaryDirectory();
        foreach (var part in (string[])["", "-wal"])
            File.Copy(journal + part, copy.File("journal.db" + part));
        using var connection = JournalRows.Open(copy.File("journal.db"));
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT count(*) FROM event_journal";
        return (long)query.ExecuteScalar()!;
    }

    private static VerifyReport Verify(string directory)
    {
        using var key = HostKey.ReadPublic(File.ReadAllText(Path.Combine(directory, HostKey.PublicFile)));
        using var keys = new TrustedKeys([key], []);
        return Assert.Single(JournalVerifier.Verify(
            Path.Combine(directory, "journal.db"), HeadStore.Read(Path.Combine(directory, "heads.db")), keys, null));
    }

    // A process has stopped when all its threads have.
    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        while (signal == "STOP" && Directory.EnumerateDirectories($"/proc/{process.Id}/task").Any(IsRunning))
            Thread.Yield();
    }

    private static bool IsRunning(string task)
    {
        var stat = File.ReadAllText(Path.Combine(task, "stat"));
        return stat[stat.LastIndexOf(')') + 2] != 'T';
    }
}
