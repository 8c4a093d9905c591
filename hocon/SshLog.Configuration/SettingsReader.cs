using Akka.Configuration;

namespace SshLog.Configuration;

/// <summary>Reads single settings and collects what is wrong with them, so that all of it can be told at once.</summary>
internal sealed class SettingsReader(Config config, string source)
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public string Text(string path) => Read(path, () => config.GetString(path), "a text") ?? string.Empty;

    public string AbsolutePath(string path, bool mayBeEmpty = false)
    {
        var value = Text(path);
        if (value.Length == 0 ? !mayBeEmpty : !Path.IsPathRooted(value))
            Refuse(path, value, "an absolute path");
        return value;
    }

    public int Number(string path, int from, int to)
    {
        var value = Read(path, () => (int?)config.GetInt(path), "a whole number") ?? from;
        if (value < from || value > to)
            Refuse(path, value, $"a whole number from {from} to {to}");
        return value;
    }

    public long Bytes(string path, long from, long to, bool powerOfTwo = false)
    {
        var value = Read(path, () => config.GetByteSize(path), "a size such as 8 MiB") ?? from;
        if (value < from || value > to || (powerOfTwo && !long.IsPow2(value)))
            Refuse(path, value, $"{(powerOfTwo ? "a power of two" : "a size")} from {from} to {to} bytes");
        return value;
    }

    public T OneOf<T>(string path, params (string Name, T Value)[] choices)
    {
        var value = Text(path);
        foreach (var (name, choice) in choices)
        {
            if (string.Equals(name, value, StringComparison.OrdinalIgnoreCase))
                return choice;
        }

        Refuse(path, value, "one of " + string.Join(", ", choices.Select(c => c.Name)));
        return choices[0].Value;
    }

    private T? Read<T>(string path, Func<T?> read, string expected)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ConfigurationException or FormatException or InvalidOperationException or OverflowException)
        {
            _problems.Add($"{source}: {path} must be {expected}: {e.Message}");
            return default;
        }
    }

    private void Refuse(string path, object value, string expected) =>
        _problems.Add($"{source}: {path} = {value} is not possible: it must be {expected}.");
}
