using Akka.Actor;
using Akka.Event;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Changes what the daemon logs until it is started again; for administrators. Of the palette alone: it has no wire format.</summary>
/// <param name="Level">debug, info, warning or error.</param>
internal sealed record ChangeLogLevel(string Level) : GatewayProtocol.IRequest;

/// <summary>It was done.</summary>
internal sealed record LogLevelChanged : GatewayProtocol.IReply;

/// <summary>Answers <see cref="ChangeLogLevel"/>.</summary>
internal static class LogLevelRequests
{
    public static GatewayProtocol.IReply Change(GatewayServices services, ActorSystem system, ChangeLogLevel change)
    {
        var engine = change.Level switch
        {
            "debug" => LogLevel.DebugLevel,
            "info" => LogLevel.InfoLevel,
            "warning" => LogLevel.WarningLevel,
            "error" => LogLevel.ErrorLevel,
            _ => (LogLevel?)null,
        };
        if (engine is not { } level)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, "The level is debug, info, warning or error.");
        if (services.LogLevel is not { } set)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "This daemon's log cannot be changed.");
        set(change.Level);
        system.EventStream.SetLogLevel(level);
        return new LogLevelChanged();
    }
}
