using System.CommandLine;
using SshLog.Cli.Gateway;
using SshLog.Core.Protocol;
using SshLog.Formatting.Export;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog export</c>: a recording in another form, on standard output.</summary>
internal sealed class ExportCommand : ICommand
{
    private static readonly string[] _names = [.. RecordingExport.Names.Keys, BundleExport.Name];

    private readonly Argument<string> _session = CommonOptions.Session();

    private readonly Option<string> _format = new("--format", "-f")
    {
        Description = "Its form: " + string.Join(", ", _names),
        HelpName = "FORMAT",
        Required = true,
    };

    private readonly Option<int?> _channel = new("--channel")
    {
        Description = "This channel of the session (default: the first terminal, else the first); jsonl and ecs have all",
        HelpName = "N",
    };

    public ExportCommand()
    {
        Definition = new Command("export", "Write a recording in another form to standard output.");
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_format);
        Definition.Options.Add(_channel);
        _format.CompletionSources.Add(_names);
    }

    public Command Definition { get; }

    public string Examples => "sshlog export alice --format asciicast-v2 > alice.cast\nsshlog export 20261122T074517-970236-4f2a -f text"
        + "\nsshlog export 20261122T074517-970236-4f2a -f bundle > case-17.bundle"
        + "\nsshlog export alice -f jsonl | jq -r 'select(.event_type == \"command_start\") | .args'";

    public void Check(ParseResult parsed)
    {
        if (!_names.Contains(parsed.GetValue(_format)))
        {
            throw new CliException(
                ExitCodes.Usage,
                $"--format must be one of {string.Join(", ", _names)}, "
                + $"not '{Terminal.SafeText.Escape(parsed.GetValue(_format)!)}'");
        }

        if (parsed.GetValue(_channel) is < 0)
            throw new CliException(ExitCodes.Usage, "--channel must be 0 or more");
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var session = await context.Gateway.ResolveAsync(context.Parsed.GetValue(_session)!, cancellation);
        if (context.Parsed.GetValue(_format) == BundleExport.Name)
        {
            await using var bundle = new BufferedStream(context.Host.Output, 64 * 1024);
            await BundleExport.WriteAsync(context.Gateway, session, bundle, cancellation);
            return ExitCodes.Ok;
        }

        var format = RecordingExport.Names[context.Parsed.GetValue(_format)!];
        var choice = new ChannelChoice(session, context.Parsed.GetValue(_channel));
        await using var output = new BufferedStream(context.Host.Output, 64 * 1024);
        var export = RecordingExport.Create(format, session, context.Parsed.GetValue(_channel), output);
        var page = await context.Gateway.AskAsync<GatewayProtocol.EventPage>(
            new GatewayProtocol.ReadJournal(session.Id, 0), cancellation);
        while (page.Events.Count > 0)
        {
            foreach (var entry in page.Events)
            {
                choice.Notice(entry.Event);
                export.Write(entry);
            }

            page = await context.Gateway.AskAsync<GatewayProtocol.EventPage>(
                new GatewayProtocol.ReadJournal(session.Id, page.Cursor), cancellation);
        }

        export.End();
        await output.FlushAsync(cancellation);
        return RecordingExport.IsOfOneChannel(format) ? Told(context, session.Id.Text, choice) : ExitCodes.Ok;
    }

    private static int Told(CommandContext context, string session, ChannelChoice choice)
    {
        if (choice.Channel is null)
        {
            throw new CliException(
                ExitCodes.NoInput,
                $"session {session} has no channel {choice.Number}; it has: {choice.Describe()}");
        }

        if (choice.Note("exported") is { } note)
            context.WriteNote(note);
        return ExitCodes.Ok;
    }
}
