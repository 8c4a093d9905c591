namespace SshLog.Cli;

/// <summary>Exit statuses, stable for scripts (sysexits.h).</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>EX_USAGE: the command line makes no sense, or a session name is ambiguous, or which of its channels is meant.</summary>
    public const int Usage = 64;

    /// <summary>EX_DATAERR: what the daemon sent or stored cannot be read.</summary>
    public const int Data = 65;

    /// <summary>EX_NOINPUT: no such session or channel.</summary>
    public const int NoInput = 66;

    /// <summary>EX_UNAVAILABLE: the daemon is not running.</summary>
    public const int Unavailable = 69;

    /// <summary>EX_SOFTWARE: a defect.</summary>
    public const int Internal = 70;

    /// <summary>EX_IOERR: the connection or the output failed.</summary>
    public const int InputOutput = 74;

    /// <summary>EX_TEMPFAIL: try again later.</summary>
    public const int TryAgain = 75;

    /// <summary>EX_PROTOCOL: command and daemon are of different versions.</summary>
    public const int Protocol = 76;

    /// <summary>EX_NOPERM: not allowed.</summary>
    public const int NoPermission = 77;

    /// <summary>EX_CONFIG: the configuration has mistakes.</summary>
    public const int Configuration = 78;

    /// <summary>A signal ended the command, as a shell reports it.</summary>
    public static int Signalled(int signal) => 128 + signal;
}
