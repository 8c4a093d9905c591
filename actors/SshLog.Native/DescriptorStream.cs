using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>
/// Writes to an inherited descriptor with write(2), at the offset that it shares with the other processes that hold
/// it. Unlike the console's stream it reports a closed pipe; unlike a file's it keeps no offset of its own.
/// </summary>
/// <param name="descriptor">1 or 2, or any other that is open; it is not closed by this.</param>
public sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int ErrnoInterrupted = 4;
    private const int ErrnoAgain = 11;
    private const int ErrnoPipe = 32;
    private const short PollOut = 4;

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it.</summary>
    /// <exception cref="BrokenPipeException">Nobody reads the pipe any more (EPIPE).</exception>
    /// <exception cref="IOException">Any other error, ENOSPC for one.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* first = buffer)
                written = WriteTo(descriptor, first, (nuint)buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                HandleError(Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})" />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    private unsafe void HandleError(int error)
    {
        switch (error)
        {
            case ErrnoInterrupted:
                break;
            case ErrnoAgain:
                // Somebody who shares the terminal or pipe made it non-blocking.
                var poll = new PollDescriptor { Descriptor = descriptor, Events = PollOut };
                _ = Poll(&poll, 1, -1);
                break;
            case ErrnoPipe:
                throw new BrokenPipeException();
            default:
                throw new IOException(new Win32Exception(error).Message);
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteTo(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    /// <summary>struct pollfd of poll.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}

/// <summary>The reader of a pipe has gone.</summary>
public sealed class BrokenPipeException : IOException
{
    /// <summary>With the text of EPIPE.</summary>
    public BrokenPipeException()
        : base("Broken pipe")
    {
    }
}
