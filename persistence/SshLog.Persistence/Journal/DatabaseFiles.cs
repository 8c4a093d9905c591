using System.Globalization;

namespace SshLog.Persistence.Journal;

/// <summary>The files that a database in WAL mode has (sqlite.org/fileformat2.html#wal): itself, its log, the log's index.</summary>
internal static class DatabaseFiles
{
    private static readonly string[] _parts = ["", "-wal", "-shm"];

    /// <summary>What they are called when they are set aside: <c>FILE.WHY-UTC TIME</c>.</summary>
    public static string Aside(string file, string why, TimeProvider time) =>
        $"{file}.{why}-{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture)}";

    /// <summary>Renames those that there are; the database itself first: from then on nobody opens it with a part of it missing.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    public static void Move(string file, string to)
    {
        foreach (var part in _parts.Where(part => File.Exists(file + part)))
            File.Move(file + part, to + part);
    }

    /// <summary>Deletes those that there are.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    public static void Delete(string file)
    {
        foreach (var part in _parts)
            File.Delete(file + part);
    }
}
