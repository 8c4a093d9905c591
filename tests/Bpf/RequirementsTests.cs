using System.ComponentModel;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

public sealed class RequirementsTests
{
    [Theory]
    [InlineData("CapEff:\t000001ffffffffff", true)]
    [InlineData("CapEff:\t0000000000200000", true)]
    [InlineData("CapEff:\t000000c000000000", true)]
    [InlineData("CapEff:\t0000008000000000", false)]
    [InlineData("CapEff:\t0000000000000000", false)]
    [InlineData("CapPrm:\t000001ffffffffff", false)]
    public void Capabilities_are_read_from_the_process_status(string line, bool enough) =>
        Assert.Equal(enough, ProbeRequirements.HasCapabilities(["Name:\tsshlogd", line]));

    [Fact]
    public void Kernel_before_5_8_is_refused_with_a_sentence()
    {
        ProbeRequirements.CheckKernel(new Version(5, 8));
        var refused = Assert.Throws<ProbeUnavailableException>(
            () => ProbeRequirements.CheckKernel(new Version(5, 4, 3)));
        Assert.Equal(ProbeUnavailableReason.KernelTooOld, refused.Reason);
        Assert.Contains("5.4", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, ProbeUnavailableReason.NoPermission)]
    [InlineData(13, ProbeUnavailableReason.LoadFailed)]
    [InlineData(22, ProbeUnavailableReason.LoadFailed)]
    public void Failed_load_has_a_reason(int errno, ProbeUnavailableReason reason) =>
        Assert.Equal(reason, ProbeRequirements.Explain(new Win32Exception(errno)).Reason);

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void Ring_buffer_of_a_wrong_size_is_refused(int bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProbeOptions { RingBufferBytes = bytes });
}
