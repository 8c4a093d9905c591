using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Wire;

/// <summary>One record that has been checked; a view of the caller's bytes.</summary>
internal readonly ref struct WireRecord
{
    private readonly ReadOnlySpan<byte> bytes;

    private WireRecord(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    /// <summary>What every record begins with.</summary>
    public RecordHeader Header => As<RecordHeader>();

    /// <summary>Whose record it is.</summary>
    public SessionKey Session => Header.Session.ToKey();

    /// <summary>
    /// Checks the bytes of one record: its size, its type, and everything in it that says how long something is or
    /// which kind. What it accepts can be read without further checks. Never throws.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out WireRecord record)
    {
        record = new WireRecord(bytes);
        if (bytes.Length < Unsafe.SizeOf<RecordHeader>())
            return false;
        var header = MemoryMarshal.Read<RecordHeader>(bytes);
        if (header.Size != bytes.Length || header.Session.Pid > int.MaxValue)
            return false;
        return header.Type switch
        {
            RecordType.SessionOpened => record.Is<SessionOpenedRecord>() && record.HasEndpoints(),
            RecordType.SessionClosed => record.Is<SessionClosedRecord>(),
            RecordType.ChannelOpened or RecordType.Window or RecordType.Subsystem => record.Is<TerminalRecord>()
                && IsChannel(record.As<TerminalRecord>().Channel, stream: false),
            RecordType.ChannelClosed => record.Is<ChannelClosedRecord>()
                && IsChannel(record.As<ChannelClosedRecord>().Channel, stream: false),
            RecordType.Output => record.Holds<OutputRecord>() && record.Data<OutputRecord>().Length > 0
                && IsChannel(record.As<OutputRecord>().Channel, stream: true),
            RecordType.CommandStarted => record.Holds<CommandStartedRecord>() && record.HasCommand(),
            RecordType.CommandArguments => record.Holds<CommandArgumentsRecord>()
                && record.As<CommandArgumentsRecord>().Pid <= int.MaxValue,
            RecordType.CommandFinished => record.Is<CommandFinishedRecord>()
                && record.As<CommandFinishedRecord>().Pid <= int.MaxValue,
            RecordType.SignInMessage => record.Holds<SignInMessageRecord>() && record.HasMessage(),
            RecordType.CommandOutput => record.Holds<CommandOutputRecord>() && record.HasCommandOutput(),
            RecordType.Privilege => record.Is<PrivilegeRecord>() && record.As<PrivilegeRecord>().Pid <= int.MaxValue,
            RecordType.FileOpened or RecordType.FileClosed or RecordType.FileRenamed =>
                record.Holds<FileRecord>() && record.HasFile(),
            RecordType.Forward => record.Holds<ForwardRecord>() && record.HasForward(),
            RecordType.Input => record.Holds<InputRecord>() && record.HasInput(),
            _ => false,
        };
    }

    /// <summary>The record's structure; its type has been checked.</summary>
    public T As<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(bytes);

    /// <summary>The bytes behind the structure.</summary>
    public ReadOnlySpan<byte> Data<T>()
        where T : unmanaged => bytes[Unsafe.SizeOf<T>()..];

    private bool Is<T>()
        where T : unmanaged => bytes.Length == Unsafe.SizeOf<T>();

    private bool Holds<T>()
        where T : unmanaged => bytes.Length >= Unsafe.SizeOf<T>();

    private bool HasEndpoints() => As<SessionOpenedRecord>().Ends.AreOfSession();

    private bool HasCommand()
    {
        var command = As<CommandStartedRecord>();
        return command.Pid <= int.MaxValue && command.ParentPid <= int.MaxValue
            && (long)command.ExecutableSize + command.DirectorySize + command.ArgvHere
                == Data<CommandStartedRecord>().Length
            && command.ArgvHere <= command.ArgvCaptured
            && command.ArgvCaptured <= WireLimits.ArgvLimit
            && command.ArgvCaptured <= command.ArgvTotal
            && command.ArgvTotal <= long.MaxValue
            && (command.Channel.Kind == 0 || IsChannel(command.Channel, stream: false));
    }

    private bool HasCommandOutput()
    {
        var output = As<CommandOutputRecord>();
        var length = Data<CommandOutputRecord>().Length;
        return output.Pid <= int.MaxValue && length > 0
            && (long)output.Offset + length <= WireLimits.CommandOutputLimit;
    }

    private bool HasFile()
    {
        var file = As<FileRecord>();
        return file.Pid <= int.MaxValue && file.Read <= long.MaxValue && file.Written <= long.MaxValue
            && file.Error <= int.MaxValue
            && (long)file.DirectorySize + file.FirstSize + file.SecondSize == Data<FileRecord>().Length;
    }

    private bool HasForward()
    {
        var forward = As<ForwardRecord>();
        return forward.Pid <= int.MaxValue && forward.Error <= int.MaxValue && Enum.IsDefined(forward.Kind)
            && forward.PathSize == Data<ForwardRecord>().Length
            && (forward.Kind == WireForwardKind.Result
                || forward.Ends.Family is WireText.AfInet or WireText.AfInet6 or WireText.AfUnix);
    }

    private bool HasInput()
    {
        var input = As<InputRecord>();
        return input.Channel.Kind == (uint)ChannelKind.Pty && input.Hidden <= int.MaxValue
            && (input.Hidden == 0) != Data<InputRecord>().IsEmpty;
    }

    private bool HasMessage()
    {
        var message = As<SignInMessageRecord>();
        return message.Type <= byte.MaxValue
            && (long)message.Offset + Data<SignInMessageRecord>().Length
                <= Math.Min(message.BodySize, WireLimits.SignInKeyLimit);
    }

    private static bool IsChannel(WireChannelRef channel, bool stream) =>
        channel.Kind is (uint)ChannelKind.Pty or (uint)ChannelKind.Pipes
        && (stream
            ? channel.Stream is (uint)ChannelStream.Output or (uint)ChannelStream.Error
            : channel.Stream == 0);
}
