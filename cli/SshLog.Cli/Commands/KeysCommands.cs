using System.CommandLine;
using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog keys list</c>: the public keys that recordings are checked with.</summary>
internal sealed class KeysListCommand : ICommand
{
    private readonly Option<bool> _json = CommonOptions.Json("A JSON object a key, one a line");
    private readonly Option<bool> _pem = new("--pem") { Description = "The key in use itself, PEM, to be kept elsewhere for sshlog verify --key" };

    public KeysListCommand()
    {
        Definition = new Command("list", "List the public keys of this host that recordings are signed with, the one in use first.");
        Definition.Options.Add(_pem);
        Definition.Options.Add(_json);
    }

    public Command Definition { get; }

    public string Examples => "sshlog keys list\nsshlog keys list --pem > host1.pub";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var keys = (await context.Gateway.AskAsync<GatewayProtocol.KeyList>(GatewayProtocol.ListKeys.Instance, cancellation)).Keys;
        KeysText.Write(context, keys, context.Parsed.GetValue(_pem), context.Parsed.GetValue(_json));
        return ExitCodes.Ok;
    }
}

/// <summary><c>sshlog keys rotate</c>: a new signing key.</summary>
internal sealed class KeysRotateCommand : ICommand
{
    public KeysRotateCommand() => Definition = new Command(
        "rotate",
        "Make a new signing key, signed with the old one; what the old one has signed stays provable with either (for "
        + "administrators). The old private key is deleted.");

    public Command Definition { get; }

    public string Examples => "sshlog keys rotate && sshlog keys list --pem > host1.pub";

    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var keys = (await context.Gateway.AskAsync<GatewayProtocol.KeyList>(GatewayProtocol.RotateKey.Instance, cancellation)).Keys;
        KeysText.Write(context, keys, pem: false, json: false);
        return ExitCodes.Ok;
    }
}

/// <summary>Keys as text.</summary>
internal static class KeysText
{
    public static void Write(CommandContext context, IReadOnlyList<HostPublicKey> keys, bool pem, bool json)
    {
        if (json)
        {
            foreach (var key in keys)
            {
                new JsonOutput(context.Host.Output).WriteLine(writer =>
                {
                    writer.WriteString("fingerprint", key.Fingerprint);
                    writer.WriteString("until", key.Until is { } until ? Quantities.Rfc3339(until) : null);
                    writer.WriteString("public_key", key.Pem);
                });
            }

            return;
        }

        context.WriteText(writer =>
        {
            foreach (var key in pem ? keys.Take(1) : keys)
            {
                writer.WriteLine(pem ? key.Pem.TrimEnd()
                    : $"{key.Fingerprint}  {(key.Until is { } until ? "until " + Quantities.Rfc3339(until) : "in use")}");
            }
        });
    }
}
