using FsCheck;
using FsCheck.Fluent;
using SshLog.Remoting.Sockets;

namespace SshLog.Remoting.Tests;

public sealed class FrameBufferTests
{
    private const int Limit = 300_000;

    [Fact]
    public void Frames_come_out_whole_however_the_bytes_come_in() => Prop.ForAll<int, PositiveInt>((seed, chunk) =>
    {
        var random = new Random(seed);
        byte[][] frames = [.. Enumerable.Range(0, 20).Select(_ => Bytes(random, random.Next(1, 2000)))];
        byte[] stream = [.. frames.SelectMany(Framed)];
        return ReadAll(stream, chunk.Get).SequenceEqual(frames, ByContent.Instance);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_largest_frame_comes_out_whole()
    {
        var frame = Bytes(new Random(1), Limit);
        Assert.Equal(frame, Assert.Single(ReadAll(Framed(frame), 4096)));
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF)]
    [InlineData(0, 0x04, 0x93, 0xE1)]
    public void A_length_of_zero_or_above_the_limit_breaks_the_stream(params int[] header)
    {
        var buffer = new FrameBuffer(Limit);
        Put(buffer, [.. header.Select(b => (byte)b), 1, 2, 3]);
        Assert.False(buffer.TryRead(out _));
        Assert.True(buffer.Broken);
    }

    [Fact]
    public void An_announced_large_frame_takes_memory_only_as_it_arrives()
    {
        var buffer = new FrameBuffer(64 << 20);
        Put(buffer, [0x03, 0xFF, 0xFF, 0xFF]);
        Assert.False(buffer.TryRead(out _));
        Assert.InRange(buffer.Free().Length, 1, 64 << 10);
    }

    private static List<byte[]> ReadAll(byte[] stream, int chunk)
    {
        var buffer = new FrameBuffer(Limit);
        var frames = new List<byte[]>();
        for (var at = 0; at < stream.Length;)
        {
            var count = Math.Min(Math.Min(chunk, stream.Length - at), buffer.Free().Length);
            Put(buffer, stream.AsSpan(at, count));
            at += count;
            while (buffer.TryRead(out var frame))
                frames.Add(frame.ToArray());
        }
        return frames;
    }

    private static void Put(FrameBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.Free().Span);
        buffer.Advance(bytes.Length);
    }

    private static byte[] Framed(byte[] frame) =>
        [(byte)(frame.Length >> 24), (byte)(frame.Length >> 16), (byte)(frame.Length >> 8), (byte)frame.Length, .. frame];

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private sealed class ByContent : IEqualityComparer<byte[]>
    {
        public static readonly ByContent Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
