using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>How far a sign-in has come: what is known of it until it succeeds or the connection ends. Holds no secret.</summary>
internal sealed record SignInProgress
{
    /// <summary>The name as the client gave it; null before.</summary>
    public string? User { get; init; }

    /// <summary>False if sshd does not know or does not allow this user.</summary>
    public bool UserIsKnown { get; init; }

    /// <summary>True once an attempt was refused.</summary>
    public bool HasTried { get; init; }

    /// <summary>Methods that have succeeded.</summary>
    public IReadOnlyList<string> Passed { get; init; } = [];

    /// <summary>The method that was asked for and not answered yet.</summary>
    public string? Pending { get; init; }

    /// <summary>keyboard-interactive: true once PAM is content; null before an answer.</summary>
    public bool? Answered { get; init; }

    /// <summary>publickey or hostbased: what <see cref="Key"/> was asked for.</summary>
    public string KeyMethod { get; init; } = SignInDialogue.PublicKey;

    /// <summary>The key that was asked for last.</summary>
    public SignInKey? Key { get; init; }

    /// <summary>The key that was accepted.</summary>
    public SignInKey? AcceptedKey { get; init; }

    /// <summary>As bytes that <see cref="Read"/> reads; without its keys if it is longer with them, null if it is still too long.</summary>
    public byte[]? ToBytes(int limit)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, SignInJson.Relaxed.SignInProgress);
        if (bytes.Length <= limit)
            return bytes;
        return Key is null && AcceptedKey is null ? null : (this with { Key = null, AcceptedKey = null }).ToBytes(limit);
    }

    /// <summary>Null if these are no such bytes.</summary>
    public static SignInProgress? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, SignInJson.Relaxed.SignInProgress);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(SignInProgress))]
internal sealed partial class SignInJson : JsonSerializerContext
{
    /// <summary>Writes letters of any language as they are, in fewer bytes.</summary>
    public static readonly SignInJson Relaxed = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
