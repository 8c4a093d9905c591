using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SshLog.Core.Probe;

/// <summary>The name under which a daemon's probe is pinned: its state directory's path in one word.</summary>
public static class PinName
{
    private const int LongestName = 200;

    /// <summary>A path as one name: like systemd-escape(1), but without dots, which bpffs refuses.</summary>
    public static string Escape(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(path.Trim('/')))
        {
            if (b == '/')
                name.Append('-');
            else if (char.IsAsciiLetterOrDigit((char)b))
                name.Append((char)b);
            else
                name.Append(CultureInfo.InvariantCulture, $"_{b:x2}");
        }

        return name.Length <= LongestName
            ? name.ToString()
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
    }

    /// <summary>The path that was escaped; of a name that is none, a path that does not exist.</summary>
    public static string Unescape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var path = new List<byte> { (byte)'/' };
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '_' && i + 2 < name.Length && byte.TryParse(
                name.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                path.Add(escaped);
                i += 2;
            }
            else
            {
                path.Add((byte)(name[i] == '-' ? '/' : name[i]));
            }
        }

        return Encoding.UTF8.GetString([.. path]);
    }
}
