using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.Native;
using SshLog.Plugins;
using SshLog.Terminal;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// Runs a program for each event: its arguments as they are, never through a shell. <c>{{field}}</c> in an argument stands for
/// a field of the event, as data. The event is on standard input as JSON, its fields in the environment as SSHLOG_FIELD; what is
/// too long for either is cut there, and whole on standard input.
/// The program has a session of its own; when its time is up everything in its process group is killed.
/// </summary>
internal sealed partial class RunCommandAction : IAction, IPreview
{
    private const int MostOutput = 4096;

    // Linux takes 128 KiB of one argument or variable, its end and its name included, and 2 MiB of all where the stack has 8.
    private const int MostBytes = 32 * 1024;
    private const int TooLong = 7; // E2BIG

    private readonly string _command;
    private readonly IReadOnlyList<string> _arguments;
    private readonly string? _user;
    private readonly string? _group;
    private readonly ILogger _log;
    private readonly string _name;

    private RunCommandAction(ActionContext context)
    {
        _command = context.Parameters.Text("command");
        _arguments = context.Parameters.Texts("args");
        _user = context.Parameters.FindText("user");
        if (_user is not null)
        {
            _group = UserDatabase.FindGroups(_user).FirstOrDefault()
                ?? throw new ArgumentException($"user: there is no user {_user}");
        }

        _log = context.Log;
        _name = context.Name;
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.Describe("run_command_action", ["runcommand_action"], "Runs a program.",
            CommonParameters.Required("command", "The program: a path, or a name that is looked for in PATH."),
            new ParameterDescription("args", ValueShape.Texts, Summary: "Its arguments; {{field}} stands for a field of the event."),
            CommonParameters.Optional("user", null, "Whose rights it runs with; the daemon's when not given.")) with
        {
            RunsCommandLine = true,
        },
        context => new RunCommandAction(context));

    public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = Prepare(happened) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e) when (e.NativeErrorCode == TooLong)
        {
            // It will be as long the next time, and those behind it are not to wait.
            return ActionOutcome.GiveUp($"{_command} could not be started: its arguments and the event's fields are too long together");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return ActionOutcome.TryAgain($"{_command} could not be started: {e.Message}");
        }

        var output = ReadAsync(process.StandardOutput);
        var errors = ReadAsync(process.StandardError);
        try
        {
            await GiveAsync(process, happened.Fields.GetRawText(), cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ProcessSignals.KillGroup(process.Id);
            return ActionOutcome.TryAgain($"{_command} took too long and was killed");
        }
        finally
        {
            // What it has left behind in its group has no work to do any more.
            ProcessSignals.KillGroup(process.Id);
        }

        var said = SafeText.Escape((await EndOf(output).ConfigureAwait(false) + await EndOf(errors).ConfigureAwait(false)).Trim());
        if (process.ExitCode != 0)
            return ActionOutcome.GiveUp($"{_command} ended with {process.ExitCode}: {said}");
        if (said.Length > 0)
            Said(_log, _name, said);
        return ActionOutcome.Done;
    }

    /// <summary>The program and its arguments as a JSON array.</summary>
    public string Preview(PluginEvent happened) => JsonSerializer.Serialize((string[])[_command, .. Arguments(happened)]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ProcessStartInfo Prepare(PluginEvent happened)
    {
        // setsid(1) executes the program in its own place, so the process keeps its number and leads its group.
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        // What protects the daemon when memory or the processor is short is the daemon's.
        foreach (var word in (string[])["--", "choom", "-n", "0", "--", .. ProcessPriority.Usual()])
            start.ArgumentList.Add(word);
        if (_user is not null)
        {
            foreach (var word in new[] { "setpriv", "--reuid", _user, "--regid", _group!, "--init-groups", "--inh-caps", "-all", "--" })
                start.ArgumentList.Add(word);
        }

        start.ArgumentList.Add(_command);
        foreach (var argument in Arguments(happened))
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        foreach (var field in happened.Fields.EnumerateObject())
        {
            if (happened.Field(field.Name) is { } value)
                start.Environment["SSHLOG_" + field.Name.ToUpperInvariant()] = Templates.Cut(value, MostBytes).Replace('\0', ' ');
        }

        return start;
    }

    private IEnumerable<string> Arguments(PluginEvent happened) =>
        _arguments.Select(argument => Templates.Fill(argument, happened, MostBytes).Replace('\0', ' '));

    // What it has left behind in another session may hold the pipe open for ever.
    private static async Task<string> EndOf(Task<string> output)
    {
        try
        {
            return await output.WaitAsync(TimeSpan.FromMilliseconds(500)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return string.Empty;
        }
    }

    private static async Task GiveAsync(Process process, string json, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(json.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program need not read its input.
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var kept = new char[MostOutput];
        var length = 0;
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            var take = Math.Min(count, kept.Length - length);
            buffer.AsSpan(0, take).CopyTo(kept.AsSpan(length));
            length += take;
        }

        return new string(kept, 0, length);
    }

    [LoggerMessage(401, LogLevel.Information, "Action {Name}: {Said}")]
    private static partial void Said(ILogger logger, string name, string said);
}
