using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// Turns what a session's transfer programs do with files into transfers: reported when they are finished, one by one up
/// to a number, summed up beyond it.
/// </summary>
/// <param name="add">Takes the events.</param>
/// <param name="inFull">Transfers reported one by one.</param>
internal sealed class FileTransfers(Action<ProbeEvent> add, int inFull)
{
    private const string UnknownPath = "(unknown)";
    private const int MostOpenFiles = 4096;
    private const long FilesOfOneSum = 10_000;
    private const uint AccessMode = 3;
    private const int Eperm = 1;
    private const int Enoent = 2;
    private const int Eacces = 13;
    private const int Erofs = 30;

    private readonly OrderedDictionary<(uint Pid, int Fd), OpenFile> open = [];
    private readonly Dictionary<uint, FileMoved> held = [];
    private readonly Dictionary<(TransferProtocol, TransferDirection, TransferResult), FileMoved> sums = [];
    private readonly Dictionary<uint, int> librarysOwn = [];
    private long reported;

    /// <summary>Transfers that are summed up and not told yet.</summary>
    public long Untold => sums.Values.Sum(sum => sum.Files);

    /// <summary>True while a file is open: what is known of it is needed at its end, also behind the connection's.</summary>
    public bool IsBusy => open.Count > 0 || held.Count > 0;

    /// <summary>Takes a record about a file.</summary>
    public void Accept(WireRecord record)
    {
        var file = record.As<FileRecord>();
        var at = new BootTime(file.Header.TimeNs);
        var isCut = file.Header.Flags.HasFlag(RecordFlags.DirectoryTruncated);
        var data = record.Data<FileRecord>();
        var directory = WireText.ToPath(data[..(int)file.DirectorySize]);
        var first = WireText.ToText(data.Slice((int)file.DirectorySize, (int)file.FirstSize));
        var second = WireText.ToText(data[(int)(file.DirectorySize + file.FirstSize)..]);
        switch (file.Header.Type)
        {
            case RecordType.FileOpened when file.Error != 0:
                Refuse(at, file, Join(directory, first, isCut));
                break;
            case RecordType.FileOpened when IsLibrarysOwn(file, directory):
                break;
            case RecordType.FileOpened:
                ReleaseHeld(file.Pid);
                open[(file.Pid, file.Fd)] = new OpenFile(
                    file.Header.Flags.HasFlag(RecordFlags.PathTruncated) ? WireText.CutMark + directory : directory, file);
                if (open.Count > MostOpenFiles)
                    open.RemoveAt(0);
                break;
            case RecordType.FileClosed:
                Close(at, file);
                break;
            case RecordType.FileRenamed:
                Rename(at, file, Join(directory, first, isCut), Join(directory, second, isCut));
                break;
        }
    }

    /// <summary>A process is over: what waited for its name is reported.</summary>
    public void EndProcess(BootTime at, uint pid)
    {
        librarysOwn.Remove(pid);
        ReleaseHeld(pid);
        Abort(at, open.Where(file => file.Key.Pid == pid));
        if (sums.Values.Any(sum => sum.Pid == pid))
            Sum(at);
    }

    /// <summary>The connection is over.</summary>
    public void End(BootTime at)
    {
        foreach (var pid in held.Keys.ToArray())
            ReleaseHeld(pid);
        // Of the sshds of a session nobody tells the end.
        Abort(at, open.Where(file => file.Value.Record.Header.Flags.HasFlag(RecordFlags.OfSshd)));
        Sum(at);
    }

    private static string Join(string directory, string name, bool isCut)
    {
        var path = Path.GetFullPath(name, directory);
        return isCut && !Path.IsPathRooted(name) ? WireText.CutMark + path : path;
    }

    private static TransferProtocol ToProtocol(WireProtocol protocol) => protocol switch
    {
        WireProtocol.Scp => TransferProtocol.Scp,
        WireProtocol.Sftp => TransferProtocol.Sftp,
        WireProtocol.Rsync or WireProtocol.RsyncSender or WireProtocol.RsyncReceiver => TransferProtocol.Rsync,
        _ => TransferProtocol.Unknown,
    };

    private static TransferDirection OpenedFor(in FileRecord file) =>
        (file.OpenFlags & AccessMode) == 0 ? TransferDirection.Download : TransferDirection.Upload;

    /// <summary>Beside what it transfers rsync reads what it compares with. Which way it goes is not known of every one.</summary>
    private static bool Concerns(WireProtocol protocol, TransferDirection direction) => protocol switch
    {
        WireProtocol.RsyncSender => direction == TransferDirection.Download,
        WireProtocol.RsyncReceiver => direction == TransferDirection.Upload,
        _ => true,
    };

    private static TransferResult ToResult(uint error) =>
        error is Eperm or Eacces or Erofs ? TransferResult.Denied : TransferResult.Failed;

    // What holds a path whose beginning is missing nobody knows.
    private static string DirectoryOf(string path) =>
        path == UnknownPath || path.StartsWith(WireText.CutMark, StringComparison.Ordinal)
            ? UnknownPath
            : Path.GetDirectoryName(path) ?? "/";

    private static string CommonDirectory(string one, string other)
    {
        if (DirectoryOf(other) == UnknownPath)
            return one;
        if (one == UnknownPath)
            return DirectoryOf(other);
        while (!(other.StartsWith(one, StringComparison.Ordinal)
            && (one == "/" || other.Length == one.Length || other[one.Length] == '/')))
            one = Path.GetDirectoryName(one) ?? "/";
        return one;
    }

    /// <summary>OpenSSL in rsync reads its settings once, not closed on exec; a second time it is a transfer.</summary>
    private bool IsLibrarysOwn(in FileRecord file, string path) =>
        ToProtocol(file.Protocol) == TransferProtocol.Rsync && OpenedFor(file) == TransferDirection.Download
        && path == "/etc/ssl/openssl.cnf" && librarysOwn.TryAdd(file.Pid, file.Fd);

    private void Refuse(BootTime at, in FileRecord file, string path)
    {
        var direction = OpenedFor(file);
        var protocol = ToProtocol(file.Protocol);
        // rsync looks for settings of its own that are mostly not there.
        if (Concerns(file.Protocol, direction) && !(protocol == TransferProtocol.Rsync && file.Error == Enoent))
        {
            Report(new FileMoved(
                at, (int)file.Pid, protocol, direction, ToResult(file.Error), path, string.Empty, 0, 0,
                (int)file.Error, 1));
        }
    }

    private void Close(BootTime at, in FileRecord file)
    {
        if (librarysOwn.TryGetValue(file.Pid, out var fd) && fd == file.Fd)
        {
            librarysOwn[file.Pid] = -1;
            return;
        }

        // Its opening was seen by a daemon that died since, or was lost.
        var path = open.Remove((file.Pid, file.Fd), out var opened) ? opened.Path : UnknownPath;
        var direction = file.Written == 0 && file.Read > 0 ? TransferDirection.Download : OpenedFor(file);
        var protocol = ToProtocol(file.Protocol);
        if (!Concerns(file.Protocol, direction))
            return;
        var aborted = file.Header.Flags.HasFlag(RecordFlags.Aborted);
        var moved = new FileMoved(
            at, (int)file.Pid, protocol, direction, aborted ? TransferResult.Aborted : TransferResult.Completed, path,
            string.Empty, (long)(direction == TransferDirection.Upload ? file.Written : file.Read), file.Mode, 0, 1);
        // rsync writes under another name and renames when it is done.
        if (protocol == TransferProtocol.Rsync && direction == TransferDirection.Upload && !aborted)
        {
            ReleaseHeld(file.Pid);
            held[file.Pid] = moved;
        }
        else
        {
            Report(moved);
        }
    }

    /// <summary>The kernel looks at the first descriptors only when a program ends; of the others nobody knows the bytes.</summary>
    private void Abort(BootTime at, IEnumerable<KeyValuePair<(uint Pid, int Fd), OpenFile>> left)
    {
        foreach (var (key, (path, record)) in left.ToArray())
        {
            open.Remove(key);
            var direction = OpenedFor(record);
            if (Concerns(record.Protocol, direction))
            {
                Report(new FileMoved(
                    at, (int)key.Pid, ToProtocol(record.Protocol), direction, TransferResult.Aborted, path, string.Empty, 0,
                    record.Mode, 0, 1));
            }
        }
    }

    private void Rename(BootTime at, in FileRecord file, string before, string after)
    {
        if (file.Error == 0 && held.TryGetValue(file.Pid, out var moved) && moved.Path == before)
        {
            held.Remove(file.Pid);
            Report(moved with { At = at, Path = after, RenamedFrom = before });
            return;
        }

        ReleaseHeld(file.Pid);
        Report(new FileMoved(
            at, (int)file.Pid, ToProtocol(file.Protocol), TransferDirection.Rename,
            file.Error == 0 ? TransferResult.Completed : ToResult(file.Error), after, before, 0, 0, (int)file.Error, 1));
    }

    private void ReleaseHeld(uint pid)
    {
        if (held.Remove(pid, out var moved))
            Report(moved);
    }

    private void Report(FileMoved moved)
    {
        if (reported < inFull)
        {
            reported++;
            add(moved);
            return;
        }

        var key = (moved.Protocol, moved.Direction, moved.Result);
        var sum = sums.TryGetValue(key, out var before)
            ? before with
            {
                At = moved.At,
                Path = CommonDirectory(before.Path, moved.Path),
                Bytes = before.Bytes + moved.Bytes,
                Files = before.Files + 1,
            }
            : moved with { Path = DirectoryOf(moved.Path), RenamedFrom = string.Empty, Mode = 0, Error = 0 };
        sums[key] = sum;
        if (sum.Files >= FilesOfOneSum)
            Sum(moved.At);
    }

    private void Sum(BootTime at)
    {
        foreach (var sum in sums.Values)
            add(sum with { At = at });
        sums.Clear();
    }

    /// <summary>A file that is open.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Record">How it was opened.</param>
    private readonly record struct OpenFile(string Path, FileRecord Record);
}
