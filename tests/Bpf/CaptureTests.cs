using System.Text;
using SshLog.Bpf.Pump;
using SshLog.Bpf.Wire;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

public sealed class CaptureTests
{
    private readonly Records kernel = new();

    [Fact]
    public void A_file_is_reported_when_it_is_closed()
    {
        var moved = Files(
            kernel.Opened(), kernel.FileOpened(7, 3, 1, "x\0billy\0home\0"), kernel.FileClosed(7, 3, written: 5));
        var one = Assert.Single(moved);
        Assert.Equal(
            ("/home/billy/x", TransferDirection.Upload, TransferResult.Completed, 5L, 0x81A4u),
            (one.Path, one.Direction, one.Result, one.Bytes, one.Mode));
    }

    [Fact]
    public void A_refused_name_is_made_absolute()
    {
        var one = Assert.Single(Files(kernel.Opened(), kernel.FileRefused(7, 13, "billy\0home\0", "../a\0")));
        Assert.Equal(("/home/a", TransferResult.Denied, 13), (one.Path, one.Result, one.Error));
    }

    [Fact]
    public void The_end_of_a_file_whose_opening_was_lost_is_told_without_its_name()
    {
        var one = Assert.Single(Files(kernel.Opened(), kernel.FileClosed(7, 3, written: 5)));
        Assert.Equal(("(unknown)", TransferDirection.Upload, 5L), (one.Path, one.Direction, one.Bytes));
    }

    [Fact]
    public void A_file_that_is_cut_off_with_the_connection_is_told_by_its_name()
    {
        var assembler = new RecordAssembler(Records.Epoch, new FakeMaps());
        foreach (var record in (byte[][])[kernel.Opened(), kernel.FileOpened(7, 3, 1, "x\0home\0"), kernel.Closed()])
            assembler.Accept(record);
        var end = Assert.Single(assembler.Flush());
        Assert.IsType<ConnectionClosed>(end.Events[^1]);
        // Its end is recorded.
        assembler.Forget(end.Session);
        assembler.Accept(kernel.FileClosed(7, 3, written: 5, aborted: true));
        var one = Assert.IsType<FileMoved>(Assert.Single(Assert.Single(assembler.Flush()).Events));
        Assert.Equal(("/home/x", TransferResult.Aborted), (one.Path, one.Result));
    }

    [Fact]
    public void A_command_that_outlives_its_connection_is_whole_wherever_a_batch_ends()
    {
        var assembler = new RecordAssembler(Records.Epoch, new FakeMaps());
        assembler.Accept(kernel.Opened());
        assembler.Accept(kernel.Closed());
        assembler.Flush();
        var started = kernel.Started(7, "true\0argument\0", here: 5);
        var events = new List<ProbeEvent>();
        foreach (var record in (byte[][])
            [
                // What another process does makes a batch each time.
                started, kernel.Finished(9, 0), kernel.Arguments(7, "true\0argument\0", 5, Records.TimeOf(started)),
                kernel.CommandOutput(7, 0, "first"), kernel.Finished(9, 0), kernel.Finished(7, 0x300),
            ])
        {
            assembler.Accept(record);
            events.AddRange(assembler.Flush().SelectMany(batch => batch.Events));
        }

        Assert.Equal(["true", "argument"], Assert.Single(events.OfType<ProgramExecuted>()).Arguments.ToStrings());
        var exit = Assert.Single(events.OfType<ProcessExited>(), e => e.Pid == 7);
        Assert.Equal((3, "first"), (exit.ExitCode, Encoding.UTF8.GetString(exit.FirstOutput.Span)));
    }

    [Fact]
    public void A_path_whose_beginning_was_not_copied_says_so()
    {
        var (file, directory) = (RecordFlags.PathTruncated, RecordFlags.DirectoryTruncated);
        var events = Decode(
            1, kernel.Opened(), kernel.Started(7, "true\0", marks: file), kernel.Started(8, "true\0", marks: directory),
            kernel.FileRefused(7, 13, "deep\0", "a\0", marks: directory),
            kernel.FileOpened(7, 3, 1, "x\0deep\0", marks: file), kernel.FileClosed(7, 3, written: 5),
            kernel.FileOpened(7, 3, 1, "y\0home\0"), kernel.FileClosed(7, 3, written: 5),
            kernel.FileRefused(7, 13, "deep\0", "/a\0", marks: directory), kernel.Closed());
        Assert.Equal(
            [("[cut]/usr/bin/true", "/root"), ("/usr/bin/true", "[cut]/root")],
            events.OfType<ProgramExecuted>().Select(c => (c.Executable, c.WorkingDirectory)));
        // One in full; of the others the directory, as far as it is known.
        Assert.Equal(["[cut]/deep/a", "/home", "/"], events.OfType<FileMoved>().Select(m => m.Path));
    }

    [Fact]
    public void What_is_left_open_at_the_end_of_its_program_is_aborted_and_of_sshd_itself_at_the_sessions()
    {
        var moved = Files(
            kernel.Opened(), kernel.FileOpened(7, 70, 1, "up\0home\0"), kernel.FileOpened(8, 71, 0, "down\0home\0", marks: RecordFlags.OfSshd),
            kernel.FileOpened(9, 72, 1, "lasting\0home\0"), kernel.Finished(7, 0), kernel.Closed());
        Assert.Equal(
            [("/home/up", TransferDirection.Upload), ("/home/down", TransferDirection.Download)],
            moved.Select(m => (m.Path, m.Direction)));
        Assert.All(moved, m => Assert.Equal((TransferResult.Aborted, TransferProtocol.Sftp, 0L), (m.Result, m.Protocol, m.Bytes)));
    }

    [Theory]
    [InlineData((uint)WireProtocol.RsyncSender, TransferDirection.Download)]
    [InlineData((uint)WireProtocol.RsyncReceiver, TransferDirection.Upload)]
    [InlineData((uint)WireProtocol.Rsync, TransferDirection.Download, TransferDirection.Upload)]
    public void Of_each_rsync_it_is_known_which_way_its_files_go_and_of_some_that_it_is_not(
        uint number, params TransferDirection[] told)
    {
        var protocol = (WireProtocol)number;
        var moved = Files(
            kernel.Opened(), kernel.FileOpened(7, 3, 0, "read\0home\0", protocol),
            kernel.FileClosed(7, 3, read: 5, flags: 0, protocol: protocol),
            kernel.FileOpened(7, 3, 1, "written\0home\0", protocol),
            kernel.FileClosed(7, 3, written: 5, protocol: protocol), kernel.Closed());
        Assert.Equal(told, moved.Select(m => m.Direction));
        Assert.All(moved, m => Assert.Equal(TransferProtocol.Rsync, m.Protocol));
    }

    [Fact]
    public void Rsyncs_temporary_name_is_not_the_files_name()
    {
        var one = Assert.Single(Files(
            kernel.Opened(), kernel.FileOpened(7, 3, 2, ".x.aB\0home\0", WireProtocol.RsyncReceiver),
            kernel.FileClosed(7, 3, written: 5, flags: 2, protocol: WireProtocol.RsyncReceiver),
            kernel.FileRenamed(7, "home\0", ".x.aB\0", "x\0", WireProtocol.RsyncReceiver)));
        Assert.Equal(("/home/x", "/home/.x.aB", 5L), (one.Path, one.RenamedFrom, one.Bytes));
    }

    [Fact]
    public void Beyond_a_number_files_are_summed_up_under_their_common_directory()
    {
        List<byte[]> records = [kernel.Opened()];
        for (var i = 0; i < 7; i++)
        {
            records.Add(kernel.FileOpened(7, 3, 1, $"file\0{(i % 2 == 0 ? "a" : "b")}\0home\0"));
            records.Add(kernel.FileClosed(7, 3, written: 2));
        }

        // Of one the name is not known.
        records.Add(kernel.FileClosed(7, 3, written: 2));
        records.Add(kernel.Closed());
        var moved = Files(inFull: 2, [.. records]);
        Assert.Equal([1L, 1L, 6L], moved.Select(m => m.Files));
        Assert.Equal(("/home", 12L), (moved[2].Path, moved[2].Bytes));
    }

    [Fact]
    public void First_output_comes_with_the_end_of_its_command()
    {
        var events = Decode(
            1000, kernel.Opened(), kernel.Started(7, "true\0"), kernel.CommandOutput(7, 0, "one "),
            kernel.CommandOutput(8, 0, "other"), kernel.CommandOutput(7, 4, "two"), kernel.Finished(7, 0));
        var exit = Assert.Single(events.OfType<ProcessExited>());
        Assert.Equal("one two", Encoding.UTF8.GetString(exit.FirstOutput.Span));
    }

    [Fact]
    public void First_output_behind_a_piece_that_was_lost_is_not_joined_to_what_came_before_it()
    {
        var events = Decode(
            1000, kernel.Opened(), kernel.Started(7, "true\0"), kernel.CommandOutput(7, 0, "one "),
            kernel.CommandOutput(7, 9, "three"), kernel.Finished(7, 0));
        Assert.Equal(
            "one ", Encoding.UTF8.GetString(Assert.Single(events.OfType<ProcessExited>()).FirstOutput.Span));
    }

    [Fact]
    public void What_was_typed_without_echo_has_a_size_only()
    {
        var input = Assert.Single(Decode(
            1000, kernel.Opened(), kernel.ChannelOpened(Records.Pty), kernel.Input(Records.Pty, string.Empty, hidden: 9))
            .OfType<InputTyped>());
        Assert.Equal((0, 9L), (input.Bytes.Length, input.HiddenBytes));
    }

    private static FileMoved[] Files(params byte[][] records) => Files(1000, records);

    private static FileMoved[] Files(int inFull, byte[][] records) => [.. Decode(inFull, records).OfType<FileMoved>()];

    private static IReadOnlyList<ProbeEvent> Decode(int inFull, params byte[][] records)
    {
        var assembler = new RecordAssembler(Records.Epoch, new FakeMaps(), transfersInFull: inFull);
        foreach (var record in records)
            assembler.Accept(record);
        Assert.Equal(0, assembler.Rejected);
        return Assert.Single(assembler.Flush()).Events;
    }
}
