using SshLog.Core.Recording;

namespace SshLog.Configuration;

/// <summary>Reads <c>sshlog.retention</c> and <c>sshlog.storage</c>.</summary>
internal static class RetentionReader
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(36_500);

    public static RetentionPolicy Read(SettingsReader reader)
    {
        var policy = new RetentionPolicy
        {
            MaxAge = reader.Duration("sshlog.retention.max-age", TimeSpan.Zero, _longest),
            MaxBytes = reader.Bytes("sshlog.retention.max-size", 0, 1L << 50),
            KeepAtLeast = reader.Duration("sshlog.retention.keep-at-least", TimeSpan.Zero, _longest),
            AlertFree = reader.Bytes("sshlog.storage.alert-free", 0, 1L << 50),
            Reserve = reader.Bytes("sshlog.storage.reserve", 0, 1L << 50),
            DeletesWhenFull = reader.OneOf("sshlog.storage.when-full", ("stop-output", false), ("delete-oldest", true)),
        };
        if (policy.Reserve > policy.AlertFree)
            reader.Refuse("sshlog.storage.reserve", reader.Text("sshlog.storage.reserve"), "at most sshlog.storage.alert-free");
        if (policy.MaxAge > TimeSpan.Zero && policy.MaxAge < policy.KeepAtLeast)
        {
            reader.Refuse(
                "sshlog.retention.max-age", reader.Text("sshlog.retention.max-age"), "0, or at least sshlog.retention.keep-at-least");
        }

        return policy;
    }
}
