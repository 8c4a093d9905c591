using System.CommandLine;

namespace SshLog.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json(string description) => new("--json") { Description = description };

    public static Argument<string> Session() => new("SESSION") { Description = SessionDescription };

    public static Argument<string?> OptionalSession() =>
        new("SESSION") { Description = SessionDescription, Arity = ArgumentArity.ZeroOrOne };

    private const string SessionDescription = "Id of a session or the start of one, tty number, or user name";
}
