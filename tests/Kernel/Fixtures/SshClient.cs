using System.Diagnostics;
using System.Text;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>A running ssh: type into it, see exactly the bytes that it printed.</summary>
public sealed class SshClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly MemoryStream printed = new();
    private readonly Task<string> errors;
    private readonly Task reading;
    private bool disposed;
    private TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SshClient(string[] arguments, string? password)
    {
        // sshpass(1) gives ssh a terminal of its own and answers its question there.
        var start = password is null
            ? new ProcessStartInfo("ssh", arguments)
            : new ProcessStartInfo("sshpass", ["-e", "ssh", .. arguments]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        if (password is not null)
            start.Environment["SSHPASS"] = password;
        process = Process.Start(start)!;
        errors = process.StandardError.ReadToEndAsync();
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Process id of ssh.</summary>
    public int Pid => process.Id;

    /// <summary>What it has printed so far.</summary>
    public byte[] Printed
    {
        get
        {
            lock (printed)
                return printed.ToArray();
        }
    }

    /// <summary>Types text; a line feed is Enter.</summary>
    public void Type(string text)
    {
        process.StandardInput.Write(text);
        process.StandardInput.Flush();
    }

    /// <summary>Ends its input.</summary>
    public void EndInput() => process.StandardInput.Close();

    /// <summary>Waits until it has printed the text so many times.</summary>
    /// <exception cref="TimeoutException">Not within a minute; says what it printed instead.</exception>
    public async Task WaitForAsync(string text, int times = 1)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var next = more.Task;
            if (Printed.AsSpan().Count(wanted) >= times)
                return;
            var left = Limit - Stopwatch.GetElapsedTime(started);
            if (reading.IsCompleted || left <= TimeSpan.Zero)
                throw new TimeoutException($"\"{text}\" is not in: {Encoding.UTF8.GetString(Printed)}");
            await Task.WhenAny(next, reading, Task.Delay(left));
        }
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code, everything it printed, and what went to standard error.</returns>
    public async Task<(int ExitCode, byte[] Output, string Errors)> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
        await reading.WaitAsync(limit.Token);
        return (process.ExitCode, Printed, await errors.WaitAsync(limit.Token));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
        printed.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[65536];
        var stream = process.StandardOutput.BaseStream;
        int n;
        while ((n = await stream.ReadAsync(buffer)) > 0)
        {
            lock (printed)
                printed.Write(buffer, 0, n);
            var before = more;
            more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            before.SetResult();
        }
    }
}
