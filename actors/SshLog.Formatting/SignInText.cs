using System.Text.Json;
using SshLog.Core.Probe;

namespace SshLog.Formatting;

/// <summary>How somebody signed in, or why not, in words and in JSON.</summary>
public static class SignInText
{
    /// <summary>The reason's name for machines.</summary>
    public static string Name(SignInFailure reason) => Describe(reason).Replace(' ', '-');

    /// <summary>The reason for people.</summary>
    public static string Describe(SignInFailure reason) => reason switch
    {
        SignInFailure.UnknownUser => "unknown user",
        SignInFailure.WrongPassword => "wrong password",
        SignInFailure.KeyRefused => "key refused",
        SignInFailure.BadSignature => "bad signature",
        SignInFailure.WrongAnswer => "wrong answer",
        SignInFailure.AccountRefused => "account refused",
        SignInFailure.NotCompleted => "not completed",
        _ => "reason unknown",
    };

    /// <summary>Method and key; null where there is none.</summary>
    public static void WriteMethod(Utf8JsonWriter json, string method, SignInKey? key)
    {
        json.WriteString("method", method.Length == 0 ? null : method);
        json.WriteString("key_type", key?.Type);
        json.WriteString("key_fingerprint", key?.Fingerprint);
        json.WriteString("certificate_id", key?.Certificate?.Id);
        if (key?.Certificate is { } certificate)
            json.WriteNumber("certificate_serial", certificate.Serial);
        else
            json.WriteNull("certificate_serial");
        json.WriteString("certificate_authority", key?.Certificate?.Authority);
    }
}
