using System.Text;

namespace Akka.Util;

/// <summary>The names of unnamed actors: <c>$a</c>, <c>$b</c>, ... with six bits per character.</summary>
internal static class Base64Encoding
{
    private const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    internal static string Name(long number, string prefix = "$")
    {
        var builder = new StringBuilder(prefix);
        do
        {
            builder.Append(Characters[(int)(number & 63)]);
            number >>= 6;
        }
        while (number != 0);
        return builder.ToString();
    }
}
