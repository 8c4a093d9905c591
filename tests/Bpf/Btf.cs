using System.Buffers.Binary;
using System.Text;

namespace SshLog.Bpf.Tests;

/// <summary>
/// The type information of a compiled BPF object, as far as structures need it (Documentation/bpf/btf.rst; the section
/// is found as elf(5) says).
/// </summary>
internal sealed class Btf
{
    private const int HeaderOffsets = 8;

    /// <summary>Bytes behind the three words of a type, by kind: fixed ones, then one more per member.</summary>
    private static readonly Dictionary<int, (int Fixed, int PerMember)> Tails = new()
    {
        [1] = (4, 0), [3] = (12, 0), [4] = (0, 12), [5] = (0, 12), [6] = (0, 8), [13] = (0, 8), [14] = (4, 0),
        [15] = (0, 12), [17] = (4, 0), [19] = (0, 12),
    };

    private readonly byte[] section;
    private readonly int strings;
    private readonly List<int> types = [0];

    public Btf(byte[] elf)
    {
        section = FindSection(elf, ".BTF");
        var header = Word(4);
        var start = header + Word(HeaderOffsets);
        var end = start + Word(HeaderOffsets + 4);
        strings = header + Word(HeaderOffsets + 8);
        for (var at = start; at < end;)
        {
            types.Add(at);
            var (fixedTail, perMember) = Tails.GetValueOrDefault(Kind(at));
            at += 12 + fixedTail + (perMember * Members(at));
        }
    }

    /// <summary>Size of a structure, and offset and size of each field, in bytes.</summary>
    public (int Size, IReadOnlyList<(string Name, int Offset, int Size)> Fields) Structure(string name)
    {
        const int kindStruct = 4;
        var at = types.Skip(1).First(type => Kind(type) == kindStruct && Name(Word(type)) == name);
        var fields = Enumerable.Range(0, Members(at)).Select(i => at + 12 + (12 * i)).Select(member =>
            (Name(Word(member)), Word(member + 8) / 8, SizeOf(Word(member + 4))));
        return (Word(at + 8), [.. fields]);
    }

    private static byte[] FindSection(byte[] elf, string name)
    {
        int Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));
        int Long(int at) => (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at));
        var table = Long(0x28);
        var size = Half(0x3a);
        var names = Long(table + (size * Half(0x3e)) + 0x18);
        for (var i = 0; i < Half(0x3c); i++)
        {
            var header = table + (size * i);
            var text = names + (int)BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(header));
            if (Text(elf, text) == name)
                return elf.AsSpan(Long(header + 0x18), Long(header + 0x20)).ToArray();
        }

        throw new InvalidOperationException($"There is no section {name}.");
    }

    private static string Text(byte[] bytes, int at) =>
        Encoding.ASCII.GetString(bytes.AsSpan(at, bytes.AsSpan(at).IndexOf((byte)0)));

    private int Word(int at) => BinaryPrimitives.ReadInt32LittleEndian(section.AsSpan(at));

    private int Kind(int type) => Word(type + 4) >> 24 & 0x1f;

    private int Members(int type) => Word(type + 4) & 0xffff;

    private string Name(int offset) => Text(section, strings + offset);

    private int SizeOf(int id)
    {
        var at = types[id];
        return Kind(at) switch
        {
            2 => 8,
            3 => SizeOf(Word(at + 12)) * Word(at + 20),
            8 or 9 or 10 or 11 => SizeOf(Word(at + 8)),
            _ => Word(at + 8),
        };
    }
}
