using System.Globalization;
using System.Text.RegularExpressions;

namespace SshLog.Packaging.Tests;

public sealed partial class UnitFileTests : IDisposable
{
    /// <summary>What `systemd-analyze security` may say at most: 0 is nothing allowed, 10 everything.</summary>
    private const double GreatestExposure = 4.0;

    private readonly string _unit = Path.Combine(Directory.CreateTempSubdirectory("sshlog-unit").FullName, "sshlogd.service");

    public UnitFileTests()
    {
        // The program that it starts need not be installed here.
        var text = File.ReadAllText(Manuals.InRepository("packaging/systemd/sshlogd.service"));
        File.WriteAllText(_unit, text.Replace("/usr/bin/sshlogd", "/bin/true", StringComparison.Ordinal));
    }

    [Fact]
    public void Unit_is_understood_completely()
    {
        var (status, output) = Tool.Run("systemd-analyze", "verify", "--man=no", _unit);

        Assert.Equal("", output);
        Assert.Equal(0, status);
    }

    [Fact]
    public void Unit_leaves_the_daemon_little()
    {
        var (_, output) = Tool.Run("systemd-analyze", "security", "--offline=true", "--no-pager", _unit);

        var exposure = double.Parse(Exposure().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(exposure, 0.1, GreatestExposure);
    }

    [Fact]
    public void Unit_waits_for_names_of_users_but_not_for_a_time_server()
    {
        // sshd waits for the unit in its turn.
        var after = Values("After");
        Assert.Contains("nss-user-lookup.target", after);
        Assert.Contains("time-set.target", after);
        Assert.DoesNotContain("time-sync.target", after);
        Assert.Contains("ssh.service", Values("Before"));
    }

    [Fact]
    public void Lack_of_memory_in_a_plug_in_stops_nothing_else()
    {
        Assert.Equal(["-500"], Values("OOMScoreAdjust"));
        Assert.Equal(["continue"], Values("OOMPolicy"));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_unit)!, recursive: true);

    private string[] Values(string setting) =>
        [.. File.ReadLines(_unit).Where(line => line.StartsWith(setting + "=", StringComparison.Ordinal)).SelectMany(line => line[(setting.Length + 1)..].Split(' '))];

    [GeneratedRegex(@"Overall exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Exposure();
}
