namespace SshLog.Daemon;

/// <summary>Exit codes of sysexits.h.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Usage = 64;
    public const int Unavailable = 69;
    public const int Software = 70;
    public const int CantCreate = 73;
    public const int InputOutput = 74;
    public const int TempFail = 75;
    public const int NoPermission = 77;
    public const int Configuration = 78;
}
