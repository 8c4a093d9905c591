using System.Net;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Filters;

/// <summary>Filters about the connection.</summary>
internal static class ConnectionFilters
{
    public static readonly IFilterFactory[] All =
    [
        new FilterFactory(
            new FilterDescription("require_tty", About.Connections, ValueShape.Flag, "Whether the session has a terminal."),
            argument => happened => happened.Tty is not null == ((SettingValue.Flag)argument).Value),
        new FilterFactory(
            new FilterDescription("ignore_existing_logins", About.Connections, ValueShape.Flag,
                "Leaves out sessions that were there before the daemon."),
            argument => happened => !((SettingValue.Flag)argument).Value || !happened.Existing),
        new FilterFactory(
            new FilterDescription("client_ip", null, ValueShape.ListOf(ValueShape.Text with { Check = CheckNetwork }),
                "Peers' addresses or networks such as 192.0.2.0/24 and 2001:db8::/32; one is enough."),
            argument =>
            {
                var networks = FilterFactory.TextsOf(argument).Select(Network).ToArray();
                return happened => Array.Exists(networks, network => network.Contains(happened.Client.Address));
            }),
        FilterFactory.Text("key_fingerprint", null, "The key's fingerprint, as ssh-keygen prints it (SHA256:...).",
            (happened, fingerprint) => happened.KeyFingerprint == fingerprint),
    ];

    private static string? CheckNetwork(SettingValue value)
    {
        try
        {
            Network(FilterFactory.TextOf(value));
            return null;
        }
        catch (FormatException)
        {
            return "is not possible: it must be an address or a network such as 192.0.2.0/24 or 2001:db8::/32";
        }
    }

    private static IPNetwork Network(string text)
    {
        if (text.Contains('/', StringComparison.Ordinal))
            return IPNetwork.Parse(text);
        var address = IPAddress.Parse(text);
        return new IPNetwork(address, address.GetAddressBytes().Length * 8);
    }
}

/// <summary>Filters about files that were transferred.</summary>
internal static class TransferFilters
{
    public static readonly IFilterFactory[] All =
    [
        FilterFactory.Text("upload_file_path", About.Transfers, "The file's absolute path.",
            (happened, path) => happened.Path == path),
        FilterFactory.Pattern("upload_file_path_regex", About.Transfers, "A pattern for the file's absolute path.",
            happened => happened.Path is { } path ? [path] : []),
    ];
}
