using System.Globalization;
using System.Text.RegularExpressions;
using SshLog.BuiltIn;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.Packaging.Tests;

/// <summary>The table of parameters in docs/actions.md is that of the actions that come with the daemon.</summary>
public sealed partial class ActionParameterTests
{
    private const string Each = "every action";

    [Fact]
    public void Every_parameter_of_every_action_is_documented_with_its_default_and_no_other()
    {
        var common = DeliveryParameters.All.Select(p => p.Name).ToHashSet();
        var expected = BuiltIns.Catalogue([]).Plugins
            .SelectMany(a => a.Parameters.Where(p => !common.Contains(p.Name)), (a, p) => Row($"`{a.Name}`", p))
            .Concat(DeliveryParameters.All.Select(p => Row(Each, p)));

        var documented = TableRow().Matches(File.ReadAllText(Manuals.InRepository("docs/actions.md")))
            .Select(m => string.Join(" | ", m.Groups.Values.Skip(1).Select(g => g.Value.Trim())));

        Assert.Equal(expected.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static string Row(string action, ParameterDescription parameter)
    {
        var value = parameter.Required ? "required" : parameter.Default is { } given && Text(given) is { Length: > 0 } text ? $"`{text}`" : "";
        return $"{action} | `{parameter.Name}` | {value}";
    }

    private static string Text(SettingValue value) => value switch
    {
        SettingValue.Text text => text.Value,
        SettingValue.Number number => number.Value.ToString(CultureInfo.InvariantCulture),
        SettingValue.Flag flag => flag.Value ? "true" : "false",
        SettingValue.List list => string.Join(", ", list.Items.Select(Text)),
        _ => throw new ArgumentException($"a default of the kind {value.GetType().Name}", nameof(value)),
    };

    // Action, parameter, (what it may be,) default.
    [GeneratedRegex(@"^\| (every action|`[a-z_]+`) \| (`[a-z_]+`) \| [^|]+ \|([^|]*)\|[^|\n]*\|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
