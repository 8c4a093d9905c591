using System.Text.RegularExpressions;

namespace SshLog.Core.Recording;

/// <summary>Takes secrets of known shape out of a text. Pure; in time that grows with the text and no faster, whatever it is.</summary>
internal static class SecretText
{
    private const string Mark = ArgumentRedaction.Mark;
    private const string Value = @"(?:""[^""]*""|'[^']*'|[^\s;&'"")]+)";

    // scheme://user:password@host; the user may be seen.
    private static readonly Regex _url = Linear(@"([A-Za-z][A-Za-z0-9+.-]*://[^\s/@:'""]*:)[^\s/@'""]+@");

    private static readonly Regex _header = Linear(
        @"((?i:authorization|x-api-key|x-auth-token|private-token|x-vault-token)\s*:\s*(?i:basic\s+|bearer\s+|token\s+)?)[^\s'""]+");

    // --password=x, PGPASSWORD=x, password=x of a connection string or a query.
    private static readonly Regex _assignment = Linear(@"(^|[\s;&?,'""(])(-*[A-Za-z][A-Za-z0-9_-]*)(=)" + Value);

    // --password x in a command line for a shell.
    private static readonly Regex _option = Linear(@"(\s)(--?[A-Za-z][A-Za-z0-9_-]*)(\s+)(?:""[^""]*""|'[^']*'|[^\s;&'"")-][^\s;&'"")]*)");

    private static readonly Regex _short = Linear(
        @"(\b(?:(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\s(?:[^|;&]*\s)?-p|sshpass\s+-p\s*|redis-cli\s(?:[^|;&]*\s)?-a\s+))[^\s;&|]+");

    // openssl -passin pass:x
    private static readonly Regex _pass = Linear(@"((?:^|\s)pass:)\S+");

    private static readonly Regex _user = Linear(@"(\bcurl\s(?:[^|;&]*\s)?(?:-u|--user)[\s=]+['""]?[^\s:'""]+:)[^\s'""]+");

    // Tokens that say themselves what they are: GitHub, GitLab, Slack, AWS, Google, Stripe, npm, PyPI, JSON web tokens.
    private static readonly Regex _token = Linear(
        @"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[A-Z0-9]{16}"
        + @"|AIza[A-Za-z0-9_-]{35}|[sr]k_live_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}"
        + @"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+)");

    /// <summary>The text without them.</summary>
    public static string Redact(string text, out int redacted)
    {
        redacted = 0;
        // Most arguments are short or have nothing of it.
        if (text.Length < 6 || (text.Length < 20 && text.AsSpan().IndexOfAny("=: ") < 0))
            return text;
        var count = 0;
        text = Replace(_url, text, m => m.Groups[1].Value + Mark + "@");
        text = Replace(_header, text, m => m.Groups[1].Value + Mark);
        text = Replace(_assignment, text, Named);
        text = Replace(_option, text, Named);
        text = Replace(_short, text, m => m.Groups[1].Value + Mark);
        text = Replace(_pass, text, m => m.Groups[1].Value + Mark);
        text = Replace(_user, text, m => m.Groups[1].Value + Mark);
        text = Replace(_token, text, _ => Mark);
        redacted = count;
        return text;

        string Replace(Regex pattern, string input, Func<Match, string?> by) => pattern.Replace(input, match =>
        {
            if (match.Value.Contains(Mark, StringComparison.Ordinal) || by(match) is not { } clean)
                return match.Value;
            count++;
            return clean;
        });
    }

    private static string? Named(Match match) => ArgumentRedaction.IsSecret(match.Groups[2].Value)
        ? match.Groups[1].Value + match.Groups[2].Value + match.Groups[3].Value + Mark
        : null;

    private static Regex Linear(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
