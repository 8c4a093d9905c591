using System.Globalization;
using Hocon;
using SshLog.Configuration.Rules;
using SshLog.Core.Recording;
using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>Reads <c>sshlog.record.sessions</c>.</summary>
internal static class RecordingReader
{
    private static readonly ValueShape _network = ValueShape.Text with
    {
        Check = value => AddressRange.TryParse(((SettingValue.Text)value).Value, out _)
            ? null
            : "is not possible: it must be an address or a network such as 192.0.2.0/24 or 2001:db8::/32",
    };

    private static readonly ValueShape _entries = ValueShape.ListOf(ValueShape.RecordOf(
        new ParameterDescription("level", ValueShape.OneOf("none", "metadata", "all"), Required: true, Summary: "none, metadata or all"),
        new ParameterDescription("users", SomeOf(ValueShape.Text)),
        new ParameterDescription("groups", SomeOf(ValueShape.Text)),
        new ParameterDescription("peers", SomeOf(_network)),
        new ParameterDescription("name", ValueShape.Text)));

    public static RecordingPolicy Read(HoconNode sessions, Problems problems)
    {
        var read = new ShapeChecker(problems).Check("sshlog.record.sessions", HoconRules.ToValue(sessions), _entries) as SettingValue.List;
        return read is null or { Items.Count: 0 }
            ? RecordingPolicy.Everything
            : new RecordingPolicy([.. read.Items.Cast<SettingValue.Map>().Select(Rule)]);
    }

    // What an entry does not name fits everyone, so a list that has become empty would mean the opposite of what it says.
    private static ValueShape SomeOf(ValueShape items) => ValueShape.ListOf(items) with
    {
        Check = value => value is SettingValue.List { Items.Count: 0 } ? "is empty and fits nobody: leave it out where all are meant" : null,
    };

    private static RecordingRule Rule(SettingValue.Map entry, int index) => new(
        Texts(entry, "name") is [var name] ? name : string.Create(CultureInfo.InvariantCulture, $"record.sessions[{index}]"),
        Texts(entry, "level")[0] switch
        {
            "none" => RecordingLevel.None,
            "metadata" => RecordingLevel.Metadata,
            _ => RecordingLevel.All,
        },
        Texts(entry, "users"),
        Texts(entry, "groups"),
        [.. Texts(entry, "peers").Select(text => AddressRange.TryParse(text, out var range) ? range : null).OfType<AddressRange>()]);

    private static List<string> Texts(SettingValue.Map entry, string field) => entry.Fields.GetValueOrDefault(field) switch
    {
        SettingValue.Text text => [text.Value],
        SettingValue.List list => [.. list.Items.OfType<SettingValue.Text>().Select(t => t.Value)],
        _ => [],
    };
}
