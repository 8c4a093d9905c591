namespace SshLog.Terminal.Screen;

/// <summary>Which mouse events a program has asked for.</summary>
internal enum MouseTracking
{
    None = 0,
    X10 = 9,
    Buttons = 1000,
    Drag = 1002,
    Any = 1003,
}

/// <summary>What programs have switched. All off is a terminal's beginning.</summary>
internal record struct Modes
{
    public bool Insert { get; set; }

    public bool LineFeedReturns { get; set; }

    public bool NoWrap { get; set; }

    public bool Origin { get; set; }

    public bool ReverseWrap { get; set; }

    public bool HiddenCursor { get; set; }

    public bool ApplicationCursorKeys { get; set; }

    public bool ApplicationKeypad { get; set; }

    public bool BracketedPaste { get; set; }

    public bool FocusEvents { get; set; }

    public MouseTracking Mouse { get; set; }

    /// <summary>0, or how mouse events are encoded: 1006 or 1016.</summary>
    public int MouseEncoding { get; set; }

    /// <summary>Parameter of DECSCUSR; 0 for the terminal's own cursor.</summary>
    public int CursorStyle { get; set; }

    /// <summary>What DECSTR puts back.</summary>
    public void ResetSoftly() => this = new Modes
    {
        LineFeedReturns = LineFeedReturns, Mouse = Mouse, MouseEncoding = MouseEncoding,
    };
}
