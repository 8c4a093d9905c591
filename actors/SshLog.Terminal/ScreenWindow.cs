namespace SshLog.Terminal;

/// <summary>A part of a screen, and where on another terminal it is to appear. All counted from 0.</summary>
/// <param name="Row">Its first line.</param>
/// <param name="Column">Its first column.</param>
/// <param name="Height">Its lines; those that the screen does not have are left out.</param>
/// <param name="Width">Its columns.</param>
/// <param name="AtRow">The line where it appears.</param>
/// <param name="AtColumn">The column where it appears.</param>
public readonly record struct ScreenWindow(int Row, int Column, int Height, int Width, int AtRow = 0, int AtColumn = 0);
