using SshLog.Cli.Prompt;

namespace SshLog.Cli.Tests.Prompt;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new(new PaletteWords(
    [
        "sshlog sessions  List the sessions that are open.",
        "    -u, --user  Only this user's",
        "sshlog health  Show whether the daemon records, and what it has lost.",
        "sshlog kill  End a session (operators).",
        "    -s, --session  Its id or the start of one, tty number, or user name",
        "    -r, --reason  Why, for the user and the recording",
    ]).After);

    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc<Left><Left>X", "aX|bc")]
    [InlineData("abc<Home>X<End>Y", "XabcY|")]
    [InlineData("abc<Left><Backspace>", "a|c")]
    [InlineData("abc<Home><Delete><Delete>", "|c")]
    [InlineData("<Backspace><Left><Delete><Right>a", "a|")]
    [InlineData("one two  <^W>", "one |")]
    [InlineData("one<^W><^W>x", "x|")]
    [InlineData("one two<Left><^U>", "|o")]
    [InlineData("one two<^A><^F><^K>", "o|")]
    [InlineData("a<^D>b<Left><^D>", "a|")]
    [InlineData("\u00e9\u6f22", "\u00e9\u6f22|")]
    [InlineData("a\u001bb", "ab|")]
    public void Keys_edit_as_in_every_shell(string keys, string expected) => Assert.Equal(expected, Type(keys));

    [Theory]
    [InlineData("one<Enter>two<Enter><Up>", "two|")]
    [InlineData("one<Enter>two<Enter><Up><Up><Up>", "one|")]
    [InlineData("one<Enter>new<Up><Down>", "new|")]
    [InlineData("one<Enter>one<Enter> <Enter><^P><^P>", "one|")]
    [InlineData("one<Enter><Up>X<Enter><Up><Up>", "one|")]
    public void What_was_typed_before_comes_back(string keys, string expected) => Assert.Equal(expected, Type(keys));

    [Theory]
    [InlineData("s<Tab>", "sshlog |", "")]
    [InlineData("<Tab>", "|", "exit help quit sshlog")]
    [InlineData("sshlog <Tab>", "sshlog |", "health kill sessions")]
    [InlineData("sshlog se<Tab>", "sshlog sessions |", "")]
    [InlineData("sshlog kill --<Tab>", "sshlog kill --|", "--reason --session")]
    [InlineData("sshlog kill --session alice --<Tab>", "sshlog kill --session alice --reason |", "")]
    [InlineData("sshlog x<Tab>", "sshlog x|", "")]
    [InlineData("other <Tab>", "other |", "")]
    [InlineData("sshlog nothing <Tab>", "sshlog nothing |", "")]
    [InlineData("sshlog se now<Left><Left><Left><Left><Tab>", "sshlog sessions | now", "")]
    public void Tab_completes_palettes_commands_and_switches(string keys, string expected, string choices)
    {
        Assert.Equal(expected, Type(keys));
        Assert.Equal(choices, string.Join(' ', _editor.Choices));
    }

    [Fact]
    public void A_prompt_gives_lines_until_nothing_more_comes()
    {
        var screen = new StringWriter();
        var prompt = new LinePrompt(screen, new TypedKeys("on<^C>sshlog <Tab>h<Tab><Enter>" + new string('x', 40) + "<Enter><^D>"), _editor);
        Assert.Equal("sshlog health ", prompt.ReadLine("> "));
        Assert.Contains("\r\nhealth  kill  sessions\r\n", screen.ToString(), StringComparison.Ordinal);
        Assert.Equal(new string('x', 40), prompt.ReadLine("> "));
        Assert.EndsWith("\r> " + new string('x', 17) + "\e7\e[K\e8\r\n", screen.ToString(), StringComparison.Ordinal);
        Assert.Null(prompt.ReadLine("> "));
    }

    private string Type(string keys)
    {
        _editor.Begin();
        var typed = new TypedKeys(keys);
        while (typed.Any)
        {
            if (_editor.Take(typed.Read()!.Value) != LineState.Open)
                _editor.Begin();
        }

        return _editor.Text.Insert(_editor.Cursor, "|");
    }

    /// <summary>Keys as a test writes them: &lt;Left&gt; is one, &lt;^W&gt; with Ctrl.</summary>
    private sealed class TypedKeys(string keys) : IPromptKeys
    {
        private int _at;

        public int Columns => 20;

        public bool Any => _at < keys.Length;

        public IDisposable? Take() => null;

        public ConsoleKeyInfo? Read()
        {
            if (keys[_at] != '<')
                return new ConsoleKeyInfo(keys[_at++], ConsoleKey.None, false, false, false);
            var name = keys[(_at + 1)..keys.IndexOf('>', _at)];
            _at += name.Length + 2;
            var key = name switch
            {
                "Left" or "Right" or "Up" or "Down" => Enum.Parse<ConsoleKey>(name + "Arrow"),
                _ => Enum.Parse<ConsoleKey>(name.TrimStart('^')),
            };
            return new ConsoleKeyInfo('\0', key, false, false, control: name[0] == '^');
        }
    }
}
