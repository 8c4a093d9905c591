namespace Hocon;

/// <summary>Reads <c>include "x"</c>, <c>include file("x")</c> and <c>include required(...)</c>.</summary>
internal sealed class HoconInclude(HoconReader reader)
{
    /// <summary>True if a missing file is an error; otherwise it counts as empty.</summary>
    public bool Required { get; private set; }

    /// <summary>The name of the file, or null if this is a key that merely starts with the word.</summary>
    public string? Read()
    {
        var mark = reader.Mark();
        reader.Take("include");
        reader.Blanks();
        if (reader.Looks("url(") || reader.Looks("classpath("))
            throw reader.Error("only files can be included");
        var open = 0;
        if (reader.Take("required("))
        {
            Required = true;
            open++;
            reader.Blanks();
        }

        if (reader.Take("file("))
        {
            open++;
            reader.Blanks();
        }

        if (reader.Current != '"')
        {
            if (open > 0)
                throw reader.Error($"expected a quoted file name to include, found {reader.Found()}");
            reader.Reset(mark);
            return null;
        }

        var name = reader.Quoted();
        for (; open > 0; open--)
        {
            reader.Blanks();
            reader.Expect(')', "after the name of an included file");
        }

        return name;
    }
}
