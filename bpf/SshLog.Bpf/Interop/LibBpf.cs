using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SshLog.Bpf.Interop;

/// <summary>
/// The part of libbpf 1.x that the probe uses. Pointers are null and numbers negative errno on failure.
/// </summary>
internal static unsafe partial class LibBpf
{
    public const string Library = "libbpf.so.1";

    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    public static partial nint SetPrint(delegate* unmanaged[Cdecl]<int, byte*, void*, int> print);

    [LibraryImport(Library, EntryPoint = "libbpf_num_possible_cpus")]
    public static partial int PossibleCpus();

    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    public static partial BpfObjectHandle OpenMemory(byte* image, nuint size, void* options);

    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    public static partial int Load(BpfObjectHandle probe);

    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    public static partial void Close(nint probe);

    [LibraryImport(Library, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FindMap(BpfObjectHandle probe, string name);

    [LibraryImport(Library, EntryPoint = "bpf_object__find_program_by_name",
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FindProgram(BpfObjectHandle probe, string name);

    [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
    public static partial int MapDescriptor(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__set_max_entries")]
    public static partial int SetMaxEntries(nint map, uint entries);

    [LibraryImport(Library, EntryPoint = "bpf_map__set_initial_value")]
    public static partial int SetInitialValue(nint map, void* data, nuint size);

    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    public static partial int ProgramDescriptor(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_object__next_map")]
    public static partial nint NextMap(BpfObjectHandle probe, nint before);

    [LibraryImport(Library, EntryPoint = "bpf_map__name")]
    public static partial nint MapName(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_obj_pin", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Pin(int descriptor, string path);

    [LibraryImport(Library, EntryPoint = "bpf_obj_get", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetPinned(string path);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_elem", SetLastError = true)]
    public static partial int Update(int map, void* key, void* value, ulong flags);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach", SetLastError = true)]
    public static partial BpfLinkHandle Attach(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_link__fd")]
    public static partial int LinkDescriptor(BpfLinkHandle link);

    [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
    public static partial int Destroy(nint link);

    [LibraryImport(Library, EntryPoint = "bpf_iter_create", SetLastError = true)]
    public static partial int CreateIterator(int link);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_elem", SetLastError = true)]
    public static partial int LookUp(int map, void* key, void* value);

    [LibraryImport(Library, EntryPoint = "bpf_map_delete_elem", SetLastError = true)]
    public static partial int Delete(int map, void* key);

    [LibraryImport(Library, EntryPoint = "bpf_map_get_next_key", SetLastError = true)]
    public static partial int NextKey(int map, void* key, void* next);

    [LibraryImport(Library, EntryPoint = "bpf_obj_get_info_by_fd", SetLastError = true)]
    public static partial int GetInfo(int descriptor, void* info, uint* size);
}

/// <summary>struct bpf_object.</summary>
internal sealed class BpfObjectHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibBpf.Close(handle);
        return true;
    }
}

/// <summary>struct bpf_link: an attachment, which ends with the handle.</summary>
internal sealed class BpfLinkHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LibBpf.Destroy(handle) == 0;
}
