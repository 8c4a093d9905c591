using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using SshLog.Native;

namespace SshLog.Cli.Tests.Support;

public sealed class DescriptorStreamTests
{
    [Fact]
    public void Bytes_arrive_and_a_reader_that_has_gone_is_an_error_of_its_own()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var stream = new DescriptorStream((int)pipe.SafePipeHandle.DangerousGetHandle());
        using (var reader = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle))
        {
            stream.Write("hello"u8);
            var received = new byte[5];
            reader.ReadExactly(received);
            Assert.Equal("hello"u8.ToArray(), received);
        }

        Assert.Throws<BrokenPipeException>(() => stream.Write("anybody?"u8));
    }

    [Fact]
    public void Two_writers_of_one_file_do_not_overwrite_each_other()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (SafeFileHandle file = File.OpenHandle(path, FileMode.Truncate, FileAccess.Write))
            {
                using var first = new DescriptorStream((int)file.DangerousGetHandle());
                using var second = new DescriptorStream((int)file.DangerousGetHandle());
                first.Write("one "u8);
                second.Write("two "u8);
                first.Write("three"u8);
            }

            Assert.Equal("one two three", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
