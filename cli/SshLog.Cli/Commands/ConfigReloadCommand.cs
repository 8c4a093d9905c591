using System.CommandLine;
using SshLog.Cli.Gateway;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog config reload</c>: the daemon reads its configuration again.</summary>
internal sealed class ConfigReloadCommand : ICommand
{
    public Command Definition { get; } = new("reload", "Have the daemon read its configuration again; no session is lost.");

    public string Examples => "sshlog config check && sshlog config reload";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var answer = await context.Gateway.AskAsync<GatewayProtocol.ConfigurationReloaded>(
            GatewayProtocol.ReloadConfiguration.Instance, cancellation);
        if (!answer.Accepted)
        {
            throw new CliException(
                ExitCodes.Configuration,
                "the new configuration has mistakes, the daemon goes on with the old one:\n"
                + string.Join('\n', answer.Lines.Select(SafeText.Escape)));
        }

        context.WriteText(writer =>
        {
            foreach (var line in answer.Lines)
                writer.WriteLine(SafeText.Escape(line));
            writer.WriteLine("The daemon has read its configuration again.");
        });
        return ExitCodes.Ok;
    }
}
