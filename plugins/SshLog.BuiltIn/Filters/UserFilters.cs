using System.Globalization;
using SshLog.Core.Rules;
using SshLog.Native;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Filters;

/// <summary>Filters about who it was.</summary>
internal static class UserFilters
{
    public static readonly IFilterFactory[] All =
    [
        FilterFactory.Text("username", null, "Who signed in.", (happened, name) => happened.User == name),
        FilterFactory.Pattern("username_regex", null, "A pattern for who signed in.", happened => [happened.User]),
        FilterFactory.Text("effective_user", About.Commands, "Whose rights the command has: a name or a number.",
            (happened, user) => happened.Command?.EffectiveUid is { } uid && (user == Number(uid) || user == UserDatabase.FindName(uid))),
        new FilterFactory(
            new FilterDescription("group", null, ValueShape.Texts, "Groups of the user who signed in; one is enough."),
            argument =>
            {
                var groups = FilterFactory.TextsOf(argument);
                return happened => UserDatabase.FindGroups(happened.User).Any(groups.Contains);
            }),
    ];

    private static string Number(uint uid) => uid.ToString(CultureInfo.InvariantCulture);
}
