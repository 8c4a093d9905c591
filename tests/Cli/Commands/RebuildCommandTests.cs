using Microsoft.Data.Sqlite;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Formatting.ReadModels;
using SshLog.Persistence.Catalogue;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Screens;
using SshLog.Persistence.Search;
using SshLog.Persistence.State;
using SshLog.Persistence.Tests;
using SshLog.Schema;

namespace SshLog.Cli.Tests.Commands;

public sealed class RebuildCommandTests : IDisposable
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("sshlog-test-").FullName, "state");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);

    [Fact]
    public async Task What_the_daemon_has_made_from_the_journal_comes_out_the_same()
    {
        var before = MakeAsTheDaemonDoes();
        foreach (var file in (string[])["catalogue.db", "key-frames.db", "search.db"])
            File.WriteAllText(Path.Combine(_directory, file), "no database any more");
        var cli = new TestCli();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("journal", "rebuild-catalogue", "--state-dir", _directory));
        Assert.Equal("Made again from the journal: 3 sessions.\n", cli.Output);
        Assert.Equal(before, Dump());
        Assert.Empty(Directory.GetFiles(_directory, "*.new*"));
    }

    [Fact]
    public async Task A_daemon_that_runs_is_left_alone()
    {
        var before = MakeAsTheDaemonDoes();
        var cli = new TestCli();
        using (StateDirectory.Open(_directory))
            Assert.Equal(ExitCodes.TryAgain, await cli.RunAsync("journal", "rebuild-catalogue", "--state-dir", _directory));
        Assert.Contains("in use by another sshlogd", cli.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Dump());
        Assert.Equal(ExitCodes.NoInput, await new TestCli().RunAsync("journal", "rebuild-catalogue", "--state-dir", "/nowhere"));
    }

    // Event by event, while the sessions grow in turn.
    private List<string> MakeAsTheDaemonDoes()
    {
        using var state = StateDirectory.Open(_directory);
        JournalDatabase.Ensure(state.JournalFile);
        using (var journal = new JournalReader(state.JournalFile, ProtobufEventCodec.Instance))
        using (var catalogue = new SqliteCatalogue(state.CatalogueFile))
        using (var frames = new SqliteFrameStore(state.KeyFrameFile))
        using (var index = new SqliteSearchIndex(state.SearchFile))
        {
            var identity = journal.Grown(0).Journal;
            frames.Advance(identity, 0);
            index.Advance(identity, 0);
            for (var turn = 0; turn < 4; turn++)
            {
                for (var number = 0; number < 3; number++)
                    JournalRows.Write(state.JournalFile, Id(number), Facts(number, turn));
                catalogue.Apply(journal.Read(catalogue.Cursor, 1000, 1 << 20, withOutput: false));
            }

            for (var number = 0; number < 3; number++)
            {
                new KeyFrameBuilder(journal, frames, 1024 * 1024).Build(Id(number), 100);
                new SearchIndexBuilder(journal, index).Build(Id(number), 100);
            }

            frames.Advance(identity, journal.Newest());
            index.Advance(identity, journal.Newest());
        }

        return Dump();
    }

    private static IEnumerable<SessionEvent> Facts(int number, int turn)
    {
        if (turn == 0)
        {
            yield return Samples.Opened();
            yield return new SignedIn(Samples.At(1), "user" + number, 1000);
            yield return Samples.Pty();
        }

        yield return Samples.Started(turn, 100 + turn, "ls", "-l", $"{number}-{turn}");
        yield return Samples.Output(turn, string.Concat(Enumerable.Range(0, 800).Select(i => $"line {i} of {number} in {turn}\r\n")));
        yield return Samples.Output(turn, string.Concat(Enumerable.Range(0, 800).Select(i => $"more {i} of {number} in {turn}\r\n")));
        yield return new CommandFinished(Samples.At(turn + 1), 100 + turn, Samples.At(turn), turn, null, false, false);
        if (turn == 3 && number > 0)
            yield return new SessionClosed(Samples.At(9), SessionEnd.Exited, 0, null, 0, 0, 0);
    }

    private List<string> Dump() =>
    [
        .. Rows("catalogue.db", "SELECT * FROM session ORDER BY id"),
        .. Rows("catalogue.db", "SELECT * FROM channel ORDER BY session, number"),
        .. Rows("catalogue.db", "SELECT * FROM command ORDER BY session, sequence_nr"),
        .. Rows("catalogue.db", "SELECT ordering, journal FROM cursor"),
        .. Rows("key-frames.db", "SELECT * FROM frame ORDER BY session, channel, sequence_nr"),
        .. Rows("key-frames.db", "SELECT * FROM progress ORDER BY session"),
        .. Rows("key-frames.db", "SELECT * FROM cursor"),
        .. Rows("search.db", "SELECT * FROM session ORDER BY id"),
        .. Rows("search.db", "SELECT * FROM stretch ORDER BY id"),
        .. Rows("search.db", "SELECT * FROM cursor"),
    ];

    private List<string> Rows(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(file + " " + string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i =>
                reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reader.GetValue(i), null))));
        }

        return rows;
    }

    private static SessionId Id(int number) => JournalRows.Parse($"20261122T07451{number}-970236-4f2a");
}
