using System.Globalization;
using System.Text;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// A file that lines are added to: renamed to NAME.1, NAME.2 ... when it has reached its size, opened anew when somebody has
/// renamed or removed it. Readable by root alone.
/// </summary>
/// <param name="path">Absolute path.</param>
/// <param name="maximumBytes">Size at which it is renamed; 0 for never.</param>
/// <param name="files">How many there may be, this one included.</param>
internal sealed class RotatingFile(string path, long maximumBytes, int files) : IDisposable
{
    private FileStream? _stream;

    /// <summary>Adds a text and gives it to the kernel.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var stream = Open();
        if (maximumBytes > 0 && stream.Length > 0 && stream.Length + bytes.Length > maximumBytes)
        {
            Rotate();
            stream = Open();
        }

        stream.Write(bytes);
        stream.Flush();
    }

    public void Dispose() => _stream?.Dispose();

    private FileStream Open()
    {
        // Another length behind the same name is another file.
        if (_stream is not null && new FileInfo(path) is { Exists: true } now && now.Length == _stream.Length)
            return _stream;
        _stream?.Dispose();
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory && !Directory.Exists(directory))
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return _stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private void Rotate()
    {
        _stream?.Dispose();
        _stream = null;
        for (var number = files - 1; number >= 1; number--)
        {
            var from = number == 1 ? path : Numbered(number - 1);
            if (File.Exists(from))
                File.Move(from, Numbered(number), overwrite: true);
        }

        if (files <= 1)
            File.Delete(path);
    }

    private string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");
}
