using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Interop;

/// <summary>
/// Where one daemon's probe is pinned: <c>ROOT/INSTANCE/VERSION</c> in a BPF file system (bpffs), which keeps programs,
/// links and maps without a process. The instance is the state directory's path, escaped; the version a hash of the
/// program and of what it was loaded with, so that another program never goes on with these maps.
/// </summary>
internal sealed unsafe class PinDirectory
{
    /// <summary>Where bpffs is mounted, on every distribution.</summary>
    public const string MountPoint = "/sys/fs/bpf";

    private const nint BpfFileSystem = unchecked((int)0xcafe4a11);
    private const int VersionDigits = 16;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string root;

    /// <param name="root">Directory of all instances; setting sshlog.probe.pin-directory.</param>
    /// <param name="instance">The state directory's absolute path.</param>
    /// <param name="image">The program.</param>
    /// <param name="ringBytes">What it is loaded with.</param>
    public PinDirectory(string root, string instance, ReadOnlySpan<byte> image, long ringBytes)
    {
        this.root = root;
        Instance = System.IO.Path.Combine(root, PinName.Escape(instance));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(image);
        hash.AppendData(BitConverter.GetBytes(ringBytes));
        Path = System.IO.Path.Combine(Instance, Convert.ToHexStringLower(hash.GetHashAndReset())[..VersionDigits]);
    }

    /// <summary>The instance's directory; whatever else it holds is of another version.</summary>
    public string Instance { get; }

    /// <summary>Where the pins are.</summary>
    public string Path { get; }

    /// <summary>A pin's path. bpffs refuses names with a dot.</summary>
    public string Of(string name) => System.IO.Path.Combine(Path, name.Replace('.', '_'));

    /// <summary>
    /// Mounts bpffs where it is missing, removes what other versions left, and makes the directory.
    /// </summary>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public void Prepare()
    {
        try
        {
            if (root.StartsWith(MountPoint, StringComparison.Ordinal) && !IsBpfFileSystem(MountPoint)
                && LibC.Mount("bpf", MountPoint, "bpf", 0, "mode=0700") != 0)
            {
                throw new IOException($"no BPF file system could be mounted at {MountPoint}: {LastError()}");
            }

            foreach (var directory in (ReadOnlySpan<string>)[root, Instance, Path])
                MakePrivate(directory);
            if (!IsBpfFileSystem(Path))
                throw new IOException($"{root} is not in a BPF file system, such as {MountPoint}");
            foreach (var other in Directory.GetDirectories(Instance))
            {
                if (other != Path)
                    Delete(other);
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Removes the pins. What they held goes with the last process that uses it.</summary>
    public void Remove()
    {
        if (Directory.Exists(Path))
            Delete(Path);
        if (Directory.Exists(Instance) && !Directory.EnumerateFileSystemEntries(Instance).Any())
            Directory.Delete(Instance);
    }

    /// <summary>Removes a directory of pins, whatever it holds.</summary>
    public static void Delete(string directory)
    {
        foreach (var inner in Directory.GetDirectories(directory))
            Delete(inner);
        // Links first: the programs stop before their maps go.
        foreach (var pin in Directory.GetFiles(directory).OrderBy(
            pin => !System.IO.Path.GetFileName(pin).StartsWith("link_", StringComparison.Ordinal)))
        {
            File.Delete(pin);
        }

        Directory.Delete(directory);
    }

    private static bool IsBpfFileSystem(string path)
    {
        var result = stackalloc nint[32];
        return LibC.FileSystem(path, result) == 0 && (int)*result == (int)BpfFileSystem;
    }

    private static void MakePrivate(string directory)
    {
        Directory.CreateDirectory(directory, Private);
        // It may be older than we: whoever may write there could give us a map of theirs.
        File.SetUnixFileMode(directory, Private);
    }

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;
}
