using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;

namespace SshLog.Bpf.Tests;

/// <summary>A kernel that writes records as the probe does, and numbers them; one processor.</summary>
internal sealed partial class Records
{
    public const ulong Epoch = 1000;
    public static readonly WireSessionKey Session = new() { StartNs = 77, Pid = 4242 };
    public static readonly WireChannelRef Pty = new() { Index = 3, SeenNs = 2000, Kind = 1 };
    public static readonly WireChannelRef Pipes = new() { Index = 99, SeenNs = 2001, Kind = 2 };

    private ulong number;
    private ulong time = 5000;

    /// <summary>The next record is lost.</summary>
    public void Lose() => number++;

    public byte[] Opened(bool existing = false)
    {
        var record = new SessionOpenedRecord { Ends = Ends(2, [10, 0, 0, 9], [10, 0, 0, 1]) };
        record.Header.Flags = existing ? RecordFlags.Existing : RecordFlags.None;
        return Write(ref record.Header, RecordType.SessionOpened, ref record, []);
    }

    public byte[] Opened(WireSessionKey session)
    {
        var record = new SessionOpenedRecord { Ends = Ends(2, [10, 0, 0, 9], [10, 0, 0, 1]) };
        return Write(ref record.Header, RecordType.SessionOpened, ref record, [], session: session);
    }

    public byte[] Opened(Endpoints ends)
    {
        var record = new SessionOpenedRecord { Ends = ends };
        return Write(ref record.Header, RecordType.SessionOpened, ref record, []);
    }

    public byte[] Closed(int status = 0, SessionTotals totals = default, WireSessionKey? session = null)
    {
        var record = new SessionClosedRecord { Totals = totals, Status = status, Flags = SessionFlags.MonitorExited };
        return Write(ref record.Header, RecordType.SessionClosed, ref record, [], session: session);
    }

    public byte[] ChannelOpened(WireChannelRef channel, uint rows = 24, uint columns = 80)
    {
        var record = new TerminalRecord { Channel = channel, Rows = rows, Columns = columns };
        return Write(ref record.Header, RecordType.ChannelOpened, ref record, []);
    }

    public byte[] Window(WireChannelRef channel, uint rows, uint columns)
    {
        var record = new TerminalRecord { Channel = channel, Rows = rows, Columns = columns };
        return Write(ref record.Header, RecordType.Window, ref record, []);
    }

    public byte[] ChannelClosed(WireChannelRef channel, ulong output, ulong error = 0)
    {
        var record = new ChannelClosedRecord { Channel = channel };
        record.Ends.Offset[0] = output;
        record.Ends.Offset[1] = error;
        return Write(ref record.Header, RecordType.ChannelClosed, ref record, []);
    }

    public byte[] Output(
        WireChannelRef channel, ulong offset, string text, uint stream = 1, WireSessionKey? session = null)
    {
        channel.Stream = stream;
        var record = new OutputRecord { Channel = channel, Offset = offset };
        return Write(
            ref record.Header, RecordType.Output, ref record, Encoding.UTF8.GetBytes(text), session: session);
    }

    public byte[] Started(uint pid, string argv, int here = int.MaxValue, ulong? total = null, string name = "true",
        RecordFlags marks = RecordFlags.None)
    {
        var executable = Encoding.UTF8.GetBytes(name + "\0bin\0usr\0");
        var directory = "root\0"u8;
        var bytes = Encoding.UTF8.GetBytes(argv);
        here = Math.Min(here, bytes.Length);
        var record = new CommandStartedRecord
        {
            Pid = pid, ParentPid = 1, Loginuid = WireLimits.Unset, AuditSession = 5, Tty = -1, Uid = 1000, Euid = 1000,
            ArgvTotal = total ?? (ulong)bytes.Length, ArgvCaptured = (uint)bytes.Length, ArgvHere = (uint)here,
            ExecutableSize = (uint)executable.Length, DirectorySize = (uint)directory.Length,
        };
        record.Header.Flags = marks;
        return Write(
            ref record.Header, RecordType.CommandStarted, ref record, [.. executable, .. directory, .. bytes[..here]]);
    }

    /// <summary>The rest of the argv of the command that was written last.</summary>
    public byte[] Arguments(uint pid, string argv, int offset, ulong startedNs, int count = int.MaxValue)
    {
        var bytes = Encoding.UTF8.GetBytes(argv)[offset..];
        var record = new CommandArgumentsRecord { Pid = pid, Offset = (uint)offset, StartedNs = startedNs };
        return Write(
            ref record.Header, RecordType.CommandArguments, ref record, bytes.AsSpan(0, Math.Min(count, bytes.Length)));
    }

    public byte[] Finished(uint pid, int status)
    {
        var record = new CommandFinishedRecord { Pid = pid, Status = status };
        return Write(ref record.Header, RecordType.CommandFinished, ref record, []);
    }

    public byte[] SignIn(
        uint type, ReadOnlySpan<byte> body = default, uint offset = 0, uint? size = null, WireSessionKey? session = null)
    {
        var record = new SignInMessageRecord
        {
            Type = type, Offset = offset, BodySize = size ?? offset + (uint)body.Length,
        };
        return Write(ref record.Header, RecordType.SignInMessage, ref record, body, session);
    }

    public static Endpoints Ends(ushort family, ReadOnlySpan<byte> peer, ReadOnlySpan<byte> local)
    {
        var ends = new Endpoints { Family = family, PeerPort = 40000, LocalPort = 22 };
        peer.CopyTo(ends.Peer);
        local.CopyTo(ends.Local);
        return ends;
    }

    public static ulong TimeOf(byte[] record) => MemoryMarshal.Read<RecordHeader>(record).TimeNs;

    private byte[] Write<T>(
        ref RecordHeader header, RecordType type, ref T record, ReadOnlySpan<byte> data, WireSessionKey? session = null)
        where T : unmanaged
    {
        header.Epoch = Epoch;
        header.Number = ++number;
        header.TimeNs = ++time;
        header.Session = session ?? Session;
        header.Type = type;
        header.Size = (uint)(Unsafe.SizeOf<T>() + data.Length);
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref record)), .. data];
    }
}

/// <summary>The probe's maps as a test wants them.</summary>
internal sealed class FakeMaps : IKernelMaps
{
    public Dictionary<(ulong, uint), SessionValue> Sessions { get; } = [];

    public List<(ChannelKey Key, ChannelValue Value)> Channels { get; } = [];

    public IReadOnlyList<WireSessionKey> FindSessions() =>
        [.. Sessions.Keys.Select(key => new WireSessionKey { StartNs = key.Item1, Pid = key.Item2 })];

    public bool TryGetSession(WireSessionKey key, out SessionValue value) =>
        Sessions.TryGetValue((key.StartNs, key.Pid), out value);

    public bool TryGetChannel(in ChannelKey key, out ChannelValue value)
    {
        var (index, kind) = (key.Index, key.Kind);
        var found = Channels.Find(channel => channel.Key.Index == index && channel.Key.Kind == kind);
        value = found.Value;
        return found.Key.Kind != 0;
    }

    public IReadOnlyList<ChannelKey> FindChannels(WireSessionKey session) =>
        [.. Channels.Select(channel => channel.Key).Where(key => key.Session.Equals(session))];

    public Dictionary<(ulong, uint), ulong> Reported { get; } = [];

    public ulong ReadReportedLosses(WireSessionKey key) => Reported.GetValueOrDefault((key.StartNs, key.Pid));

    public void StoreReportedLosses(WireSessionKey key, ulong value) => Reported[(key.StartNs, key.Pid)] = value;

    public Dictionary<(ulong, uint), ulong> Untold { get; } = [];

    public ulong ReadUntoldTransfers(WireSessionKey key) => Untold.GetValueOrDefault((key.StartNs, key.Pid));

    public void StoreUntoldTransfers(WireSessionKey key, ulong value) => Untold[(key.StartNs, key.Pid)] = value;

    public Dictionary<(ulong, uint), (ulong Position, byte[] Progress)> SignIns { get; } = [];

    public (ulong Position, byte[] Progress)? ReadSignIn(WireSessionKey key) =>
        SignIns.TryGetValue((key.StartNs, key.Pid), out var known) ? known : null;

    public void StoreSignIn(WireSessionKey key, ulong position, ReadOnlySpan<byte> progress) =>
        SignIns[(key.StartNs, key.Pid)] = (position, progress.ToArray());

    public void DeleteSignIn(WireSessionKey key) => SignIns.Remove((key.StartNs, key.Pid));

    public void DeleteSession(WireSessionKey key) => Sessions.Remove((key.StartNs, key.Pid));

    public void DeleteChannel(in ChannelKey key)
    {
        var (index, kind) = (key.Index, key.Kind);
        Channels.RemoveAll(channel => channel.Key.Index == index && channel.Key.Kind == kind);
    }

    public void Add(WireSessionKey session, SessionValue value) => Sessions[(session.StartNs, session.Pid)] = value;

    public void Add(WireChannelRef channel, ulong output)
    {
        var value = new ChannelValue { SeenNs = channel.SeenNs };
        value.Ends.Offset[0] = output;
        Channels.Add((new ChannelKey { Session = Records.Session, Index = channel.Index, Kind = channel.Kind }, value));
    }
}
