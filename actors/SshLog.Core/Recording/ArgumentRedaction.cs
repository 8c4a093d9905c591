using System.Text;
using SshLog.Core.Identity;

namespace SshLog.Core.Recording;

/// <summary>
/// Takes secrets out of what a program was started with, before it is recorded. Pure. What it knows: options and variables
/// whose name says that their value is a secret, -p of programs that take a password with it, passwords in URLs, authorization
/// headers, tokens of known shape. In the place of each stands <see cref="Mark"/>.
/// </summary>
public static class ArgumentRedaction
{
    /// <summary>Stands in the place of a secret.</summary>
    public const string Mark = "[redacted]";

    private static readonly HashSet<string> _names =
    [
        "password", "passwd", "passphrase", "secret", "token", "api-key", "apikey", "access-token", "auth-token", "secret-key",
        "secret-access-key", "client-secret", "storepass", "keypass", "pgpassword", "mysql-pwd", "sshpass",
    ];

    private static readonly string[] _endings =
        ["-password", "-passwd", "-passphrase", "-token", "-secret", "-api-key", "-secret-key", "-secret-access-key"];

    // Programs whose password stands behind an option, with or without a space between; elsewhere -p is a port or a path.
    private static readonly Dictionary<string, (string Option, bool Apart)> _programs = new(StringComparer.Ordinal)
    {
        ["mysql"] = ("-p", false), ["mysqldump"] = ("-p", false), ["mysqladmin"] = ("-p", false), ["mysqlimport"] = ("-p", false),
        ["mariadb"] = ("-p", false), ["mariadb-dump"] = ("-p", false), ["mariadb-admin"] = ("-p", false),
        ["sshpass"] = ("-p", true), ["redis-cli"] = ("-a", true), ["ldapsearch"] = ("-w", true), ["ldapmodify"] = ("-w", true),
        ["ldapadd"] = ("-w", true), ["ldapdelete"] = ("-w", true), ["mosquitto_pub"] = ("-P", true), ["mosquitto_sub"] = ("-P", true),
        ["zip"] = ("-P", true), ["unzip"] = ("-P", true), ["ipmitool"] = ("-P", true),
    };

    /// <summary>The arguments without secrets; the same object when there is none.</summary>
    /// <param name="arguments">As the program got them.</param>
    /// <param name="redacted">How many were taken out.</param>
    public static ArgumentVector Apply(ArgumentVector arguments, out int redacted)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        redacted = 0;
        // Bytes as characters, one for one: Linux gives arguments no encoding.
        var words = Encoding.Latin1.GetString(arguments.Block.Span).Split('\0');
        var program = string.Empty;
        for (var i = 0; i < words.Length; i++)
        {
            // Behind sudo, env and the like stands another one.
            var name = words[i][(words[i].LastIndexOf('/') + 1)..];
            if (_programs.ContainsKey(name))
                program = name;
            else if (i > 0 && i + 1 < words.Length && IsOption(program, words[i]) && words[i + 1] is { Length: > 0 } next && next[0] != '-')
            {
                words[++i] = Mark;
                redacted++;
            }
            else if (i > 0 && Glued(program, words[i]) is { } cut)
            {
                words[i] = cut;
                redacted++;
            }
            else
            {
                words[i] = Apply(words[i], out var count);
                redacted += count;
            }
        }

        return redacted == 0 ? arguments : new ArgumentVector(Encoding.Latin1.GetBytes(string.Join('\0', words)), arguments.OmittedBytes);
    }

    /// <summary>A text, for example a command line for a shell, without secrets.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="redacted">How many were taken out.</param>
    public static string Apply(string text, out int redacted) => SecretText.Redact(text, out redacted);

    /// <summary>True if the value of an option or variable of this name is a secret.</summary>
    internal static bool IsSecret(string name)
    {
        var plain = name.TrimStart('-').Replace('_', '-').ToLowerInvariant();
        return _names.Contains(plain) || _endings.Any(ending => plain.EndsWith(ending, StringComparison.Ordinal));
    }

    private static bool IsOption(string program, string word) =>
        (word.Length > 3 && word[0] == '-' && IsSecret(word))
        || (_programs.TryGetValue(program, out var known) && known.Apart && word == known.Option);

    private static string? Glued(string program, string word) =>
        _programs.TryGetValue(program, out var known) && word.Length > 2 && word.StartsWith(known.Option, StringComparison.Ordinal)
            ? known.Option + Mark
            : null;
}
