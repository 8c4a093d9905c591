using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;

namespace SshLog.Cli;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    private const string DefaultSocket = "/run/sshlog/sshlog.sock";
    private const string SocketVariable = "SSHLOG_SOCKET";

    /// <summary><c>--socket PATH</c>.</summary>
    public Option<string?> Socket { get; } = new("--socket")
    {
        Description = $"The daemon's socket (default: ${SocketVariable}, else {DefaultSocket})",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary><c>--debug</c>.</summary>
    public Option<bool> Debug { get; } = new("--debug")
    {
        Description = "Show where an error comes from",
        Recursive = true,
    };

    /// <summary>The socket that was asked for.</summary>
    public string SocketPath(ParseResult parsed, CliHost host) =>
        parsed.GetValue(Socket) is { Length: > 0 } given ? given
        : host.Environment(SocketVariable) is { Length: > 0 } variable ? variable
        : DefaultSocket;
}

/// <summary>What a command has at hand while it runs.</summary>
/// <param name="Host">The process around it.</param>
/// <param name="Gateway">The daemon.</param>
/// <param name="Parsed">The command line.</param>
internal sealed record CommandContext(CliHost Host, IGateway Gateway, ParseResult Parsed)
{
    /// <summary>Colours for standard output.</summary>
    public Style Style { get; } = new(Host.UsesColour);

    /// <summary>Writes text to standard output and flushes it.</summary>
    public void WriteText(Action<TextWriter> write)
    {
        using var writer = CliHost.TextOn(Host.Output);
        write(writer);
    }

    /// <summary>Asks on the terminal; true only if the answer is yes.</summary>
    public bool Confirms(string question)
    {
        WriteText(writer => writer.Write($"{question} [y/N] "));
        return Host.Input().ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Writes a line to standard error.</summary>
    public void WriteNote(string note)
    {
        using var writer = CliHost.TextOn(Host.ErrorOutput);
        writer.Write($"sshlog: {note}\n");
    }
}
