using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Cli.Gateway;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog status</c>: how the daemon is.</summary>
internal sealed class StatusCommand : ICommand
{
    private readonly Option<bool> _json = CommonOptions.Json("A JSON object");

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Say nothing, unless it does not record every session: then why, with exit status 69",
    };

    public StatusCommand()
    {
        Definition = new Command("status", "Show whether the daemon records, and what it has lost.");
        Definition.Options.Add(_json);
        Definition.Options.Add(_check);
    }

    public Command Definition { get; }

    public string Examples => "sshlog status\nsshlog status --json | jq .lost_bytes\nsshlog status --check || systemctl restart sshlogd";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var status = await context.Gateway.AskAsync<GatewayProtocol.DaemonStatus>(
            GatewayProtocol.GetStatus.Instance, cancellation);
        if (context.Parsed.GetValue(_check))
            return Check(status);
        if (context.Parsed.GetValue(_json))
            new JsonOutput(context.Host.Output).WriteLine(json => SummaryJson.WriteStatus(json, status));
        else
            context.WriteText(writer => Write(writer, status, context));
        return ExitCodes.Ok;
    }

    private static int Check(GatewayProtocol.DaemonStatus status) => status.RecordsEverySession
        ? ExitCodes.Ok
        : throw new CliException(
            ExitCodes.Unavailable, $"the daemon does not record every session (probe: {SafeText.Escape(status.Probe)}): see sshlog doctor");

    private static void Write(TextWriter writer, GatewayProtocol.DaemonStatus status, CommandContext context)
    {
        var clock = context.Host.Time;
        var since = Quantities.LocalTime(status.StartedAt, clock);
        var age = Quantities.Duration(clock.GetUtcNow() - status.StartedAt);
        var loss = status is { LostRecords: 0, LostBytes: 0 }
            ? "none"
            : context.Style.Alarm(
                $"! {Quantities.Count(status.LostRecords, "record")}, {Quantities.Count(status.LostBytes, "byte")}");
        writer.WriteLine($"Daemon         sshlogd {SafeText.Escape(status.DaemonVersion)}, pid {status.Pid}");
        writer.WriteLine($"Running since  {since} ({age})");
        writer.WriteLine($"Probe          {SafeText.Escape(status.Probe)}");
        writer.WriteLine($"Open sessions  {Quantities.Count(status.OpenSessions)}");
        writer.WriteLine($"Lost           {loss}");
        writer.WriteLine($"State          {SafeText.Escape(status.StateDirectory)}");
        if (status.Details is { } details)
            StatusText.WriteDetails(writer, details, context.Style);
    }
}
