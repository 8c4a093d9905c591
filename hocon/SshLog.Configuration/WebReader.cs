using SshLog.Configuration.Rules;
using SshLog.Core.Protocol;
using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>Reads <c>sshlog.web</c>.</summary>
internal static class WebReader
{
    private const string Section = "sshlog.web.";

    private static readonly (string Name, Role Role)[] _roles =
        [("observer", Role.Observer), ("operator", Role.Operator), ("administrator", Role.Administrator)];

    private static readonly ValueShape _users = ValueShape.ListOf(ValueShape.RecordOf(
        new ParameterDescription("name", ValueShape.Text, Required: true, Summary: "Name to sign in with"),
        new ParameterDescription("password", ValueShape.Text, Required: true, Summary: "The password, or file:PATH, env:NAME, credential:NAME"),
        new ParameterDescription("role", ValueShape.OneOf([.. _roles.Select(r => r.Name)]), Summary: "observer, operator or administrator")));

    public static WebSettings Read(SettingsReader reader, Problems problems)
    {
        var settings = new WebSettings(
            reader.Flag(Section + "enabled"),
            reader.Address(Section + "address"),
            reader.Number(Section + "port", 1, 65535),
            [.. First(reader), .. Others(reader, problems)],
            reader.AbsolutePath(Section + "tls.certificate", mayBeEmpty: true),
            reader.AbsolutePath(Section + "tls.key", mayBeEmpty: true));
        if (settings.Certificate.Length > 0 != settings.Key.Length > 0)
            reader.Refuse(Section + "tls.key", settings.Key, "given together with tls.certificate");
        if (settings.Users.GroupBy(u => u.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
            reader.Refuse(Section + "user", twice, "a name that no other user of the page has");
        return settings;
    }

    /// <summary>The one user that sshlog has.</summary>
    private static IEnumerable<WebUserSettings> First(SettingsReader reader)
    {
        var name = reader.Text(Section + "user");
        var role = reader.OneOf(Section + "role", _roles);
        var password = reader.Text(Section + "password");
        return name.Length > 0 ? [new WebUserSettings(name, password, role)] : [];
    }

    private static IEnumerable<WebUserSettings> Others(SettingsReader reader, Problems problems)
    {
        var given = HoconRules.ToValue(reader.Node(Section + "users"));
        return new ShapeChecker(problems).Check(Section + "users", given, _users) is SettingValue.List list
            ? list.Items.OfType<SettingValue.Map>().Select(User)
            : [];
    }

    private static WebUserSettings User(SettingValue.Map user) => new(
        Text(user, "name"),
        Text(user, "password"),
        Text(user, "role") is { Length: > 0 } name ? _roles.Single(r => r.Name == name).Role : Role.Observer);

    private static string Text(SettingValue.Map user, string field) =>
        user.Fields.GetValueOrDefault(field) is SettingValue.Text { Value: var value } ? value : string.Empty;
}
