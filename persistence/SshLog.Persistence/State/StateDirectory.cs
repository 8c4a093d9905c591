using System.Globalization;
using System.Text;
using SshLog.Core.Protocol;

namespace SshLog.Persistence.State;

/// <summary>
/// The daemon's state directory: 0700, files 0600, held by one daemon at a time through a lock on <c>lock</c>
/// (flock(2)); <c>pid</c> names the holder.
/// </summary>
public sealed class StateDirectory : IDisposable
{
    private readonly FileStream _lock;

    private StateDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>The journal's database file.</summary>
    public string JournalFile => System.IO.Path.Combine(Path, "journal.db");

    /// <summary>The catalogue's database file; may be deleted, it is rebuilt from the journal.</summary>
    public string CatalogueFile => System.IO.Path.Combine(Path, "catalogue.db");

    /// <summary>The key frames' database file; may be deleted, it is rebuilt from the journal.</summary>
    public string KeyFrameFile => System.IO.Path.Combine(Path, "key-frames.db");

    /// <summary>The search index's database file; may be deleted, it is rebuilt from the journal.</summary>
    public string SearchFile => System.IO.Path.Combine(Path, "search.db");

    /// <summary>Cursors and dead letters of actions.</summary>
    public string ActionFile => System.IO.Path.Combine(Path, "actions.db");

    /// <summary>Signed heads of the journal.</summary>
    public string HeadFile => System.IO.Path.Combine(Path, "heads.db");

    /// <summary>The stored boot clocks.</summary>
    public string BootClockFile => System.IO.Path.Combine(Path, "boot-clocks");

    /// <summary>How much room the journal takes and is left; what cannot be read is 0.</summary>
    public GatewayProtocol.StorageFigures ReadFigures()
    {
        try
        {
            var drive = new DriveInfo(Path);
            return new GatewayProtocol.StorageFigures(
                SizeOf(JournalFile) + SizeOf(JournalFile + "-wal"), drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GatewayProtocol.StorageFigures.Unknown;
        }
    }

    /// <summary>Creates the directory if need be and takes it.</summary>
    /// <exception cref="StateDirectoryException">It is in use, not ours, or cannot be written.</exception>
    public static StateDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(
                full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            RefuseIfOthersMayEnter(full);
            return new StateDirectory(full, TakeLock(full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException($"The state directory {full} cannot be used: {e.Message}", false, e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;

    private static void RefuseIfOthersMayEnter(string path)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var mode = File.GetUnixFileMode(path);
        if ((mode & others) != 0)
        {
            throw new StateDirectoryException(
                $"The state directory {path} is open to other users (mode {Convert.ToString((int)mode, 8)}); "
                + "it holds what people typed and saw. Run: chmod 0700 " + path,
                false);
        }
    }

    private static FileStream TakeLock(string directory)
    {
        var file = System.IO.Path.Combine(directory, "lock");
        var pidFile = System.IO.Path.Combine(directory, "pid");
        FileStream held;
        try
        {
            held = Create(file, FileShare.None);
        }
        catch (IOException e) when (File.Exists(file))
        {
            var holder = File.Exists(pidFile) ? $" (pid {File.ReadAllText(pidFile).Trim()})" : string.Empty;
            throw new StateDirectoryException(
                $"The state directory {directory} is in use by another sshlogd{holder}.", true, e);
        }

        // Beside the lock, because .NET's lock also keeps readers of the locked file out.
        using var pid = Create(pidFile, FileShare.Read);
        pid.SetLength(0);
        pid.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        return held;
    }

    private static FileStream Create(string file, FileShare share) => new(file, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = share,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}

/// <summary>The state directory cannot be used; the message is one sentence for the administrator.</summary>
public sealed class StateDirectoryException : Exception
{
    /// <param name="message">What is wrong and what would help.</param>
    /// <param name="inUse">True if another daemon holds it.</param>
    /// <param name="inner">The cause.</param>
    public StateDirectoryException(string message, bool inUse, Exception? inner = null)
        : base(message, inner) => InUse = inUse;

    /// <summary>True if another daemon holds it.</summary>
    public bool InUse { get; }
}
