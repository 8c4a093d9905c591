namespace SshLog.Packaging.Tests;

/// <summary>The script ./test with a ./run whose every part fails.</summary>
public sealed class TestScriptTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sshlog-test").FullName;

    [Theory]
    [InlineData("packages")]
    [InlineData("openssh")]
    [InlineData("kernels")]
    public void Part_whose_setup_fails_ends_with_a_failure(string part)
    {
        var script = Path.Combine(_directory, "test");
        var run = Path.Combine(_directory, "run");
        File.Copy(Manuals.InRepository("test"), script);
        File.WriteAllText(run, "#!/bin/sh\nexit 69\n");
        File.SetUnixFileMode(run, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var (status, output) = Tool.Run("timeout", "10", "bash", script, part);

        Assert.Equal(1, status);
        Assert.Equal("0 passed, 1 failed\n", output);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
