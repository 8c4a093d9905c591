namespace SshLog.Configuration;

/// <summary>Section <c>sshlog.search-index</c>.</summary>
/// <param name="Enabled">False makes none: a search reads all recordings that it is about.</param>
/// <param name="CpuPercent">Of one core's time, 1 to 100.</param>
/// <param name="MaxBytes">Size above which the oldest text is taken out again.</param>
public sealed record SearchIndexSettings(bool Enabled, int CpuPercent, long MaxBytes);
