using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Core.Identity;

namespace SshLog.Core.Tests;

public sealed class ArgumentVectorTests
{
    [Fact]
    public void Forty_arguments_and_an_empty_one_stay_forty_one()
    {
        string[] arguments = [.. Enumerable.Range(0, 40).Select(i => "arg" + i), string.Empty];
        Assert.Equal(arguments, ArgumentVector.FromStrings(arguments).ToStrings());
    }

    [Fact]
    public void A_block_without_its_last_nul_keeps_its_last_argument() =>
        Assert.Equal(["ls", "-l"], new ArgumentVector("ls\0-l"u8.ToArray(), 0).ToStrings());

    [Fact]
    public void Bytes_that_are_not_utf8_do_not_disappear() =>
        Assert.Equal("a\ufffd", new ArgumentVector(new byte[] { (byte)'a', 0xff, 0 }, 0).ToString());

    [Fact]
    public void Vectors_are_compared_by_content()
    {
        Assert.Equal(ArgumentVector.FromStrings("a", "b"), ArgumentVector.FromStrings("a", "b"));
        Assert.NotEqual(ArgumentVector.FromStrings("a", "b"), ArgumentVector.FromStrings("a b"));
        Assert.NotEqual(new ArgumentVector("a"u8.ToArray(), 0), new ArgumentVector("a"u8.ToArray(), 1));
    }

    [Fact]
    public void Any_block_of_bytes_can_be_shown() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        block => new ArgumentVector(block, 0).ToStrings().Sum(a => Encoding.UTF8.GetByteCount(a)) >= 0));
}
