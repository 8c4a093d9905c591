using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog actions</c>: how the configured actions do.</summary>
internal sealed class ActionsCommand : ICommand
{
    private readonly Argument<string?> _change = new("WHAT")
    {
        Description = "retry: try what waits and what was given up again; drop: forget it (both for administrators)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "The action's name, for retry and drop",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _json = CommonOptions.Json("A JSON array, an object an action");

    public ActionsCommand()
    {
        Definition = new Command("actions", "Show what the configured actions have done and what waits for them.");
        Definition.Arguments.Add(_change);
        Definition.Arguments.Add(_name);
        Definition.Options.Add(_json);
    }

    public Command Definition { get; }

    public string Examples => "sshlog actions\nsshlog actions retry to-slack\nsshlog actions drop to-slack";

    public void Check(ParseResult parsed)
    {
        var change = parsed.GetValue(_change);
        if (change is not (null or "retry" or "drop"))
            throw new CliException(ExitCodes.Usage, $"'{SafeText.Escape(change)}' is not known: actions, actions retry NAME or actions drop NAME");
        if (change is not null && parsed.GetValue(_name) is null)
            throw new CliException(ExitCodes.Usage, $"{change} needs the action's name: see sshlog actions");
    }

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        if (context.Parsed.GetValue(_change) is { } change)
        {
            var request = new GatewayProtocol.ChangeAction(
                context.Parsed.GetValue(_name)!,
                change == "drop" ? GatewayProtocol.ActionChange.Drop : GatewayProtocol.ActionChange.Retry);
            var changed = await context.Gateway.AskAsync<GatewayProtocol.ActionChanged>(request, cancellation);
            context.WriteText(writer => writer.WriteLine(
                $"{Quantities.Count(changed.Events, "event")} {(change == "drop" ? "dropped" : "to be tried again")}"));
            return ExitCodes.Ok;
        }

        var list = await context.Gateway.AskAsync<GatewayProtocol.ActionList>(GatewayProtocol.ListActions.Instance, cancellation);
        if (context.Parsed.GetValue(_json))
            new JsonOutput(context.Host.Output).WriteArray(list.Actions, SummaryJson.WriteAction);
        else
            context.WriteText(writer => Write(writer, list.Actions, context));
        return ExitCodes.Ok;
    }

    private static void Write(TextWriter writer, IReadOnlyList<GatewayProtocol.ActionStatus> actions, CommandContext context)
    {
        if (actions.Count == 0)
        {
            writer.WriteLine("No actions are configured: see /etc/sshlog/samples and sshlog.conf(5).");
            return;
        }

        var now = context.Host.Time.GetUtcNow();
        var table = new TextTable("Action", "Kind", "State", "Behind", "Done", "Last success", "Given up", "Last error");
        foreach (var action in actions)
        {
            table.Add(
                SafeText.Escape(action.Name), action.Plugin, action.State, Quantities.Count(action.Behind),
                Quantities.Count(action.Delivered), action.LastSuccess is { } at ? Quantities.Ago(at, now) : "never",
                Quantities.Count(action.DeadLetters), SafeText.Escape(action.LastError ?? "-"));
        }

        table.Write(writer, context.Style);
    }
}
