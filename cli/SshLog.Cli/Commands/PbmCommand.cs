using System.CommandLine;
using System.CommandLine.Parsing;
using SshLog.Cli.Gateway;
using SshLog.Cli.Prompt;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog pbm</c>: the daemon's palettes of commands, one command or a prompt.</summary>
internal sealed class PbmCommand : ICommand
{
    private readonly Argument<string?> _palette = new("PALETTE")
    {
        Description = "Name of a palette; without one a prompt that reads a command a line (Tab completes)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> _words = new("COMMAND")
    {
        Description = "A command of the palette with its switches; without one a list",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public PbmCommand()
    {
        Definition = new Command("pbm", "Run commands of the daemon's palettes, as Petabridge.Cmd's pbm does.");
        Definition.Arguments.Add(_palette);
        Definition.Arguments.Add(_words);
    }

    public Command Definition { get; }

    public string Examples => "sshlog pbm sshlog sessions\nsshlog pbm sshlog sessions -u alice\nsshlog pbm";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        if (context.Parsed.GetValue(_palette) is not { } palette)
            return await PromptAsync(context, cancellation);
        return await RunAsync(context, palette, context.Parsed.GetValue(_words) ?? [], cancellation)
            ? ExitCodes.Ok
            : ExitCodes.Usage;
    }

    private static async Task<int> PromptAsync(CommandContext context, CancellationToken cancellation)
    {
        var next = await LinesAsync(context, cancellation);
        var failed = false;
        while (await next(cancellation) is { } line)
        {
            var words = CommandLineParser.SplitCommandLine(line).ToArray();
            if (words is ["exit" or "quit"])
                break;
            if (words is [])
                continue;
            var palette = words is ["help"] ? string.Empty : words[0];
            failed |= !await RunAsync(context, palette, words[1..], cancellation);
        }

        // A person has seen it; a script looks at the status.
        return failed && !context.Host.InputIsTerminal ? ExitCodes.Usage : ExitCodes.Ok;
    }

    private static async Task<Func<CancellationToken, ValueTask<string?>>> LinesAsync(CommandContext context, CancellationToken cancellation)
    {
        if (!context.Host.InputIsTerminal || !context.Host.OutputIsTerminal)
            return context.Host.Input().ReadLineAsync;
        var known = await context.Gateway.AskAsync<GatewayProtocol.PaletteOutput>(
            new GatewayProtocol.RunPalette(string.Empty, []), cancellation);
        var prompt = new LinePrompt(
            CliHost.TextOn(context.Host.Output), context.Host.OpenKeys(), new LineEditor(new PaletteWords(known.Lines).After));
        return stopped => new ValueTask<string?>(Task.Run(() => prompt.ReadLine("pbm> "), stopped).WaitAsync(stopped));
    }

    // What goes wrong in a command is a line like any other; only the connection's end is an exception.
    private static async Task<bool> RunAsync(
        CommandContext context, string palette, IReadOnlyList<string> words, CancellationToken cancellation)
    {
        GatewayProtocol.IRequest request = new GatewayProtocol.RunPalette(palette, words);
        while (true)
        {
            var output = await context.Gateway.AskAsync<GatewayProtocol.PaletteOutput>(request, cancellation);
            Write(context, output);
            if (output.Ended)
                return !output.Failed;
            request = GatewayProtocol.ReadPalette.Instance;
        }
    }

    private static void Write(CommandContext context, GatewayProtocol.PaletteOutput output)
    {
        if (output.Lines.Count == 0)
            return;
        context.WriteText(writer =>
        {
            foreach (var line in output.Lines)
                writer.WriteLine(SafeText.Escape(line));
        });
    }
}
