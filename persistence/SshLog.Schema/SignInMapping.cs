using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Schema;

/// <summary>The part of <see cref="EventMapping"/> that is about signing in.</summary>
internal static class SignInMapping
{
    public static Wire.SignedIn ToWire(SignedIn e) => new()
    {
        At = e.At.UtcTicks,
        User = e.User,
        Uid = e.Uid,
        Method = e.Method,
        Key = ToWire(e.Key),
    };

    public static SignedIn FromWire(Wire.SignedIn m) =>
        new(EventMapping.Time(m.At), m.User, m.Uid, m.Method, FromWire(m.Key));

    public static Wire.SignInFailed ToWire(SignInFailed e)
    {
        var message = new Wire.SignInFailed
        {
            At = e.At.UtcTicks,
            Connection = e.Connection.Text,
            Host = e.Host,
            MonitorPid = e.MonitorPid,
            ConnectedAt = e.ConnectedAt.UtcTicks,
            Client = EventMapping.ToWire(e.Client),
            Server = EventMapping.ToWire(e.Server),
            User = e.User,
            UserIsKnown = e.UserIsKnown,
            Method = e.Method,
            Reason = (int)e.Reason,
            Key = ToWire(e.Key),
        };
        if (e.Uid is { } uid)
            message.Uid = uid;
        return message;
    }

    public static SignInFailed FromWire(Wire.SignInFailed m) => new(
        EventMapping.Time(m.At),
        SessionId.TryParse(m.Connection, out var connection)
            ? connection
            : throw new ArgumentException("The connection's id is malformed."),
        m.Host,
        m.MonitorPid,
        EventMapping.Time(m.ConnectedAt),
        EventMapping.FromWire(m.Client),
        EventMapping.FromWire(m.Server),
        m.User,
        m.UserIsKnown,
        m.HasUid ? m.Uid : null,
        m.Method,
        (SignInFailure)m.Reason,
        FromWire(m.Key));

    private static Wire.SignInKey? ToWire(SignInKey? key) => key is null ? null : new Wire.SignInKey
    {
        Type = key.Type,
        Fingerprint = key.Fingerprint,
        Certificate = key.Certificate is not { } certificate ? null : new Wire.SignInCertificate
        {
            Id = certificate.Id,
            Serial = certificate.Serial,
            Authority = certificate.Authority,
        },
    };

    private static SignInKey? FromWire(Wire.SignInKey? key) => key is null ? null : new SignInKey(
        key.Type,
        key.Fingerprint,
        key.Certificate is { } certificate
            ? new SignInCertificate(certificate.Id, certificate.Serial, certificate.Authority)
            : null);
}
