using System.Diagnostics;
using System.Text.Json;
using SshLog.Bpf.Interop;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// The built daemon (artifacts/sshlogd) with a state directory and a socket of its own, and the built command
/// (artifacts/sshlog) to ask it. <c>./run build</c> makes both.
/// </summary>
public sealed class DaemonProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private const string PinRoot = PinDirectory.MountPoint + "/sshlog-tests";
    /// <summary>The clone that the tests run in.</summary>
    public static string Clone { get; } = FindClone();

    private static readonly string Artifacts = Path.Combine(Clone, "artifacts");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-e2e-");
    private readonly List<string> _logged = [];
    private TaskCompletionSource _moreLogged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;
    private Task<string> _errors = Task.FromResult(string.Empty);
    private Task<string> _log = Task.FromResult(string.Empty);

    /// <summary>Others reach the socket's file, so that what keeps them out is the socket itself.</summary>
    public DaemonProcess() => _directory.UnixFileMode |=
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string StateDirectory => Path.Combine(_directory.FullName, "state");

    public string Socket => Path.Combine(_directory.FullName, "sshlog.sock");

    public int Pid => _process!.Id;

    /// <summary>Setting sshlog.probe.pin.</summary>
    public bool Pin { get; init; } = true;

    /// <summary>A directory for its configuration, beside which others put files; null for a file alone.</summary>
    public string? ConfigurationDirectory { get; init; }

    /// <summary>True for a journal in which what was recorded can be looked for with the eye, and takes the room that it has.</summary>
    public bool StoresPlain { get; init; }

    /// <summary>More lines of its configuration file.</summary>
    public string Settings { get; set; } = string.Empty;

    /// <summary>Rule files beside it, by name; the daemon then has a directory for its configuration.</summary>
    public Dictionary<string, string> RuleFiles { get; } = [];

    /// <summary>Sends it a signal: STOP and CONT.</summary>
    public void Signal(string name) => Fixtures.SshServer.Run("kill", $"-{name}", $"{Pid}");

    /// <summary>Where its probe is pinned.</summary>
    public string Pins => Path.Combine(PinRoot, PinName.Escape(StateDirectory));

    /// <summary>Starts it and waits until it watches.</summary>
    public async Task StartAsync()
    {
        _process = Launch("sshlogd", Variables, "--state-dir", StateDirectory, "--socket", Socket, "--log-file", "", "--config", WriteSettings());
        _errors = _process.StandardError.ReadToEndAsync();
        var watching = new TaskCompletionSource();
        _log = ReadLogAsync(_process, watching);
        await Task.WhenAny(watching.Task, _process.WaitForExitAsync()).WaitAsync(Limit);
        if (_process.HasExited)
            throw new InvalidOperationException($"sshlogd exited with {_process.ExitCode}: {await _errors}{await _log}");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>Exit code and log.</returns>
    public async Task<(int ExitCode, string Log)> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await kill.WaitForExitAsync().WaitAsync(Limit);
        return await WaitForExitAsync();
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Exit code and log.</returns>
    public async Task<(int ExitCode, string Log)> WaitForExitAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(Limit);
        var result = (_process.ExitCode, await _log + await _errors);
        _process.Dispose();
        _process = null;
        return result;
    }

    /// <summary>Runs a second daemon, or one that cannot start, to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunDaemonAsync(params string[] arguments) =>
        await ToTextAsync(Launch("sshlogd", arguments));

    /// <summary>Runs <c>sshlog</c> against this daemon.</summary>
    public async Task<(int ExitCode, byte[] Output, string Errors)> AskAsync(params string[] arguments) =>
        await ToEndAsync(Launch("sshlog", ["--socket", Socket, .. arguments]));

    /// <summary>Starts <c>sshlog watch --json</c>.</summary>
    public WatchProcess Watch() => new(Launch("sshlog", ["--socket", Socket, "watch", "--json"]));

    /// <summary>Runs <c>sshlog</c> as it is.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunCliAsync(params string[] arguments) =>
        await ToTextAsync(Launch("sshlog", arguments));

    /// <summary>The command line of <c>sshlog</c> against this daemon.</summary>
    public string[] CommandLine(params string[] arguments) => [Path.Combine(Artifacts, "sshlog"), "--socket", Socket, .. arguments];

    /// <summary>The same as another user, who is in these groups alone.</summary>
    public string[] CommandLineOf(string user, string[] groups, params string[] arguments) =>
    [
        "setpriv", "--reuid", user, "--regid", groups[0], "--groups", string.Join(',', groups), "dotnet",
        Path.Combine(Artifacts, "cli", "sshlog.dll"), "--socket", Socket, .. arguments,
    ];

    /// <summary>Runs <c>sshlog</c> as another user, who is in these groups alone.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> AskAsUserAsync(string user, string[] groups, params string[] arguments)
    {
        var all = CommandLineOf(user, groups, arguments);
        return await ToTextAsync(Process.Start(new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>The answer of <c>sshlog ... --json</c>, an array.</summary>
    public async Task<JsonElement[]> QueryAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await AskAsync([.. arguments, "--json"]);
        if (exitCode != 0)
            throw new InvalidOperationException($"sshlog {string.Join(' ', arguments)} exited with {exitCode}: {errors}");
        using var document = JsonDocument.Parse(output);
        return [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
    }

    /// <summary>What the journals of a port's sessions hold, without output; this machine may have others.</summary>
    public List<SessionEvent> ReadJournal(int port)
    {
        var events = ReadJournal(withOutput: false);
        var sessions = events.Where(e => e.Event is SessionOpened opened && opened.Server.Port == port).Select(e => e.Session).ToHashSet();
        return [.. events.Where(e => sessions.Contains(e.Session)).Select(e => e.Event)];
    }

    /// <summary>What all journals hold, in the order in which it was written.</summary>
    public IReadOnlyList<JournalledEvent> ReadJournal(bool withOutput)
    {
        using var reader = new JournalReader(Path.Combine(StateDirectory, "journal.db"), ProtobufEventCodec.Instance);
        return reader.Read(0, int.MaxValue, int.MaxValue, withOutput).Events;
    }

    /// <summary>Waits until sessions of a port satisfy a condition; gives them, newest first.</summary>
    public async Task<JsonElement[]> WaitForSessionsAsync(int port, Func<JsonElement[], bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var sessions = (await QueryAsync("history", "--limit", "1000000"))
                .Where(s => s.GetProperty("tcp_info").GetProperty("server_port").GetInt32() == port).ToArray();
            if (condition(sessions))
                return sessions;
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"The sessions are: {string.Join('\n', sessions)}");
        }
    }

    /// <summary>Waits until the only session of a port is over.</summary>
    public async Task<JsonElement> WaitForEndAsync(int port) =>
        (await WaitForSessionsAsync(port, s => s.Length == 1 && !s[0].GetProperty("open").GetBoolean()))[0];

    /// <summary>What of its memory is in RAM.</summary>
    public long ResidentBytes()
    {
        _process!.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Waits until so many lines of its log hold the text.</summary>
    public async Task WaitForLogAsync(string text, int times = 1)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Limit)
        {
            Task more;
            lock (_logged)
            {
                if (_logged.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times)
                    return;
                more = _moreLogged.Task;
            }

            await Task.WhenAny(more, Task.Delay(Limit));
        }

        throw new TimeoutException($"'{text}' is not in the log.");
    }

    /// <summary>SIGKILL, if it runs.</summary>
    public void End()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _process = null;
    }

    public void Dispose()
    {
        End();
        // What a daemon that was killed has left attached.
        if (Directory.Exists(Pins))
            PinDirectory.Delete(Pins);
        _directory.Delete(recursive: true);
    }

    /// <summary>Variables that it gets beside the test's own.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>
    /// Writes <see cref="Settings"/> into its configuration file, for a reload; behind a first line. And <see cref="RuleFiles"/>.
    /// </summary>
    public string WriteSettings()
    {
        var directory = ConfigurationDirectory is { } place ? new DirectoryInfo(place)
            : RuleFiles.Count > 0 ? _directory.CreateSubdirectory("etc")
            : _directory;
        var file = Path.Combine(directory.FullName, "sshlog.conf");
        var first = $"sshlog.probe {{ pin = {(Pin ? "on" : "off")}, pin-directory = {PinRoot} }}"
            + (StoresPlain ? ", sshlog.journal.compression = none" : string.Empty);
        File.WriteAllText(file, $"{first}\n{Settings}\n");
        foreach (var (name, text) in RuleFiles)
            File.WriteAllText(Path.Combine(directory.CreateSubdirectory("conf.d").FullName, name), text);
        return directory == _directory ? file : directory.FullName;
    }

    private async Task<string> ReadLogAsync(Process process, TaskCompletionSource watching)
    {
        var log = new System.Text.StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            log.AppendLine(line);
            lock (_logged)
            {
                _logged.Add(line);
                var before = _moreLogged;
                _moreLogged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                before.SetResult();
            }

            if (line.Contains("Watching the SSH sessions", StringComparison.Ordinal))
                watching.TrySetResult();
        }

        return log.ToString();
    }

    private static Process Launch(string program, params string[] arguments) => Launch(program, [], arguments);

    private static Process Launch(string program, Dictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Artifacts, program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> ToTextAsync(Process process)
    {
        var (exitCode, output, errors) = await ToEndAsync(process);
        return (exitCode, System.Text.Encoding.UTF8.GetString(output), errors);
    }

    private static async Task<(int ExitCode, byte[] Output, string Errors)> ToEndAsync(Process process)
    {
        using (process)
        {
            if (process.StartInfo.RedirectStandardInput)
                process.StandardInput.Close();
            using var output = new MemoryStream();
            var errors = process.StandardError.ReadToEndAsync();
            await process.StandardOutput.BaseStream.CopyToAsync(output).WaitAsync(Limit);
            await process.WaitForExitAsync().WaitAsync(Limit);
            return (process.ExitCode, output.ToArray(), await errors);
        }
    }

    private static string FindClone()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "SshLog.Actors.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("The tests run inside the clone, after ./run build.");
    }
}
