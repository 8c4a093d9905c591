using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Core.Rules.Shell;

namespace SshLog.Core.Tests;

/// <summary>What an event holds reaches a script as data: tried with real shells.</summary>
public sealed class ShellTextTests : IDisposable
{
    private static readonly string[] _hostile =
    [
        "$(touch x)", "`touch x`", "'; touch x; '", "\"; touch x; \"", "\\", "\\'", "\n touch x \n", "$1", "${IFS}", "*",
        "a b", "; touch x #", "-n", "~root", "!!", "&& touch x", "'$(touch x)'", "\"$(touch x)\"", "{a,b}", "é✓", "\t", "",
        "a[$(touch x)]", "%s%n", "<(touch x)", "$'\\x41'", "x", "\\\n", "{{username}}",
    ];

    private static readonly Arbitrary<string> _values = Gen.OneOf(
            Gen.Elements(_hostile),
            Gen.Elements(_hostile).ListOf().Select(string.Concat),
            Gen.Elements("'\"\\$`(){}[];&|<>*?~#! \n\tax1=".ToCharArray()).ListOf().Select(c => string.Concat(c)))
        .ToArbitrary();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("shell-text-");

    public void Dispose() => _directory.Delete(recursive: true);

    public static TheoryData<string, string, string> Places => new()
    {
        // text, what it prints before and after the value
        { "printf '%s\\0' {{username}}", "", "" },
        { "printf '%s\\0' '{{username}}'", "", "" },
        { "printf '%s\\0' \"{{username}}\"", "", "" },
        { "printf '%s\\0' 'it is {{username}}!'", "it is ", "!" },
        { "printf '%s\\0' \"a $HOME_OF_NOBODY{{username}}5\"", "a ", "5" },
        { "printf '%s\\0' a{{username}}b", "a", "b" },
        { "printf '%s\\0' \\\\{{username}}", "\\", "" },
        { "printf '%s\\0' \"\\\"{{username}}\\\"\"", "\"", "\"" },
        { "X={{username}}; printf '%s\\0' \"$X\"", "", "" },
        { "(true; printf '%s\\0' '{{username}}') 2>&1 | cat", "", "" },
        { "if [ {{username}} != y ] || true; then printf '%s\\0' {{username}}; fi", "", "" },
        { "for u in {{username}}; do printf '%s\\0' \"$u\"; done", "", "" },
        { "case {{username}} in nobody) ;; *) printf '%s\\0' {{username}};; esac", "", "" },
        { "true # {{username}}\nprintf '%s\\0' {{username}}", "", "" },
        { "printf '%s\\0' \"$(echo in)-{{username}}\"", "in-", "" },
        { "printf '%s\\0' {{username}} > out; cat out", "", "" },
        { "cat <<< x > /dev/null; printf '%s\\0' '{{username}}'", "", "" },
        { "printf '%s\\0' \"\"'{{ username }}'\"\"", "", "" },
        { "! false && printf '%s\\0' \"${X:-{{}\"{{username}} | sed_is_not_here || true", "refused", "" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_hostile_value_arrives_as_data(string text, string before, string after)
    {
        var rewritten = ShellText.Rewrite(text, 1);
        if (before == "refused")
        {
            Assert.NotNull(rewritten.Refusal);
            return;
        }

        Assert.Null(rewritten.Refusal);
        Assert.Equal(["username"], rewritten.Fields);
        foreach (var value in _hostile)
            Assert.Equal(before + value + after + "\0", Run("bash", rewritten.Text, value));
        if (text.Contains("<<<", StringComparison.Ordinal))
            return;
        foreach (var value in _hostile)
            Assert.Equal(before + value + after + "\0", Run("sh", rewritten.Text, value));
    }

    [Fact]
    public void Any_value_arrives_as_data_in_every_kind_of_quotes()
    {
        var text = ShellText.Rewrite("printf '%s\\0' {{a}} '<{{a}}>' \"<{{a}}>\" \"${X-}\"{{b}}", 1);
        Assert.Null(text.Refusal);
        Prop.ForAll(_values, _values, (a, b) =>
        {
            var printed = Run("bash", text.Text, a, b);
            return printed == $"{a}\0<{a}>\0<{a}>\0{b}\0" && !Directory.EnumerateFiles(_directory.FullName).Any();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    /// <summary>
    /// Any text of shell syntax around fields: either it is refused, or a value that would touch a file when read as code
    /// touches none.
    /// </summary>
    [Fact]
    public void No_text_that_is_accepted_runs_a_value()
    {
        var tame = Gen.Elements("{{u}}", "{{u}}", " ", " ", "'{{u}}'", "\"{{u}}\"", "; echo ", " | cat ", "x", "X=", "$X", "(", ")", "\"", "'");
        var wild = Gen.Elements(
            "{{u}}", "{{u}}", "'", "\"", "\\", "$", "$(", ")", "`", "(", "{", "}", " ", " ", "\n", ";", "|", "&", "&&", ">", "<", "<<",
            "<<<", "E", "eval ", "echo ", "X=", "$X", "${X}", "${X:-", "$((", "))", "[[ ", " -eq ", "]]", "[ ", " ]", "test -v ", "case ",
            " in ", "*)", ";;", "esac", "if ", "then ", "fi", "#", "~", "=", "a[", "]", "$'", "read ", "sh -c ", "!", "-", "1", "printf ", "<(");
        var texts = Gen.Frequency((3, tame), (1, wild)).ListOf().Select(p => "echo " + string.Concat(p)).Where(t => t.Contains("{{u}}", StringComparison.Ordinal)).ToArbitrary();
        var accepted = 0;
        Prop.ForAll(texts, text =>
        {
            var rewritten = ShellText.Rewrite(text, 1);
            if (rewritten.Refusal is not null)
                return true;
            accepted++;
            // Not "x": a text may well write into that itself.
            foreach (var value in (string[])["$(touch ran)", "touch ran", "a[$(touch ran)]", "'\"\n touch ran\n#\n;touch ran;"])
                Run("bash", rewritten.Text, value);
            return !File.Exists(Path.Combine(_directory.FullName, "ran"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
        Assert.True(accepted > 100, $"only {accepted} texts were accepted");
    }

    [Theory]
    [InlineData("cat <<E\n{{u}}\nE", "here-document")]
    [InlineData("echo `echo {{u}}`", "backquotes")]
    [InlineData("echo $(echo {{u}})", "inside $(..)")]
    [InlineData("eval echo {{u}}", "'eval'")]
    [InlineData("e\"va\"l echo {{u}}", "'eval'")]
    [InlineData("sudo sh -c 'echo {{u}}'", "'sh'")]
    [InlineData("/bin/bash -c \"echo {{u}}\"", "'/bin/bash'")]
    [InlineData("echo {{u}} | python3.11 -", "'python3.11'")]
    [InlineData("ssh host echo {{u}}", "'ssh'")]
    [InlineData("{{u}} x", "program's name")]
    [InlineData("true && {{u}}", "program's name")]
    [InlineData("> /dev/null {{u}}", "program's name")]
    [InlineData("X=1 {{u}}", "program's name")]
    [InlineData("X={{u}}; $X", "variable stands where")]
    [InlineData("X={{u}}; echo $((X))", "arithmetic")]
    [InlineData("[[ {{u}} -eq 1 ]]", "'[['")]
    [InlineData("[ -v {{u}} ]", "-v")]
    [InlineData("echo \"\\{{u}}\"", "backslash")]
    [InlineData("echo \"${{u}}\"", "dollar sign")]
    [InlineData("f() { echo {{u}}; }; f", "parenthesis")]
    [InlineData("a=({{u}})", "parenthesis")]
    [InlineData("echo {{u}} \"$@\"", "$@")]
    [InlineData("echo {{u}} $1", "$1")]
    [InlineData("shift; echo {{u}}", "'shift'")]
    [InlineData("echo ~{{u}}", "tilde")]
    [InlineData("echo '{{u}}", "not closed")]
    [InlineData("echo $'{{u}}'", "$'..'")]
    [InlineData("echo ${X@P} {{u}}", "not plain")]
    [InlineData("echo $(case x in x) echo y;; esac) {{u}}", "case")]
    [InlineData("echo {{u", "begins no field")]
    public void What_cannot_be_proved_safe_is_refused_and_says_why(string text, string why) =>
        Assert.Contains(why, ShellText.Rewrite(text, 1).Refusal, StringComparison.Ordinal);

    [Theory]
    [InlineData("echo {{u}}", 1, "echo \"$1\"")]
    [InlineData("echo '{{u}}' {{v}} \"{{u}}0\"", 2, "echo ''\"$2\"'' \"$3\" \"${2}0\"")]
    [InlineData("echo {{u}} > /dev/pts/{{tty_id}}", 10, "echo \"${10}\" > /dev/pts/\"${11}\"")]
    public void A_field_becomes_a_parameter_quoted_as_its_place_needs(string text, int first, string expected) =>
        Assert.Equal(expected, ShellText.Rewrite(text, first).Text);

    [Theory]
    [InlineData("bash|-c|TEXT", 2)]
    [InlineData("/usr/bin/bash|-e|-o|pipefail|-lc|TEXT|x", 5)]
    [InlineData("sudo|-u|x|sh|-c|TEXT", 5)]
    [InlineData("bash|-c|--|TEXT", 3)]
    [InlineData("bash|script.sh|-c", null)]
    [InlineData("bash|-x|script.sh|-c|TEXT", null)]
    [InlineData("echo|-c|TEXT", null)]
    public void The_text_of_a_shell_is_found_behind_its_options(string words, int? index) =>
        Assert.Equal(index, ShellWords.Find(words.Split('|')).Select(f => (int?)f.Index).FirstOrDefault());

    [Theory]
    [InlineData("python3|-c|print(1)")]
    [InlineData("env|-S|bash x")]
    [InlineData("perl5.36|-ne|print")]
    [InlineData("ssh|host|ls")]
    public void Other_interpreters_are_found_too(string words) =>
        Assert.Contains(ShellWords.Find(words.Split('|')), f => !f.IsPosix);

    private string Run(string shell, string text, params string[] values)
    {
        var start = new ProcessStartInfo(shell)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = _directory.FullName,
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        foreach (var argument in (string[])["-c", text, shell, .. values])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var printed = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
            process.Kill(entireProcessTree: true);
        File.Delete(Path.Combine(_directory.FullName, "out"));
        return printed;
    }
}
