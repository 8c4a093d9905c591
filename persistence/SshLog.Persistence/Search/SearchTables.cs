using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Search;

/// <summary>
/// The tables of the search index. A session has a number, its stretches are numbered from there, so that a range of rows is
/// a session. The full-text table holds no text: only which pieces of text, as words, a stretch has. SQLite finds them to
/// delete again by the list of them that stands with the stretch.
/// </summary>
internal static class SearchTables
{
    /// <summary>Also to be raised when the text of recordings or the numbers of its pieces change.</summary>
    private const int SchemaVersion = 2;

    /// <summary>Bits of a row's number that tell stretches of one session apart.</summary>
    public const int StretchBits = 24;

    private const string Letters = "0123456789abcdefghijklmnopqrstuv";
    private const int LettersOfWord = 5;

    // A crash may take stretches, which are then made again. Merged rarely: most pieces are looked for never.
    private const string Tune =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON; PRAGMA cache_size = -8192";

    private static readonly string _create = $"""
        PRAGMA auto_vacuum = INCREMENTAL;
        BEGIN IMMEDIATE;
        CREATE TABLE cursor (ordering INTEGER NOT NULL, journal TEXT NOT NULL);
        INSERT INTO cursor VALUES (0, '');
        CREATE TABLE session (
            number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            id TEXT UNIQUE NOT NULL,
            first INTEGER NOT NULL,
            up_to INTEGER NOT NULL,
            state BLOB NOT NULL
        );
        CREATE TABLE stretch (
            id INTEGER PRIMARY KEY NOT NULL,
            first INTEGER NOT NULL,
            up_to INTEGER NOT NULL,
            state BLOB NOT NULL,
            grams BLOB NOT NULL
        );
        CREATE VIRTUAL TABLE piece USING fts5(words, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
        INSERT INTO piece (piece, rank) VALUES ('secure-delete', 1);
        INSERT INTO piece (piece, rank) VALUES ('hashsize', {4 * 1024 * 1024});
        PRAGMA user_version = {SchemaVersion};
        COMMIT;
        """;

    public static readonly ReadModelDatabase Database = new(SchemaVersion, _create, Tune);

    /// <summary>Pieces as words for the full-text table.</summary>
    public static string Words(IReadOnlyCollection<int> grams) => string.Create(grams.Count * (LettersOfWord + 1), grams, static (text, grams) =>
    {
        var at = 0;
        foreach (var gram in grams)
        {
            for (var shift = (LettersOfWord - 1) * 5; shift >= 0; shift -= 5)
                text[at++] = Letters[(gram >> shift) & 31];
            text[at++] = ' ';
        }
    });

    /// <summary>Asks the full-text table for rows that have all words of one of the sets.</summary>
    public static string Query(IReadOnlyList<IReadOnlyCollection<int>> anyOf) =>
        string.Join(" OR ", anyOf.Select(grams => $"({Words(grams).TrimEnd().Replace(" ", " AND ", StringComparison.Ordinal)})"));

    /// <summary>Ascending numbers as the differences between them, each in groups of 7 bits.</summary>
    public static byte[] Pack(IReadOnlyList<int> grams)
    {
        using var bytes = new MemoryStream(grams.Count * 2);
        using var writer = new BinaryWriter(bytes);
        var last = 0;
        foreach (var gram in grams)
        {
            writer.Write7BitEncodedInt(gram - last);
            last = gram;
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>What <see cref="Pack"/> has packed.</summary>
    public static IReadOnlyList<int> Unpack(byte[] packed)
    {
        using var reader = new BinaryReader(new MemoryStream(packed));
        var (grams, last) = (new List<int>(packed.Length), 0);
        while (reader.BaseStream.Position < packed.Length)
            grams.Add(last += reader.Read7BitEncodedInt());
        return grams;
    }

    /// <summary>The first row of a session, and the first behind it.</summary>
    public static (long First, long End) Rows(long session) => (session << StretchBits, (session + 1) << StretchBits);
}
