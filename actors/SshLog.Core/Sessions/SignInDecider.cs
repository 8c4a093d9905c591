using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Core.Sessions;

/// <summary>Decides what failed sign-ins to record. Pure.</summary>
public static class SignInDecider
{
    /// <summary>The failed sign-ins of a batch, in order.</summary>
    public static IReadOnlyList<SignInFailed> Decide(ProbeBatch batch, SessionContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        return [.. batch.Events.OfType<SignInRefused>().Select(refused => Decide(refused, batch.Session, context))];
    }

    private static SignInFailed Decide(SignInRefused refused, SessionKey connection, SessionContext context) => new(
        context.Clock.ToWallTime(refused.At),
        SessionId.Derive(context.Clock, connection),
        context.Host,
        connection.Pid,
        context.Clock.ToWallTime(connection.StartedAt),
        refused.Client,
        refused.Server,
        refused.User,
        refused.UserIsKnown,
        // Guessed names are many, and asking a directory for each would be slow.
        refused.UserIsKnown ? context.Accounts.UserId(refused.User) : null,
        refused.Method,
        refused.Reason,
        refused.Key);
}
