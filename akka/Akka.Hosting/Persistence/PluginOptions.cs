using System.Data;
using System.Globalization;
using System.Text;
using Akka.Configuration;

namespace Akka.Persistence.Hosting;

/// <summary>The settings of one plugin, written as HOCON below its path.</summary>
public abstract class PluginOptions
{
    private readonly string _kind;

    private protected PluginOptions(string kind, bool isDefault)
    {
        _kind = kind;
        IsDefaultPlugin = isDefault;
    }

    /// <summary>The last part of the plugin's path.</summary>
    public abstract string Identifier { get; set; }

    /// <summary>Whether actors that name no plugin use this one.</summary>
    public bool IsDefaultPlugin { get; set; }

    /// <summary>The plugin's path.</summary>
    public string PluginId => $"akka.persistence.{_kind}.{Identifier}";

    /// <summary>Whether the plugin makes its tables.</summary>
    public bool AutoInitialize { get; set; }

    /// <summary>The serializer's name; null for those bound to the types.</summary>
    public string? Serializer { get; set; }

    /// <summary>The defaults of the plugin's own package.</summary>
    protected virtual Config InternalDefaultConfig => ConfigurationFactory.Empty;

    /// <summary>The defaults of the plugin's own package, at the plugin's path.</summary>
    public Config DefaultConfig => InternalDefaultConfig;

    /// <summary>The settings as configuration.</summary>
    public Config ToConfig() => ConfigurationFactory.ParseString(ToString());

    /// <inheritdoc/>
    public sealed override string ToString() => Build(new StringBuilder()).ToString();

    /// <summary>Writes the settings; a plugin writes its own first and then calls this.</summary>
    protected virtual StringBuilder Build(StringBuilder sb)
    {
        var own = sb.ToString();
        sb.Clear().Append(PluginId).Append(" {\n").Append(own);
        Append(sb, "auto-initialize", AutoInitialize);
        Append(sb, "serializer", Serializer);
        sb.Append("}\n");
        if (IsDefaultPlugin) Append(sb, $"akka.persistence.{_kind}.plugin", PluginId);
        return sb;
    }

    private protected static void Append(StringBuilder sb, string key, object? value)
    {
        if (value is null) return;
        var text = value switch
        {
            bool on => on ? "on" : "off",
            TimeSpan time => time.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture) + "ms",
            IsolationLevel level => level.ToString(),
            _ => '"' + value.ToString()!.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal) + '"',
        };
        sb.Append(key).Append(" = ").Append(text).Append('\n');
    }
}

/// <summary>The settings of a journal.</summary>
public abstract class JournalOptions(bool isDefault) : PluginOptions("journal", isDefault)
{
    /// <summary>The event adapters.</summary>
    public AkkaPersistenceJournalBuilder Adapters { get; set; } = new("");

    /// <inheritdoc/>
    protected override StringBuilder Build(StringBuilder sb)
    {
        Adapters.AppendTo(sb);
        return base.Build(sb);
    }
}

/// <summary>The settings of a snapshot store.</summary>
public abstract class SnapshotOptions(bool isDefault) : PluginOptions("snapshot-store", isDefault);

/// <summary>The settings of a journal in an SQL database.</summary>
public abstract class SqlJournalOptions(bool isDefault) : JournalOptions(isDefault)
{
    /// <summary>How the database is reached.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>How long a command may take; null for the default.</summary>
    public TimeSpan? ConnectionTimeout { get; set; }

    /// <summary>The schema of the tables; null for the default.</summary>
    public abstract string? SchemaName { get; set; }

    /// <summary>The events' table.</summary>
    public abstract string TableName { get; set; }

    /// <summary>The table of sequence numbers.</summary>
    public abstract string MetadataTableName { get; set; }

    /// <summary>Whether rows are read as streams.</summary>
    public abstract bool SequentialAccess { get; set; }

    /// <summary>The isolation of reading; null for the default.</summary>
    public IsolationLevel? ReadIsolationLevel { get; set; }

    /// <summary>The isolation of writing; null for the default.</summary>
    public IsolationLevel? WriteIsolationLevel { get; set; }

    /// <inheritdoc/>
    protected override StringBuilder Build(StringBuilder sb)
    {
        Append(sb, "connection-string", ConnectionString);
        Append(sb, "connection-timeout", ConnectionTimeout);
        Append(sb, "schema-name", SchemaName);
        Append(sb, "table-name", TableName);
        Append(sb, "metadata-table-name", MetadataTableName);
        Append(sb, "sequential-access", SequentialAccess);
        Append(sb, "read-isolation-level", ReadIsolationLevel);
        Append(sb, "write-isolation-level", WriteIsolationLevel);
        return base.Build(sb);
    }
}

/// <summary>The settings of a snapshot store in an SQL database.</summary>
public abstract class SqlSnapshotOptions(bool isDefault) : SnapshotOptions(isDefault)
{
    /// <summary>How the database is reached.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>How long a command may take; null for the default.</summary>
    public TimeSpan? ConnectionTimeout { get; set; }

    /// <summary>The schema of the table; null for the default.</summary>
    public abstract string? SchemaName { get; set; }

    /// <summary>The snapshots' table.</summary>
    public abstract string TableName { get; set; }

    /// <summary>Whether rows are read as streams.</summary>
    public abstract bool SequentialAccess { get; set; }

    /// <summary>The isolation of reading; null for the default.</summary>
    public IsolationLevel? ReadIsolationLevel { get; set; }

    /// <summary>The isolation of writing; null for the default.</summary>
    public IsolationLevel? WriteIsolationLevel { get; set; }

    /// <inheritdoc/>
    protected override StringBuilder Build(StringBuilder sb)
    {
        Append(sb, "connection-string", ConnectionString);
        Append(sb, "connection-timeout", ConnectionTimeout);
        Append(sb, "schema-name", SchemaName);
        Append(sb, "table-name", TableName);
        Append(sb, "sequential-access", SequentialAccess);
        Append(sb, "read-isolation-level", ReadIsolationLevel);
        Append(sb, "write-isolation-level", WriteIsolationLevel);
        return base.Build(sb);
    }
}
