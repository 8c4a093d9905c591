using SshLog.Core.Events;
using SshLog.Core.Sessions;

namespace SshLog.Core.Recording;

/// <summary>Leaves out of a session what the policy says, and says so. Pure.</summary>
public static class RecordingLimits
{
    /// <summary>What is recorded in place of a fact: itself, nothing, or with the sign-in also that something is left out.</summary>
    /// <param name="state">Before the fact.</param>
    /// <param name="fact">What would be recorded.</param>
    /// <param name="context">The policy and the accounts.</param>
    public static IEnumerable<SessionEvent> Apply(SessionState state, SessionEvent fact, SessionContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(context);
        if (state.Limited is { } limited)
            return IsKept(fact, limited.Level) ? [WithoutOutput(fact)] : [];
        return fact is SignedIn signedIn && Decide(state, signedIn, context) is { } rule
            ? [fact, new RecordingLimited(fact.At, rule.Level, rule.Name)]
            : [context.Recording.OutputStopped ? WithoutRoom(fact) : fact];
    }

    private static RecordingRule? Decide(SessionState state, SignedIn signedIn, SessionContext context) =>
        state.Opened is { } opened
            ? context.Recording.Current.Decide(
                signedIn.User, () => context.Accounts.GroupsOf(signedIn.User), opened.Client.Address)
            : null;

    private static SessionEvent WithoutRoom(SessionEvent fact) => fact is OutputRecorded output
        ? new OutputLeftOut(output.At, output.Channel, output.Stream, output.Offset, output.Bytes.Length) { NoRoom = true }
        : WithoutOutput(fact);

    private static SessionEvent WithoutOutput(SessionEvent fact) =>
        fact is CommandFinished finished ? finished with { Output = default } : fact;

    private static bool IsKept(SessionEvent fact, RecordingLevel level) => level switch
    {
        RecordingLevel.None => fact is SessionOpened or SignedIn or SessionClosed,
        // A gap in what is left out anyway is none.
        RecordingLevel.Metadata => fact is not (OutputRecorded or OutputLeftOut or InputRecorded or LossRecorded { Stream: not null }),
        _ => true,
    };
}

/// <summary>The policy of now; a reload changes it for sign-ins to come. Safe to use from any thread.</summary>
/// <param name="policy">To begin with.</param>
public sealed class CurrentRecording(RecordingPolicy policy)
{
    private volatile RecordingPolicy _policy = policy;
    private volatile bool _outputStopped;

    /// <summary>True while no output is recorded, because there is no room for it.</summary>
    public bool OutputStopped
    {
        get => _outputStopped;
        set => _outputStopped = value;
    }

    /// <summary>True if secrets are taken out of arguments (<c>record.redact-arguments</c>).</summary>
    public bool RedactsArguments { get; init; } = true;

    /// <summary>What is taken out of output; null for nothing (<c>record.redact-output</c>).</summary>
    public OutputRedaction? RedactsOutput { get; init; }

    /// <summary>The policy that counts now.</summary>
    public RecordingPolicy Current
    {
        get => _policy;
        set => _policy = value;
    }
}
