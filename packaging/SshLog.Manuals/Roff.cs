using System.Text;

namespace SshLog.Manuals;

/// <summary>Writes man(7) source.</summary>
internal sealed class Roff
{
    private readonly StringBuilder _text = new();

    /// <summary>The page's head: <c>.TH</c>.</summary>
    public Roff(string name, int section, string version)
    {
        _text.Append(".\\\" Generated from the program's own help; do not edit.\n");
        _text.Append($".TH {name.ToUpperInvariant()} {section} \"\" \"sshlog {version}\"\n");
    }

    /// <summary>A section.</summary>
    public void Section(string title) => _text.Append($".SH {title}\n");

    /// <summary>A section within a section.</summary>
    public void Subsection(string title) => _text.Append($".SS {Escape(title)}\n");

    /// <summary>A paragraph.</summary>
    public void Paragraph(string text) => _text.Append($".PP\n{Escape(text)}\n");

    /// <summary>A term and what it means; the term is printed bold.</summary>
    public void Term(string term, string meaning) =>
        _text.Append($".TP\n\\fB{Escape(term)}\\fR\n{(meaning.Length == 0 ? "\\&" : Escape(meaning))}\n");

    /// <summary>Lines as they are.</summary>
    public void Literal(string lines) =>
        _text.Append($".PP\n.RS 4\n.nf\n{string.Join('\n', lines.TrimEnd().Split('\n').Select(Escape))}\n.fi\n.RE\n");

    /// <summary>Source of a page, written by hand.</summary>
    public void Raw(string source) => _text.Append(source.TrimEnd()).Append('\n');

    /// <inheritdoc />
    public override string ToString() => _text.ToString();

    /// <summary>Text as data: nothing in it is a request or an escape.</summary>
    internal static string Escape(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }
}
