using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>Looks at the files that secrets stand in (<c>file:/path</c>), without opening them.</summary>
internal static class SecretFiles
{
    private const string Kind = "file:";

    /// <summary>A sentence for each that every user may read.</summary>
    public static IReadOnlyList<string> Open(DaemonSettings settings, RuleSet rules) =>
    [
        .. settings.Web.Users.Select(user => user.Password)
            .Append(settings.Metrics.Otlp?.Authorization ?? string.Empty)
            .Concat(rules.Actions.SelectMany(action => action.Parameters.Values).OfType<SettingValue.Text>().Select(text => text.Value))
            .Where(value => value.StartsWith(Kind + "/", StringComparison.Ordinal))
            .Select(value => value[Kind.Length..])
            .Distinct()
            .Where(MayBeReadByAll)
            .Select(file => $"every user may read the secret in {file}; chmod 600 it"),
    ];

    private static bool MayBeReadByAll(string file)
    {
        try
        {
            if (!File.Exists(file))
                return false;
            // A link's own mode says nothing.
            var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
            if (!File.GetUnixFileMode(target).HasFlag(UnixFileMode.OtherRead))
                return false;
            for (var place = new FileInfo(target).Directory; place is not null; place = place.Parent)
            {
                if (!place.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                    return false;
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever uses it says what is wrong with it.
            return false;
        }
    }
}
