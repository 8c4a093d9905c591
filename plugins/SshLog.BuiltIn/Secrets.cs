namespace SshLog.BuiltIn;

/// <summary>
/// Reads a secret where a setting says where it is: <c>file:/path</c>, <c>env:NAME</c>, <c>credential:NAME</c> (systemd's
/// LoadCredential). Anything else is the secret itself.
/// </summary>
public static class Secrets
{
    /// <summary>The secret, without white space around it.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says where it should be, never what it is.</exception>
    public static string Read(string setting)
    {
        var (kind, rest) = setting.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? (setting[..colon], setting[(colon + 1)..])
            : (string.Empty, setting);
        return kind switch
        {
            "file" => ReadFile(rest),
            "env" => Environment.GetEnvironmentVariable(rest) is { Length: > 0 } value
                ? value.Trim()
                : throw new ArgumentException($"the environment variable {rest} is not set"),
            "credential" => Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } directory
                ? ReadFile(Path.Combine(directory, Path.GetFileName(rest)))
                : throw new ArgumentException($"there is no credential {rest}: the unit needs LoadCredential={rest}:/path"),
            _ => setting,
        };
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"the secret in {path} cannot be read: {e.Message}", e);
        }
    }
}
