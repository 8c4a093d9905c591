using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.Native;

namespace SshLog.PluginHost.Children;

/// <summary>
/// A plug-in's process and the lines that go in and out. What it writes is a stranger's: lines have a greatest length, what
/// nobody asked for stays in the pipe until it is full, and then the process waits. Used by one thread at a time;
/// <see cref="Kill"/> by any.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int LongestLine = 256 << 10;

    // A pipe that poll(2) calls writable takes so many bytes at once (PIPE_BUF).
    private const int Piece = 4096;
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly ChildRegistry _registry;
    private byte[] _buffer = new byte[Piece];
    private int _start;
    private int _end;
    private int _killed;

    private ChildProcess(Process process, ChildRegistry registry)
    {
        (_process, _registry) = (process, registry);
        (_input, _output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        Pid = process.Id;
    }

    /// <summary>Number of the process and of its group.</summary>
    public int Pid { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="PluginException">It cannot be started.</exception>
    public static ChildProcess Start(Launch launch, PluginSettings settings, ChildRegistry registry, ILogger log)
    {
        Process process;
        try
        {
            process = Process.Start(launch.Prepare(settings))!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new PluginException($"cannot be started: {e.Message}", e);
        }

        var child = new ChildProcess(process, registry);
        registry.Add(child);
        _ = ErrorOutput.LogAsync(process.StandardError.BaseStream, launch.Plugin, log);
        if (launch.FirstLine is { } line)
            child.Write(line, settings.StartTimeout);
        return child;
    }

    /// <summary>Writes a line; its end is added.</summary>
    /// <exception cref="PluginException">The plug-in has ended or does not read.</exception>
    public void Write(ReadOnlySpan<byte> line, TimeSpan limit)
    {
        var end = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        try
        {
            if (line.Length < Piece)
            {
                Span<byte> whole = stackalloc byte[line.Length + 1];
                line.CopyTo(whole);
                whole[^1] = (byte)'\n';
                WritePiece(whole, end);
                return;
            }

            for (; line.Length > 0; line = line[Math.Min(line.Length, Piece)..])
                WritePiece(line[..Math.Min(line.Length, Piece)], end);
            WritePiece("\n"u8, end);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new PluginException(Ended(), e) { HasEnded = true };
        }
    }

    /// <summary>Reads a line, without its end; good until the next call.</summary>
    /// <param name="end">Until when, as <see cref="Stopwatch.GetTimestamp"/> counts.</param>
    /// <exception cref="PluginException">The plug-in has ended, took too long or wrote too long a line.</exception>
    public ReadOnlyMemory<byte> ReadLine(long end)
    {
        var looked = _start;
        while (true)
        {
            var found = _buffer.AsSpan(looked, _end - looked).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = _buffer.AsMemory(_start, looked + found - _start);
                _start = looked + found + 1;
                return line;
            }

            looked = MakeRoom();
            if (!DescriptorReady.ToRead(Handle(_output), Left(end)))
                throw new PluginException("took too long");
            var count = Read();
            if (count == 0)
                throw new PluginException(Ended()) { HasEnded = true };
            _end += count;
        }
    }

    /// <summary>Closes its input and waits for its end.</summary>
    /// <returns>False if it did not end in time.</returns>
    public async Task<bool> EndsAsync(TimeSpan limit)
    {
        try
        {
            _input.Close();
            using var patience = new CancellationTokenSource(limit);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Kills it with its process group.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _killed, 1) != 0)
            return;
        ProcessSignals.KillGroup(Pid);
        try
        {
            // In the moment before it has a group of its own.
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }

    /// <summary>Kills it and lets go of the pipes.</summary>
    public void Dispose()
    {
        Kill();
        _registry.Remove(this);
        _process.Dispose();
        _input.Dispose();
        _output.Dispose();
    }

    private static Microsoft.Win32.SafeHandles.SafePipeHandle Handle(Stream stream) => ((PipeStream)stream).SafePipeHandle;

    private static TimeSpan Left(long end)
    {
        var left = end - Stopwatch.GetTimestamp();
        return left > 0 ? TimeSpan.FromSeconds((double)left / Stopwatch.Frequency) : TimeSpan.Zero;
    }

    private void WritePiece(ReadOnlySpan<byte> piece, long end)
    {
        if (!DescriptorReady.ToWrite(Handle(_input), Left(end)))
            throw new PluginException("does not read what it is asked");
        _input.Write(piece);
    }

    private int Read()
    {
        try
        {
            return _output.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new PluginException(Ended(), e) { HasEnded = true };
        }
    }

    // Moves what is there to the front and gives the place from which to look on.
    private int MakeRoom()
    {
        var length = _end - _start;
        if (length >= LongestLine)
            throw new PluginException($"wrote a line of more than {LongestLine >> 10} KiB");
        var target = length == _buffer.Length ? new byte[length * 2] : _buffer;
        _buffer.AsSpan(_start, length).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, length);
        return length;
    }

    private string Ended()
    {
        try
        {
            // Its output ends a moment before the kernel has its status.
            return _process.WaitForExit(TimeSpan.FromMilliseconds(200)) ? $"ended with {_process.ExitCode}" : "closed its output";
        }
        catch (Exception e) when (e is InvalidOperationException or SystemException)
        {
            return "ended";
        }
    }
}
