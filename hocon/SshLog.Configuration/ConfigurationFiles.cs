using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>Finds the files that make up a configuration, in the order in which they are read.</summary>
internal static class ConfigurationFiles
{
    private const long LongestFile = 4 * 1024 * 1024;

    /// <summary>
    /// Of a directory: <c>sshlog.conf</c>, <c>sshlog.yaml</c>, then <c>conf.d</c> in byte order. A file stands alone.
    /// </summary>
    /// <param name="location">File or directory that was named; null for <see cref="SettingsLoader.DefaultDirectory"/>.</param>
    /// <param name="problems">What cannot be read.</param>
    public static IReadOnlyList<string> Find(string? location, Problems problems)
    {
        var directory = location ?? SettingsLoader.DefaultDirectory;
        List<string> files = [];
        if (File.Exists(directory))
        {
            return [directory];
        }

        if (Directory.Exists(directory))
        {
            string[] names = ["sshlog.conf", "sshlog.yaml", "sshlog.yml"];
            files.AddRange(names.Select(name => Path.Combine(directory, name)).Where(File.Exists));
        }
        else if (location is not null)
        {
            problems.Add(new SourcePosition(location, 0), "cannot be read: there is no such file or directory");
            return [];
        }

        var more = Path.Combine(directory, "conf.d");
        foreach (var open in (string[])[directory, more])
        {
            if (Directory.Exists(open) && File.GetUnixFileMode(open).HasFlag(UnixFileMode.OtherWrite))
                problems.Add(new SourcePosition(open, 0), "every user may put files here, so it is not used; chmod o-w it");
        }

        try
        {
            if (Directory.Exists(more))
                files.AddRange(Directory.EnumerateFiles(more).Where(IsConfiguration).Order(StringComparer.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new SourcePosition(more, 0), $"cannot be read: {e.Message}");
        }

        return files;
    }

    /// <summary>True for a sshlog YAML file.</summary>
    public static bool IsYaml(string file) => Path.GetExtension(file) is ".yaml" or ".yml";

    /// <summary>The text of a file; null when it may not be used.</summary>
    public static string? Read(string file, Problems problems)
    {
        try
        {
            if (WhyNot(file) is not { } reason)
                return File.ReadAllText(file);
            problems.Add(new SourcePosition(file, 0), reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new SourcePosition(file, 0), $"cannot be read: {e.Message}");
        }

        return null;
    }

    /// <summary>The text of a file that another one includes; null when there is none.</summary>
    /// <exception cref="IOException">It may not be used; says why.</exception>
    public static string? ReadIncluded(string file)
    {
        if (!File.Exists(file))
            return null;
        // The directories of the configuration itself are looked at by Find.
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory
            && File.GetUnixFileMode(directory).HasFlag(UnixFileMode.OtherWrite))
            throw new IOException($"every user may put files into {directory}, so it is not used; chmod o-w it");
        if (WhyNot(file) is { } reason)
            throw new IOException(reason);
        // A pipe, which may never end, has no length.
        return new FileInfo(file).Length == 0 ? string.Empty : File.ReadAllText(file);
    }

    // Whoever may write it may run commands as root.
    private static string? WhyNot(string file) =>
        File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherWrite)
            ? "every user may write this file, so it is not used; chmod o-w it"
        : new FileInfo(file).Length > LongestFile ? $"is longer than {LongestFile / 1024 / 1024} MiB"
        : null;

    // Editors' and package managers' leavings (x.conf~, x.conf.dpkg-old, .x.conf.swp) are not read.
    private static bool IsConfiguration(string file) =>
        (IsYaml(file) || Path.GetExtension(file) == ".conf") && !Path.GetFileName(file).StartsWith('.');
}
