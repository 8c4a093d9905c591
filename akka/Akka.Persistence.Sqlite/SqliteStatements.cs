using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sqlite;

/// <summary>A connection with its prepared statements, each made at its first use.</summary>
/// <remarks>
/// Statements go to SQLite directly: a command object and a reader for every inserted row would cost as much again as
/// the row. Parameters are numbered: ?1, ?2, ...
/// </remarks>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, sqlite3_stmt> _prepared = [];
    private string? _lastSql;
    private sqlite3_stmt? _last;

    /// <summary>False once a rollback has failed or the database could not be used: it has to be opened anew.</summary>
    public bool IsUsable { get; private set; } = true;

    private sqlite3 Database => connection.Handle!;

    public void Begin() => Execute("BEGIN IMMEDIATE");

    public void Commit() => Execute("COMMIT");

    /// <summary>Undoes what a failed transaction has done.</summary>
    public void Rollback(Exception failure)
    {
        if (failure is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_IOERR })
            IsUsable = false;
        try
        {
            // Some errors have rolled back already.
            if (raw.sqlite3_get_autocommit(Database) == 0)
                Execute("ROLLBACK");
        }
        catch (Exception cause) when (cause is SqliteException or InvalidOperationException)
        {
            IsUsable = false;
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public void Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using var cursor = Query(sql, values);
        while (cursor.Read())
        {
            // A statement may answer with rows nobody asked for.
        }
    }

    /// <summary>Runs a statement that gives one number; 0 for null.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public long Number(string sql, params ReadOnlySpan<object?> values)
    {
        using var cursor = Query(sql, values);
        return cursor.Read() ? cursor.Long(0) : 0;
    }

    /// <summary>Runs a query. The cursor must be disposed before the same query runs again.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public SqliteCursor Query(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Prepare(sql);
        for (var i = 0; i < values.Length; i++)
            Check(Bind(statement, i + 1, values[i]));
        return new SqliteCursor(Database, statement);
    }

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        if (ReferenceEquals(sql, _lastSql))
            return _last!;
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(Database, sql, out statement));
            _prepared.Add(sql, statement);
        }

        (_lastSql, _last) = (sql, statement);
        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        string text => raw.sqlite3_bind_text(statement, index, text),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, index, 0),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        _ => throw new ArgumentException($"{value.GetType()} is not a type of SQLite.", nameof(value)),
    };

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, Database);
}

/// <summary>The rows of a query, one after the other.</summary>
internal readonly struct SqliteCursor(sqlite3 database, sqlite3_stmt statement) : IDisposable
{
    /// <summary>Goes to the next row; false if there is none.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public bool Read()
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(code, database);
        return code == raw.SQLITE_ROW;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The text; empty for null.</summary>
    public string Text(int column) => IsNull(column) ? "" : raw.sqlite3_column_text(statement, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public void Dispose() => raw.sqlite3_reset(statement);
}
