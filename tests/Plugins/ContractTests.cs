using System.Runtime.CompilerServices;
using SshLog.Core.Rules;

namespace SshLog.Plugins.Tests;

/// <summary>
/// Version 1 of the contract with plug-ins is frozen: contract-v1.txt is what plug-ins of today were compiled against. A
/// line that goes or changes breaks them; one that is added must be approved by adding it there.
/// </summary>
public sealed class ContractTests
{
    // What descriptions and parameters are made of is in Core, and as frozen as the rest.
    private static readonly Type[] _ofCore =
    [
        typeof(FilterDescription), typeof(PluginDescription), typeof(ParameterDescription), typeof(ValueShape), typeof(ValueKind),
        typeof(SourcePosition), typeof(SettingValue), .. typeof(SettingValue).GetNestedTypes(),
    ];

    // What the daemon does with plug-ins is its own affair.
    private static readonly Type[] _ofTheDaemon = [typeof(PluginCatalogue), typeof(RuleMatcher)];

    private static IEnumerable<Type> Contract => typeof(IAction).Assembly.GetExportedTypes().Except(_ofTheDaemon).Concat(_ofCore);

    [Fact]
    public void The_contract_is_the_one_that_was_approved()
    {
        var now = PublicApi.Describe(Contract);
        var approved = File.ReadAllText(ApprovedFile());
        var (before, after) = (approved.Split('\n'), now.Split('\n'));
        Assert.True(
            approved == now,
            "The public API of SshLog.Plugins is not that of tests/Plugins/contract-v1.txt.\n"
            + string.Join('\n', before.Except(after).Select(l => "- " + l).Concat(after.Except(before).Select(l => "+ " + l)))
            + "\nThe whole of it as it is now:\n" + now);
    }

    [Fact]
    public void Every_type_of_ours_that_the_contract_names_is_in_it()
    {
        var known = Contract.Select(t => t.FullName!.Replace('+', '.')).ToHashSet();
        var named = System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(ApprovedFile()), @"SshLog(?:\.\w+)+").Select(m => m.Value);
        Assert.Empty(named.Where(name => !known.Contains(name)).Distinct());
    }

    [Fact]
    public void A_description_tells_apart_what_compilers_tell_apart()
    {
        var text = PublicApi.Describe(typeof(Example));
        Assert.Equal(
            "class SshLog.Plugins.Tests.Example\n  System.String Text { get; init; }\n  System.String? Maybe { get; set; }\n"
            + "  new()\n  required System.Int32? Number { get; init; }\n  static System.Void Do(System.Int32 times = 3)\n",
            text);
    }

    private static string ApprovedFile([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "contract-v1.txt");
}

public class Example
{
    public string Text { get; init; } = string.Empty;

    public string? Maybe { get; set; }

    public required int? Number { get; init; }

    public static void Do(int times = 3) => _ = times;

    private protected int Hidden => 1;
}
