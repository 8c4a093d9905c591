using System.Text;
using SshLog.Bpf.Wire;

namespace SshLog.Bpf.Tests;

/// <summary>Records about first output, users, typing and files.</summary>
internal sealed partial class Records
{
    public byte[] CommandOutput(uint pid, uint offset, string text)
    {
        var record = new CommandOutputRecord { Pid = pid, Offset = offset };
        return Write(ref record.Header, RecordType.CommandOutput, ref record, Encoding.UTF8.GetBytes(text));
    }

    public byte[] Privilege(uint pid, uint before, uint after)
    {
        var record = new PrivilegeRecord { Pid = pid, UidBefore = before, EuidBefore = before, Uid = after, Euid = after };
        return Write(ref record.Header, RecordType.Privilege, ref record, []);
    }

    public byte[] Input(WireChannelRef channel, string text, ulong hidden = 0)
    {
        channel.Stream = 4;
        var record = new InputRecord { Channel = channel, Hidden = hidden };
        return Write(ref record.Header, RecordType.Input, ref record, Encoding.UTF8.GetBytes(text));
    }

    public byte[] Forward(
        WireForwardKind kind, int fd, uint error = 0, string path = "", Endpoints ends = default)
    {
        ends.Family = path.Length > 0 ? WireText.AfUnix : ends.Family;
        var record = new ForwardRecord
        {
            Pid = 100, Fd = fd, Kind = kind, Error = error, Ends = ends, PathSize = (uint)path.Length,
        };
        return Write(ref record.Header, RecordType.Forward, ref record, Encoding.UTF8.GetBytes(path));
    }

    public byte[] FileOpened(
        uint pid, int fd, uint flags, string components, WireProtocol protocol = WireProtocol.Sftp,
        RecordFlags marks = RecordFlags.None)
    {
        var record = new FileRecord
        {
            Pid = pid, Fd = fd, OpenFlags = flags, Mode = 0x81A4, Protocol = protocol, DirectorySize = (uint)components.Length,
        };
        record.Header.Flags = marks;
        return Write(ref record.Header, RecordType.FileOpened, ref record, Encoding.UTF8.GetBytes(components));
    }

    public byte[] FileClosed(
        uint pid, int fd, ulong read = 0, ulong written = 0, uint flags = 1, bool aborted = false, WireProtocol protocol = WireProtocol.Sftp)
    {
        var record = new FileRecord
        {
            Pid = pid, Fd = fd, OpenFlags = flags, Mode = 0x81A4, Protocol = protocol, Read = read, Written = written,
        };
        record.Header.Flags = aborted ? RecordFlags.Aborted : RecordFlags.None;
        return Write(ref record.Header, RecordType.FileClosed, ref record, []);
    }

    public byte[] FileRefused(
        uint pid, uint error, string directory, string name, uint flags = 1, RecordFlags marks = RecordFlags.None)
    {
        var record = new FileRecord
        {
            Pid = pid, Fd = -1, OpenFlags = flags, Error = error, Protocol = WireProtocol.Sftp,
            DirectorySize = (uint)directory.Length, FirstSize = (uint)name.Length,
        };
        record.Header.Flags = marks;
        return Write(ref record.Header, RecordType.FileOpened, ref record, Encoding.UTF8.GetBytes(directory + name));
    }

    public byte[] FileRenamed(uint pid, string directory, string before, string after, WireProtocol protocol = WireProtocol.Sftp)
    {
        var record = new FileRecord
        {
            Pid = pid, Fd = -1, Protocol = protocol, DirectorySize = (uint)directory.Length,
            FirstSize = (uint)before.Length, SecondSize = (uint)after.Length,
        };
        return Write(
            ref record.Header, RecordType.FileRenamed, ref record, Encoding.UTF8.GetBytes(directory + before + after));
    }
}
