using Hocon;

namespace SshLog.Configuration;

/// <summary>
/// Finds settings that hocon/reference.conf does not have. An empty object there means that its fields are free.
/// </summary>
internal static class UnknownKeys
{
    public static void Check(HoconNode given, HoconNode reference, Problems problems) => Check(given, reference, [], problems, reference);

    private static void Check(
        HoconNode given, HoconNode reference, List<string> path, Problems problems, HoconNode root)
    {
        foreach (var (key, value) in given.Fields)
        {
            if (!reference.Fields.TryGetValue(key, out var known))
            {
                var full = HoconText.JoinPath([.. path, key]);
                problems.Add(value.Origin, $"there is no setting {full}{Hint(key, path, reference, root)}");
            }
            else if (known.Kind == HoconKind.Object && known.Fields.Count > 0)
            {
                path.Add(key);
                if (value.Kind == HoconKind.Object)
                    Check(value, known, path, problems, root);
                else
                    problems.Add(value.Origin, $"{HoconText.JoinPath(path)} is a block of settings: {{ {string.Join(", ", known.Fields.Keys)} }}");
                path.RemoveAt(path.Count - 1);
            }
        }
    }

    private static string Hint(string key, List<string> path, HoconNode siblings, HoconNode root)
    {
        if (Suggestion.Nearest(key, siblings.Fields.Keys) is { } sibling)
            return $"; did you mean {HoconText.JoinPath([.. path, sibling])}?";
        var elsewhere = Paths(root, []).FirstOrDefault(p => p[^1] == key);
        if (elsewhere is not null)
            return $"; did you mean {HoconText.JoinPath(elsewhere)}?";
        return path.Count == 0
            ? "; all settings stand under sshlog"
            : $"; known are {string.Join(", ", siblings.Fields.Keys)}";
    }

    private static IEnumerable<List<string>> Paths(HoconNode node, List<string> path)
    {
        foreach (var (key, value) in node.Fields)
        {
            List<string> here = [.. path, key];
            yield return here;
            foreach (var below in Paths(value, here))
                yield return below;
        }
    }
}
