using System.CommandLine;

namespace SshLog.Cli.Commands;

/// <summary>One command of the program: its place on the command line and what it does.</summary>
internal interface ICommand
{
    /// <summary>Name, description, arguments and options.</summary>
    Command Definition { get; }

    /// <summary>Command lines to show in the help, one a line; the first one also in the program's own help.</summary>
    string Examples { get; }

    /// <summary>Looks at what the parser cannot, before the daemon is asked.</summary>
    /// <exception cref="CliException">The command line makes no sense.</exception>
    void Check(ParseResult parsed)
    {
    }

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    Task<int> RunAsync(CommandContext context, CancellationToken cancellation);
}
