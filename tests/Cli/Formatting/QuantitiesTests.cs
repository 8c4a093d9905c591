using SshLog.Cli.Formatting;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Probe;

namespace SshLog.Cli.Tests.Formatting;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.5, "now")]
    [InlineData(1, "1 second ago")]
    [InlineData(59, "59 seconds ago")]
    [InlineData(60, "1 minute ago")]
    [InlineData(7199, "1 hour ago")]
    [InlineData(200000, "2 days ago")]
    public void Ages_are_in_the_largest_unit(double seconds, string expected) =>
        Assert.Equal(expected, Quantities.Ago(Samples.Now - TimeSpan.FromSeconds(seconds), Samples.Now));

    [Theory]
    [InlineData(-1, "0.000s")]
    [InlineData(0.0034, "0.003s")]
    [InlineData(12.34, "12.3s")]
    [InlineData(125, "2m05s")]
    [InlineData(3725, "1h02m")]
    [InlineData(273600, "3d04h")]
    public void Durations_are_short(double seconds, string expected) =>
        Assert.Equal(expected, Quantities.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(1, "HUP (1)")]
    [InlineData(9, "KILL (9)")]
    [InlineData(15, "TERM (15)")]
    [InlineData(31, "SYS (31)")]
    [InlineData(34, "34")]
    public void Signals_have_names(int number, string expected) => Assert.Equal(expected, Quantities.Signal(number));

    [Fact]
    public void Times_are_local_for_people_and_UTC_for_programs()
    {
        var time = Samples.Start.AddTicks(1234567);
        Assert.Equal("2026-11-22 08:45:17", Quantities.LocalTime(time, new SteppingTime()));
        Assert.Equal("08:45:17", Quantities.LocalTimeOfDay(time, new SteppingTime()));
        Assert.Equal("2026-11-22T07:45:17.123456Z", Quantities.Rfc3339(time));
    }

    [Fact]
    public void A_gap_says_how_much_is_missing_for_how_long_and_why()
    {
        var loss = Samples.Loss(10);
        Assert.Equal("missing: 1,234 bytes, ring buffer full", LossText.Describe(loss));
        Assert.Equal("missing: 1 byte, ring buffer full", LossText.Describe(loss with { Bytes = 1 }));
        Assert.Equal(
            "missing: 7 records, record cut off at its limit",
            LossText.Describe(loss with { Bytes = 0, Events = 7, Cause = LossCause.Truncated }));
        Assert.Equal(
            "missing: unknown amount over 5.000s, probe not attached",
            LossText.Describe(loss with
            {
                Bytes = null, Events = null, Cause = LossCause.Detached, Since = Samples.At(5),
            }));
    }
}
