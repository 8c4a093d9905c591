namespace SshLog.Cli.Tests.Support;

/// <summary>Nothing can be written to it.</summary>
internal sealed class FailingStream(IOException error) : MemoryStream
{
    public override void Write(ReadOnlySpan<byte> buffer) => throw error;

    public override void Write(byte[] buffer, int offset, int count) => throw error;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromException(error);
}
