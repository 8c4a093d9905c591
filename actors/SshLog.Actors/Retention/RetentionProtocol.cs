using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Retention;

/// <summary>What is said to the <see cref="RetentionActor"/>.</summary>
public static class RetentionProtocol
{
    /// <summary>Hold, release or delete a recording. Answered with a reply for the client.</summary>
    /// <param name="Request">What.</param>
    /// <param name="By">Who asks.</param>
    public sealed record Change(GatewayProtocol.ChangeRecording Request, ClientIdentity By);

    /// <summary>Say which recordings are on hold. Answered with a <see cref="GatewayProtocol.EventPage"/>.</summary>
    /// <param name="After">How many are known already.</param>
    public sealed record ListHolds(long After);

    /// <summary>Record that the host has another signing key. Answered with <see cref="KeyChangeRecorded"/> or a failure for the client.</summary>
    /// <param name="OldKey">Fingerprint of the one of before.</param>
    /// <param name="NewKey">Fingerprint of the one in use.</param>
    /// <param name="By">Who has asked for it.</param>
    public sealed record KeyChanged(string OldKey, string NewKey, ClientIdentity By);

    /// <summary>It is recorded.</summary>
    public sealed record KeyChangeRecorded
    {
        /// <summary>The only one needed.</summary>
        public static readonly KeyChangeRecorded Instance = new();
    }

    /// <summary>Delete what is due; also done at intervals. Answered with <see cref="Cleaned"/>.</summary>
    public sealed record Clean
    {
        /// <summary>The only one needed.</summary>
        public static readonly Clean Instance = new();
    }

    /// <summary>What was due is deleted.</summary>
    /// <param name="Deleted">How many recordings.</param>
    public sealed record Cleaned(int Deleted);

    /// <summary>Measure the room; also done at intervals. Answered with <see cref="Measured"/>.</summary>
    public sealed record Measure
    {
        /// <summary>The only one needed.</summary>
        public static readonly Measure Instance = new();
    }

    /// <summary>The room was measured.</summary>
    /// <param name="Level">The level it is at.</param>
    public sealed record Measured(StorageLevel Level);
}
