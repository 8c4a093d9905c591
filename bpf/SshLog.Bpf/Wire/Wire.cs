using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SshLog.Bpf.Wire;

// The structures of bpf/wire.h, named after them; what the fields mean is said there. A test compares every offset and
// size with the BTF of the compiled probe.

/// <summary>enum record_type.</summary>
internal enum RecordType : ushort
{
    SessionOpened = 1,
    SessionClosed = 2,
    ChannelOpened = 3,
    ChannelClosed = 4,
    Output = 5,
    Window = 6,
    CommandStarted = 7,
    CommandArguments = 8,
    CommandFinished = 9,
    SignInMessage = 10,
    Subsystem = 11,
    CommandOutput = 12,
    Privilege = 13,
    FileOpened = 14,
    FileClosed = 15,
    FileRenamed = 16,
    Input = 17,
    Forward = 18,
}

/// <summary>enum record_flag.</summary>
[Flags]
internal enum RecordFlags : ushort
{
    None = 0,
    Existing = 1,
    PathTruncated = 2,
    DirectoryTruncated = 4,
    Typed = 8,
    Aborted = 16,
    ByExec = 32,
    OfSshd = 64,
}

/// <summary>enum session_flag.</summary>
[Flags]
internal enum SessionFlags : uint
{
    None = 0,
    Seeded = 1,
    MonitorExited = 2,
    Closed = 4,
    SignInFollowed = 8,
    HasUser = 16,
}

/// <summary>struct settings.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Settings
{
    public ulong EpochNs;
    public ulong OutputLimit;
    public ulong ChannelLimit;
    public ulong TransferLimit;
    public ulong RecordInput;
    public ulong SessionChannels;
}

/// <summary>struct session_key.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireSessionKey
{
    public ulong StartNs;
    public uint Pid;
    public uint Reserved;
}

/// <summary>struct record_header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RecordHeader
{
    public ulong Epoch;
    public ulong Number;
    public ulong TimeNs;
    public WireSessionKey Session;
    public uint Cpu;
    public uint Size;
    public RecordType Type;
    public RecordFlags Flags;
    public uint Reserved;
}

/// <summary>16 bytes of an address.</summary>
[InlineArray(16)]
internal struct AddressBytes
{
    private byte first;
}

/// <summary>struct endpoints.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Endpoints
{
    public ushort Family;
    public ushort LocalPort;
    public ushort PeerPort;
    public ushort Reserved;
    public AddressBytes Local;
    public AddressBytes Peer;
}

/// <summary>struct channel_ref.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireChannelRef
{
    public ulong Index;
    public ulong SeenNs;
    public uint Kind;
    public uint Stream;
}

/// <summary>struct session_totals.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SessionTotals
{
    public ulong EmittedBytes;
    public ulong LostBytes;
    public ulong UnreadableBytes;
    public ulong LostOutputRecords;
    public ulong LostRecords;
}

/// <summary>struct session_opened.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SessionOpenedRecord
{
    public RecordHeader Header;
    public Endpoints Ends;
}

/// <summary>struct session_closed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SessionClosedRecord
{
    public RecordHeader Header;
    public SessionTotals Totals;
    public int Status;
    public SessionFlags Flags;
}

/// <summary>struct terminal_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TerminalRecord
{
    public RecordHeader Header;
    public WireChannelRef Channel;
    public uint Rows;
    public uint Columns;
    public uint Uid;
    public uint Reserved;
}

/// <summary>A number for each stream, standard output (or the terminal) first.</summary>
[InlineArray(2)]
internal struct PerStream
{
    private ulong first;
}

/// <summary>struct stream_ends.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StreamEnds
{
    public PerStream Offset;
    public PerStream Lost;
    public PerStream LeftOut;
    public ulong Input;
}

/// <summary>struct channel_closed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ChannelClosedRecord
{
    public RecordHeader Header;
    public WireChannelRef Channel;
    public StreamEnds Ends;
}

/// <summary>struct output.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OutputRecord
{
    public RecordHeader Header;
    public WireChannelRef Channel;
    public ulong Offset;
}

/// <summary>TERM_LIMIT bytes.</summary>
[InlineArray(32)]
internal struct TermBytes
{
    private byte first;
}

/// <summary>struct command_started.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CommandStartedRecord
{
    public RecordHeader Header;
    public uint Pid;
    public uint ParentPid;
    public uint Uid;
    public uint Euid;
    public uint Gid;
    public uint Loginuid;
    public uint AuditSession;
    public int Tty;
    public ulong ArgvTotal;
    public uint ArgvCaptured;
    public uint ArgvHere;
    public uint ExecutableSize;
    public uint DirectorySize;
    public WireChannelRef Channel;
    public TermBytes Term;
}

/// <summary>struct command_arguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CommandArgumentsRecord
{
    public RecordHeader Header;
    public ulong StartedNs;
    public uint Pid;
    public uint Offset;
}

/// <summary>struct command_finished.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CommandFinishedRecord
{
    public RecordHeader Header;
    public uint Pid;
    public int Status;
    public ulong Printed;
}

/// <summary>struct command_output.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CommandOutputRecord
{
    public RecordHeader Header;
    public uint Pid;
    public uint Offset;
}

/// <summary>struct privilege.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PrivilegeRecord
{
    public RecordHeader Header;
    public uint Pid;
    public uint UidBefore;
    public uint EuidBefore;
    public uint Uid;
    public uint Euid;
    public uint Reserved;
}

/// <summary>enum transfer_protocol.</summary>
internal enum WireProtocol : uint
{
    None = 0,
    Scp = 1,
    Sftp = 2,
    Rsync = 3,
    RsyncSender = 4,
    RsyncReceiver = 5,
}

/// <summary>struct file_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileRecord
{
    public RecordHeader Header;
    public ulong Read;
    public ulong Written;
    public uint Pid;
    public int Fd;
    public uint OpenFlags;
    public uint Mode;
    public uint Error;
    public WireProtocol Protocol;
    public uint DirectorySize;
    public uint FirstSize;
    public uint SecondSize;
    public uint Reserved;
}

/// <summary>enum forward_kind.</summary>
internal enum WireForwardKind : uint
{
    Connect = 1,
    Listen = 2,
    Accept = 3,
    Result = 4,
}

/// <summary>struct forward.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ForwardRecord
{
    public RecordHeader Header;
    public Endpoints Ends;
    public uint Pid;
    public int Fd;
    public WireForwardKind Kind;
    public uint Error;
    public uint PathSize;
    public uint Reserved;
}

/// <summary>struct input.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InputRecord
{
    public RecordHeader Header;
    public WireChannelRef Channel;
    public ulong Hidden;
}

/// <summary>struct sign_in_message.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignInMessageRecord
{
    public RecordHeader Header;
    public uint Type;
    public uint BodySize;
    public uint Offset;
    public uint Reserved;
}

/// <summary>struct session.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SessionValue
{
    public Endpoints Ends;
    public ulong OpenedNs;
    public long Sshds;
    public int Status;
    public SessionFlags Flags;
    public uint Uid;
    public uint Channels;
    public SessionTotals Totals;
}

/// <summary>struct channel_key.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ChannelKey
{
    public WireSessionKey Session;
    public ulong Index;
    public uint Kind;
    public uint Reserved;
}

/// <summary>struct channel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ChannelValue
{
    public ulong SeenNs;
    public ulong Tty;
    public StreamEnds Ends;
    public uint Ended;
    public uint Transfer;
    public uint Sshd;
    public PipeDescriptors Pipes;
}

/// <summary>A descriptor for each of standard output, error and input.</summary>
[InlineArray(3)]
internal struct PipeDescriptors
{
    private uint first;
}

/// <summary>struct pipe_key.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PipeKey
{
    public uint Tgid;
    public uint Fd;
}

/// <summary>struct pipe_end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PipeEnd
{
    public ChannelKey Channel;
    public ulong Inode;
    public uint Stream;
    public uint Reserved;
}

/// <summary>SIGN_IN_PROGRESS_LIMIT bytes.</summary>
[InlineArray(WireLimits.SignInProgressLimit)]
internal struct ProgressBytes
{
    private byte first;
}

/// <summary>struct sign_in_progress.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignInProgressValue
{
    public ulong Position;
    public uint Size;
    public uint Reserved;
    public ProgressBytes Progress;
}

/// <summary>struct cpu_counters.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CpuCounters
{
    public ulong Attempted;
    public ulong LostRecords;
    public ulong LostBytes;
    public ulong UnreadableBytes;
    public ulong NoRoom;
}

/// <summary>#defines of wire.h.</summary>
internal static class WireLimits
{
    public const int ArgvLimit = 65536;
    public const int CommandOutputLimit = 4096;
    public const int SignInUserLimit = 512;
    public const int SignInKeyLimit = 8192;
    public const int SignInProgressLimit = 1008;
    public const uint Unset = uint.MaxValue;
}
