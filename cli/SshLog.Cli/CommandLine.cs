using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SshLog.Cli.Commands;
using SshLog.Cli.Gateway;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Cli;

/// <summary>Reads the command line, runs the command, turns what goes wrong into a sentence and a status.</summary>
/// <param name="host">The process around it.</param>
internal sealed class CommandLine(CliHost host)
{
    private readonly GlobalOptions _globals = new();
    private readonly Dictionary<Command, string> _examples = [];

    /// <summary>The program's version.</summary>
    public static string Version { get; } = typeof(CommandLine).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The command line alone with the examples of each command, for manual and completions.</summary>
    public static (RootCommand Root, IReadOnlyDictionary<Command, string> Examples) Describe()
    {
        var line = new CommandLine(CliHost.OfThisProcess());
        return (line.CreateRoot(), line._examples);
    }

    /// <summary>Runs the command that <paramref name="arguments"/> name.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var debug = arguments.Contains("--debug");
        try
        {
            var parsed = CreateRoot().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0)
                throw new CliException(ExitCodes.Usage, Usage(parsed));
            if (EmptyName(parsed) is { } empty)
                throw new CliException(ExitCodes.Usage, $"{empty} must not be empty");
            await using var output = CliHost.TextOn(host.Output);
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
            };
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (BrokenPipeException)
        {
            return ExitCodes.Ok;
        }
        catch (CliException error)
        {
            return Report(error.ExitCode, error.Message, debug ? error : null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
        catch (IOException error)
        {
            return Report(ExitCodes.InputOutput, error.Message, debug ? error : null);
        }
#pragma warning disable CA1031 // The edge of the process: whatever it is becomes a sentence.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var hint = debug ? string.Empty : " (--debug shows where)";
            return Report(ExitCodes.Internal, $"defect: {error.Message}{hint}", debug ? error : null);
        }
    }

    private RootCommand CreateRoot()
    {
        var root = new RootCommand("Looks at SSH sessions that sshlogd has recorded or is recording.");
        root.Options.Add(_globals.Socket);
        root.Options.Add(_globals.Debug);
        Add(root, new SessionsCommand());
        Add(root, new WatchCommand());
        Add(root, new AttachCommand());
        Add(root, new HistoryCommand());
        Add(root, new SearchCommand());
        Add(root, new ReplayCommand());
        Add(root, new ExportCommand());
        Add(root, new StatusCommand());
        Add(root, new ActionsCommand());
        Add(root, new KillCommand());
        Add(root, HoldCommand.Hold());
        Add(root, HoldCommand.Release());
        Add(root, new HoldsCommand());
        Add(root, new DeleteCommand());
        Add(root, new RedactCommand());
        Add(root, new PbmCommand());
        AddDoctor(root);
        AddConfig(root);
        AddPlugins(root);
        AddVerify(root);
        AddKeys(root);
        AddJournal(root);
        _examples[root] = string.Join('\n', root.Subcommands.Select(c => _examples[c].Split('\n')[0]));
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new HelpWithExamples(help, _examples);
            else if (option is VersionOption)
                option.Action = new ShowVersion();
        }

        return root;
    }

    private void Add(Command parent, ICommand command)
    {
        var definition = command.Definition;
        definition.SetAction(async (parsed, cancellation) =>
        {
            command.Check(parsed);
            await using var gateway = await host.Connect(_globals.SocketPath(parsed, host), cancellation);
            return await command.RunAsync(new CommandContext(host, gateway, parsed), cancellation);
        });
        _examples[definition] = command.Examples;
        parent.Subcommands.Add(definition);
    }

    // All but the reload work on files, before there is a daemon.
    private void AddConfig(RootCommand root)
    {
        var config = new Command("config", "Check, show, convert, try out and reload the configuration.");
        var commands = new ConfigCommands();
        AddLocal(commands.Check, commands.RunCheck, ConfigCommands.CheckExamples);
        AddLocal(commands.Show, commands.RunShow, ConfigCommands.ShowExamples);
        AddLocal(commands.Convert, commands.RunConvert, ConfigCommands.ConvertExamples);
        var test = new ConfigTestCommand();
        test.Definition.SetAction((parsed, cancellation) => test.RunAsync(parsed, host, cancellation));
        config.Subcommands.Add(test.Definition);
        _examples[test.Definition] = ConfigTestCommand.Examples;
        Add(config, new ConfigReloadCommand());
        root.Subcommands.Add(config);
        _examples[config] = string.Join('\n', config.Subcommands.Select(c => _examples[c].Split('\n')[0]));

        void AddLocal(Command command, Func<ParseResult, CliHost, int> run, string examples)
        {
            command.SetAction(parsed => run(parsed, host));
            config.Subcommands.Add(command);
            _examples[command] = examples;
        }
    }

    // All of it works on files.
    private void AddPlugins(RootCommand root)
    {
        var plugins = new Command("plugins", "Write, list, check and try out plug-ins.");
        var (found, written, tried) = (new PluginsCommands(), new PluginsNewCommand(), new PluginsTestCommand());
        AddLocal(written.Definition, PluginsNewCommand.Examples, (parsed, _) => Task.FromResult(written.Run(parsed, host)));
        AddLocal(found.List, PluginsCommands.ListExamples, (parsed, _) => Task.FromResult(found.RunList(parsed, host)));
        AddLocal(found.Check, PluginsCommands.CheckExamples, (parsed, _) => Task.FromResult(found.RunCheck(parsed, host)));
        AddLocal(tried.Definition, PluginsTestCommand.Examples, (parsed, cancellation) => tried.RunAsync(parsed, host, cancellation));
        root.Subcommands.Add(plugins);
        _examples[plugins] = string.Join('\n', plugins.Subcommands.Select(c => _examples[c].Split('\n')[0]));

        void AddLocal(Command command, string examples, Func<ParseResult, CancellationToken, Task<int>> run)
        {
            command.SetAction(run);
            plugins.Subcommands.Add(command);
            _examples[command] = examples;
        }
    }

    // Asks the daemon too, but has something to say when there is none.
    private void AddDoctor(RootCommand root)
    {
        var doctor = new DoctorCommand();
        doctor.Definition.SetAction((parsed, cancellation) => doctor.RunAsync(
            parsed, host, () => host.Connect(_globals.SocketPath(parsed, host), cancellation), cancellation));
        _examples[doctor.Definition] = DoctorCommand.Examples;
        root.Subcommands.Add(doctor.Definition);
    }

    // Works on files, so that it works when nothing else does.
    private void AddVerify(RootCommand root)
    {
        var verify = new VerifyCommand();
        verify.Definition.SetAction(parsed => verify.Run(parsed, host));
        root.Subcommands.Add(verify.Definition);
        _examples[verify.Definition] = VerifyCommand.Examples;
    }

    private void AddKeys(RootCommand root)
    {
        var keys = new Command("keys", "The keys that recordings are signed with.");
        Add(keys, new KeysListCommand());
        Add(keys, new KeysRotateCommand());
        root.Subcommands.Add(keys);
        _examples[keys] = string.Join('\n', keys.Subcommands.Select(c => _examples[c].Split('\n')[0]));
    }

    private void AddJournal(RootCommand root)
    {
        var journal = new Command("journal", "Look after the journal's files.");
        var salvage = new SalvageCommand();
        salvage.Definition.SetAction(parsed => salvage.Run(parsed, host));
        journal.Subcommands.Add(salvage.Definition);
        root.Subcommands.Add(journal);
        var rebuild = new RebuildCommand();
        rebuild.Definition.SetAction(parsed => rebuild.Run(parsed, host));
        journal.Subcommands.Add(rebuild.Definition);
        _examples[salvage.Definition] = SalvageCommand.Examples;
        _examples[rebuild.Definition] = RebuildCommand.Examples;
        _examples[journal] = SalvageCommand.Examples + "\n" + RebuildCommand.Examples;
    }

    // A variable that is not set, mostly: no file has that name. The socket is the default one then.
    private static string? EmptyName(ParseResult parsed) => parsed.CommandResult.Children
        .Where(given => given.Tokens.Any(token => token.Value.Length == 0))
        .Select(given => given switch
        {
            OptionResult { Option: { Recursive: false, HelpName: "FILE" or "PATH" or "DIRECTORY" } option } => option.Name,
            ArgumentResult { Argument: { Name: "FILE" or "PATH" or "NAME" } argument } => argument.Name,
            _ => null,
        }).FirstOrDefault(name => name is not null);

    private static string Usage(ParseResult parsed)
    {
        var asked = parsed.CommandResult.Command;
        var command = string.Join(' ', asked.Parents.OfType<Command>().Where(c => c is not RootCommand).Append(asked)
            .Where(c => c is not RootCommand).Select(c => c.Name).Prepend("sshlog"));
        var problem = parsed.UnmatchedTokens is [var unknown, ..]
            ? $"'{SafeText.Escape(unknown)}' is no command, option or argument here"
            : Plain(parsed.Errors[0]);
        return $"{problem} (see {command} --help)";
    }

    // The parser speaks of types where people speak of numbers.
    private static string Plain(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Option: var option, Tokens: [var token] } || !error.Message.StartsWith("Cannot parse", StringComparison.Ordinal))
            return error.Message.TrimEnd('.');
        return Type.GetTypeCode(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) switch
        {
            TypeCode.Int32 => $"{option.Name} must be a number up to {int.MaxValue}, not '{SafeText.Escape(token.Value)}'",
            TypeCode.Double => $"{option.Name} must be a number, not '{SafeText.Escape(token.Value)}'",
            _ => error.Message.TrimEnd('.'),
        };
    }

    private int Report(int exitCode, string message, Exception? details)
    {
        try
        {
            using var writer = CliHost.TextOn(host.ErrorOutput);
            writer.Write($"sshlog: {message}\n");
            if (details is not null)
                writer.Write($"{details}\n");
        }
        catch (IOException)
        {
            // Nobody is left to be told; the status still says it.
        }

        return exitCode;
    }

    private sealed class HelpWithExamples(HelpAction help, Dictionary<Command, string> examples)
        : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples[parseResult.CommandResult.Command].Split('\n'))
                output.WriteLine("  " + example);
            return result;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"sshlog {Version}");
            return ExitCodes.Ok;
        }
    }
}
