using System.CommandLine;
using SshLog.Cli.Doctor;
using SshLog.Cli.Gateway;
using SshLog.Configuration;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog doctor</c>: looks for whatever keeps sessions from being recorded; works without a daemon too.</summary>
internal sealed class DoctorCommand
{
    private readonly Option<bool> _json = CommonOptions.Json("A JSON array, an object a finding");

    private readonly Option<string?> _config = new("--config")
    {
        Description = $"Configuration to check (default {SettingsLoader.DefaultDirectory})",
        HelpName = "PATH",
    };

    private readonly Option<bool> _fix = new("--fix")
    {
        Description = "Mend what can be mended: removes pins that no daemon uses",
    };

    public DoctorCommand()
    {
        Definition = new Command("doctor", "Look for what keeps sessions from being recorded or rules from being carried out, and say what to do.");
        Definition.Options.Add(_json);
        Definition.Options.Add(_config);
        Definition.Options.Add(_fix);
    }

    /// <summary>Name, description and options.</summary>
    public Command Definition { get; }

    /// <summary>Command lines to show in the help.</summary>
    public static string Examples => "sshlog doctor\nsshlog doctor --json | jq '.[] | select(.severity != \"good\")'";

    /// <summary>Runs the checks.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">The process around it.</param>
    /// <param name="connect">Connects to the daemon.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>0 if all is good, 1 if somebody should look, 2 if something is not recorded.</returns>
    public async Task<int> RunAsync(
        ParseResult parsed, CliHost host, Func<Task<IGateway>> connect, CancellationToken cancellation)
    {
        var patient = await LookAsync(connect, parsed.GetValue(_config), parsed.GetValue(_fix), cancellation);
        Finding[] findings = [.. Checks.All.SelectMany(check => check(patient))];
        return CliHost.Tell((int)findings.Max(finding => finding.Severity), () =>
        {
            if (parsed.GetValue(_json))
                new JsonOutput(host.Output).WriteArray(findings, WriteJson);
            else
                Write(host, findings);
        });
    }

    private static async Task<Patient> LookAsync(
        Func<Task<IGateway>> connect, string? configuration, bool fix, CancellationToken cancellation)
    {
        try
        {
            await using var gateway = await connect();
            var status = await gateway.AskAsync<GatewayProtocol.DaemonStatus>(
                GatewayProtocol.GetStatus.Instance, cancellation);
            var open = await gateway.FindSessionsAsync(new SessionQuery(OnlyOpen: true, Limit: int.MaxValue), cancellation);
            return new Patient(status, null, open.Select(session => session.MonitorPid).ToHashSet(), configuration, fix);
        }
        catch (CliException e)
        {
            return new Patient(null, e.Message, null, configuration, fix);
        }
    }

    private static void Write(CliHost host, IEnumerable<Finding> findings)
    {
        var style = new Style(host.UsesColour);
        using var writer = CliHost.TextOn(host.Output);
        foreach (var finding in findings)
        {
            var text = $"{finding.Check,-10}  {SafeText.Escape(finding.Text)}";
            writer.WriteLine(finding.Severity switch
            {
                Severity.Good => "ok  " + text,
                Severity.Warning => "!   " + text,
                _ => style.Alarm("BAD " + text),
            });
            if (finding.Remedy is not null)
                writer.WriteLine($"                -> {finding.Remedy}");
        }
    }

    private static void WriteJson(System.Text.Json.Utf8JsonWriter json, Finding finding)
    {
        json.WriteString("check", finding.Check);
        json.WriteString("severity", finding.Severity switch
        {
            Severity.Good => "good",
            Severity.Warning => "warning",
            _ => "bad",
        });
        json.WriteString("text", finding.Text);
        json.WriteString("remedy", finding.Remedy);
    }
}
