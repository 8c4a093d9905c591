using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>
/// Zstandard (RFC 8878) by the system's library, one piece at a time and each on its own. Safe for several threads; each that
/// uses it keeps its working memory, some 600 KB.
/// </summary>
public static partial class Zstd
{
    private const string Library = "libzstd.so.1";

    /// <summary>The library's fastest with entropy coding: below it base64 does not get smaller at all.</summary>
    private const int Level = 1;

    private static volatile bool _isLoaded;

    [ThreadStatic]
    private static Compressor? _compressor;

    [ThreadStatic]
    private static Decompressor? _decompressor;

    /// <summary>False while libzstd.so.1 is not installed: nothing else here works then. It may be installed later.</summary>
    public static bool IsAvailable => _isLoaded || (_isLoaded = NativeLibrary.TryLoad(Library, out _));

    /// <summary>Compresses as one frame.</summary>
    /// <param name="plain">What.</param>
    /// <param name="into">Where to.</param>
    /// <param name="written">Bytes of it.</param>
    /// <returns>False if it takes more than <paramref name="into"/> has.</returns>
    public static unsafe bool TryCompress(ReadOnlySpan<byte> plain, Span<byte> into, out int written)
    {
        var context = _compressor ??= CreateCompressor();
        fixed (byte* source = plain)
        fixed (byte* target = into)
        {
            var result = Compress(context, target, (nuint)into.Length, source, (nuint)plain.Length, Level);
            written = IsError(result) == 0 ? (int)result : 0;
        }

        return written > 0;
    }

    /// <summary>Decompresses one frame; never writes more than <paramref name="into"/> has, whatever the frame says of itself.</summary>
    /// <param name="frame">What <see cref="TryCompress"/> has written, or anything else.</param>
    /// <param name="into">Room for exactly what was compressed.</param>
    /// <returns>False if it is no frame of exactly that size.</returns>
    public static unsafe bool TryDecompress(ReadOnlySpan<byte> frame, Span<byte> into)
    {
        var context = _decompressor ??= CreateDecompressor();
        fixed (byte* source = frame)
        fixed (byte* target = into)
        {
            var result = Decompress(context, target, (nuint)into.Length, source, (nuint)frame.Length);
            return IsError(result) == 0 && result == (nuint)into.Length;
        }
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial Compressor CreateCompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    private static partial nuint FreeCompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressCCtx")]
    private static unsafe partial nuint Compress(
        Compressor context, byte* target, nuint capacity, byte* source, nuint sourceBytes, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial Decompressor CreateDecompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    private static partial nuint FreeDecompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    private static unsafe partial nuint Decompress(
        Decompressor context, byte* target, nuint capacity, byte* source, nuint sourceBytes);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint result);

    private sealed class Compressor() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => FreeCompressor(handle) == 0;
    }

    private sealed class Decompressor() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => FreeDecompressor(handle) == 0;
    }
}
