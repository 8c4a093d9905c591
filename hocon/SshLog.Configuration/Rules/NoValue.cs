using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>
/// A null, or nothing behind the colon of YAML. Kept with its place until it is told: left out, a filter without a value
/// would let everything pass. No rule and no action ever holds one.
/// </summary>
internal sealed record NoValue(SourcePosition Origin) : SettingValue(Origin)
{
    /// <summary>What <see cref="ShapeChecker"/> and others say of one.</summary>
    public const string Complaint = "has no value";

    /// <summary>The first one in a value; null when there is none.</summary>
    public static NoValue? In(SettingValue value) => value switch
    {
        NoValue none => none,
        List list => list.Items.Select(In).FirstOrDefault(n => n is not null),
        Map map => map.Fields.Values.Select(In).FirstOrDefault(n => n is not null),
        _ => null,
    };

    /// <summary>Parameters of an action without those that have no value: their defaults count.</summary>
    public static Dictionary<string, SettingValue> LeaveOut(IReadOnlyDictionary<string, SettingValue> fields) => fields
        .Where(f => f.Value is not NoValue)
        .ToDictionary(f => f.Key, f => LeaveOut(f.Value), StringComparer.Ordinal);

    private static SettingValue LeaveOut(SettingValue value) => value switch
    {
        List list => list with { Items = [.. list.Items.Where(i => i is not NoValue).Select(LeaveOut)] },
        Map map => map with { Fields = LeaveOut(map.Fields) },
        _ => value,
    };
}
