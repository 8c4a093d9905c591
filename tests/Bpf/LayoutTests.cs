using System.Reflection;
using System.Runtime.InteropServices;
using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;

namespace SshLog.Bpf.Tests;

public sealed class LayoutTests
{
    private static readonly Btf Probe = new(KernelProbe.ReadImage());

    [Fact]
    public void Structures_lie_in_memory_as_the_probe_was_compiled()
    {
        AssertSame<Settings>("settings");
        AssertSame<WireSessionKey>("session_key");
        AssertSame<RecordHeader>("record_header");
        AssertSame<Endpoints>("endpoints");
        AssertSame<WireChannelRef>("channel_ref");
        AssertSame<SessionTotals>("session_totals");
        AssertSame<SessionOpenedRecord>("session_opened");
        AssertSame<SessionClosedRecord>("session_closed");
        AssertSame<TerminalRecord>("terminal_record");
        AssertSame<StreamEnds>("stream_ends");
        AssertSame<ChannelClosedRecord>("channel_closed");
        AssertSame<OutputRecord>("output");
        AssertSame<CommandStartedRecord>("command_started");
        AssertSame<CommandArgumentsRecord>("command_arguments");
        AssertSame<CommandFinishedRecord>("command_finished");
        AssertSame<SignInMessageRecord>("sign_in_message");
        AssertSame<CommandOutputRecord>("command_output");
        AssertSame<PrivilegeRecord>("privilege");
        AssertSame<FileRecord>("file_record");
        AssertSame<ForwardRecord>("forward");
        AssertSame<InputRecord>("input");
        AssertSame<SessionValue>("session");
        AssertSame<ChannelKey>("channel_key");
        AssertSame<ChannelValue>("channel");
        AssertSame<PipeKey>("pipe_key");
        AssertSame<PipeEnd>("pipe_end");
        AssertSame<SignInProgressValue>("sign_in_progress");
        AssertSame<CpuCounters>("cpu_counters");
    }

    [Fact]
    public void Structures_have_no_padding()
    {
        foreach (var name in (string[])["record_header", "session_closed", "command_started", "command_finished", "file_record", "session", "channel", "pipe_end"])
        {
            var (size, fields) = Probe.Structure(name);
            Assert.Equal(size, fields.Sum(field => field.Size));
        }
    }

    private static void AssertSame<T>(string name)
        where T : unmanaged
    {
        var (size, fields) = Probe.Structure(name);
        Assert.Equal(fields, Fields<T>());
        Assert.Equal(size, MemoryMarshal.AsBytes<T>(new T[1]).Length);
    }

    private static List<(string Name, int Offset, int Size)> Fields<T>()
        where T : unmanaged
    {
        var fields = new List<(string, int, int)>();
        foreach (var field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            // All bits of one field set: what is set in the whole is where it lies.
            object whole = default(T);
            field.SetValue(whole, Ones(field.FieldType));
            var bytes = MemoryMarshal.AsBytes<T>(new[] { (T)whole });
            var offset = bytes.IndexOf((byte)0xff);
            fields.Add((ToSnakeCase(field.Name), offset, bytes.LastIndexOf((byte)0xff) - offset + 1));
        }

        return fields;
    }

    private static string ToSnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{c}" : $"{c}")).ToLowerInvariant();

    private static object Ones(Type type) =>
        typeof(LayoutTests).GetMethod(nameof(OnesOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, null)!;

    private static T OnesOf<T>()
        where T : unmanaged
    {
        var one = new T[1];
        MemoryMarshal.AsBytes(one.AsSpan()).Fill(0xff);
        return one[0];
    }
}
