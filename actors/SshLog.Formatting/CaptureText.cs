using System.Text;
using System.Text.Json;
using SshLog.Core.Events;
using SshLog.Core.Probe;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>Lines and JSON of the events about channels' purposes, transfers, forwards and privileges.</summary>
internal static class CaptureText
{
    private const uint Permissions = 0xfff;

    /// <summary>The prefix of a command that runs as another user than the one who signed in.</summary>
    public static string As(string effectiveUser) =>
        effectiveUser.Length == 0 ? string.Empty : $"as {SafeText.Escape(effectiveUser)} ";

    /// <summary>What happened, safe to print.</summary>
    public static string Line(SessionEvent fact) => fact switch
    {
        ChannelRequested e => $"channel {e.Channel} {Name(e.Request)}"
            + (e.Command.Length == 0 ? string.Empty : " " + SafeText.Escape(e.Command))
            + (e.Term.Length == 0 ? string.Empty : " TERM " + SafeText.Escape(e.Term)),
        OutputLeftOut e => $"channel {e.Channel} {e.Bytes} bytes {LossText.WhyLeftOut(e)}",
        PrivilegeChanged e => $"pid {e.Pid} became {SafeText.Escape(e.EffectiveUser)}",
        InputRecorded e => $"channel {e.Channel} {e.Bytes.Length} bytes typed"
            + (e.HiddenBytes == 0 ? string.Empty : $", {e.HiddenBytes} without echo"),
        FileTransferred e => $"{Verb(e)} {SafeText.Escape(e.Path)}{Details(e)}",
        ForwardOpened e => ForwardText.Line(e),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, "has no line here"),
    };

    /// <summary>The event's own members.</summary>
    public static void Write(Utf8JsonWriter json, SessionEvent fact, SessionFacts facts)
    {
        switch (fact)
        {
            case ChannelRequested e:
                json.WriteNumber("channel", e.Channel);
                json.WriteString("request", Name(e.Request));
                json.WriteString("command", e.Command);
                json.WriteString("term", e.Term);
                break;
            case OutputLeftOut e:
                json.WriteNumber("channel", e.Channel);
                json.WriteString("stream", e.Stream == ChannelStream.Error ? "error" : "output");
                json.WriteNumber("offset", e.Offset);
                json.WriteNumber("bytes", e.Bytes);
                json.WriteBoolean("no_room", e.NoRoom);
                break;
            case PrivilegeChanged e:
                json.WriteNumber("pid", e.Pid);
                json.WriteString("cause", e.ByExec ? "exec" : "setuid");
                json.WriteNumber("uid_before", e.UidBefore);
                json.WriteNumber("euid_before", e.EffectiveUidBefore);
                json.WriteNumber("uid", e.Uid);
                json.WriteNumber("euid", e.EffectiveUid);
                json.WriteString("effective_user", e.EffectiveUser);
                break;
            case InputRecorded e:
                json.WriteNumber("channel", e.Channel);
                json.WriteString("input_data", Encoding.UTF8.GetString(e.Bytes.Span));
                json.WriteNumber("data_len", e.Bytes.Length);
                json.WriteNumber("hidden_bytes", e.HiddenBytes);
                break;
            case ForwardOpened e:
                ForwardText.Write(json, e);
                break;
            case FileTransferred e:
                WriteFile(json, e, facts);
                break;
        }
    }

    private static void WriteFile(Utf8JsonWriter json, FileTransferred e, SessionFacts facts)
    {
        json.WriteNumber("tty_id", facts.Tty ?? EventJson.Unknown);
        json.WriteString("target_path", e.Path);
        json.WriteString("file_mode", Convert.ToString(e.Mode & Permissions, 8).PadLeft(4, '0'));
        json.WriteNumber("bytes", e.Bytes);
        json.WriteString("result", Name(e.Result));
        json.WriteNumber("error", e.Error);
        json.WriteString("renamed_from", e.RenamedFrom);
        json.WriteString("protocol", Name(e.Protocol));
        json.WriteNumber("files", e.Files);
        json.WriteNumber("pid", e.Pid);
    }

    private static string Verb(FileTransferred e) => e.Direction switch
    {
        TransferDirection.Upload => "uploaded file",
        TransferDirection.Download => "downloaded file",
        _ => "renamed file",
    };

    private static string Details(FileTransferred e)
    {
        List<string> details = [];
        if (e.Files > 1)
            details.Add($"{e.Files} files");
        if (e.Direction != TransferDirection.Rename)
            details.Add($"{e.Bytes} bytes");
        if (e.RenamedFrom.Length > 0)
            details.Add("was " + SafeText.Escape(e.RenamedFrom));
        if (e.Result != TransferResult.Completed)
            details.Add(Name(e.Result) + (e.Error == 0 ? string.Empty : $", errno {e.Error}"));
        return $" ({string.Join(", ", details)})";
    }

    private static string Name(ChannelRequest request) => request switch
    {
        ChannelRequest.Shell => "shell",
        ChannelRequest.Subsystem => "subsystem",
        _ => "exec",
    };

    private static string Name(TransferResult result) => result switch
    {
        TransferResult.Completed => "completed",
        TransferResult.Aborted => "aborted",
        TransferResult.Denied => "denied",
        _ => "failed",
    };

    private static string Name(TransferProtocol protocol) => protocol switch
    {
        TransferProtocol.Scp => "scp",
        TransferProtocol.Sftp => "sftp",
        TransferProtocol.Rsync => "rsync",
        _ => "unknown",
    };
}
