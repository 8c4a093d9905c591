using SshLog.Cli.Commands;

namespace SshLog.Cli.Tests.Commands;

public sealed class PointInTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo East = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), null, null);

    [Theory]
    [InlineData("90s", "2026-11-22T11:58:30Z")]
    [InlineData("2h", "2026-11-22T10:00:00Z")]
    [InlineData("7d", "2026-11-15T12:00:00Z")]
    [InlineData("2026-11-20", "2026-11-19T22:00:00Z")]
    [InlineData("2026-11-20 08:30", "2026-11-20T06:30:00Z")]
    [InlineData("2026-11-20T08:30:00Z", "2026-11-20T08:30:00Z")]
    public void What_people_write_is_a_time(string text, string time) => Assert.Equal(
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), PointInTime.TryParse(text, Now, East));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-1h")]
    [InlineData("2x")]
    [InlineData("99999999d")]
    [InlineData("2026-13-01")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public void Anything_else_is_none(string text) => Assert.Null(PointInTime.TryParse(text, Now, East));
}
