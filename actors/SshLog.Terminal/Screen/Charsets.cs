namespace SshLog.Terminal.Screen;

/// <summary>
/// The 7-bit character sets of the VT220 (DEC special graphics and the national sets), by the final character of their
/// designation. Each is a list of pairs: the ASCII character, and what is shown instead.
/// </summary>
internal static class Charsets
{
    public const char Ascii = 'B';

    private static readonly Dictionary<char, string> _replacements = new()
    {
        ['0'] = "`◆a▒b␉c␌d␍e␊f°g±h␤i␋j┘k┐l┌m└n┼o⎺p⎻q─r⎼s⎽t├u┤v┴w┬x│y≤z≥{π|≠}£~·",
        ['A'] = "#£",
        ['4'] = "#£@¾[i\\½]|{¨|f}¼~´",
        ['C'] = "[Ä\\Ö]Å^Ü`é{ä|ö}å~ü",
        ['5'] = "[Ä\\Ö]Å^Ü`é{ä|ö}å~ü",
        ['R'] = "#£@à[°\\ç]§{é|ù}è~¨",
        ['Q'] = "@à[â\\ç]ê^î`ô{é|ù}è~û",
        ['K'] = "@§[Ä\\Ö]Ü{ä|ö}ü~ß",
        ['Y'] = "#£@§[°\\ç]é`ù{à|ò}è~ì",
        ['E'] = "@Ä[Æ\\Ø]Å^Ü`ä{æ|ø}å~ü",
        ['6'] = "@Ä[Æ\\Ø]Å^Ü`ä{æ|ø}å~ü",
        ['Z'] = "#£@§[¡\\Ñ]¿{°|ñ}ç",
        ['H'] = "@É[Ä\\Ö]Å^Ü`é{ä|ö}å~ü",
        ['7'] = "@É[Ä\\Ö]Å^Ü`é{ä|ö}å~ü",
        ['='] = "#ù@à[é\\ç]ê^î_è`ô{ä|ö}ü~û",
    };

    private static readonly Dictionary<char, char[]> _tables =
        _replacements.ToDictionary(pair => pair.Key, pair => CreateTable(pair.Value));

    /// <summary>True if there is such a set.</summary>
    public static bool Exists(char designation) => designation == Ascii || _tables.ContainsKey(designation);

    /// <summary>What a set shows for each ASCII character; null for ASCII itself.</summary>
    public static char[]? Table(char designation) => _tables.GetValueOrDefault(designation);

    private static char[] CreateTable(string pairs)
    {
        var table = new char[128];
        for (var i = 0; i < table.Length; i++)
            table[i] = (char)i;
        for (var i = 0; i < pairs.Length; i += 2)
            table[pairs[i]] = pairs[i + 1];
        return table;
    }
}
