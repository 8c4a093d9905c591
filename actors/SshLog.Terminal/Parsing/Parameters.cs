using System.Globalization;
using System.Text;

namespace SshLog.Terminal.Parsing;

/// <summary>The numbers of a control sequence, with sub-parameters after colons. Holds 32 of each; more are dropped.</summary>
internal sealed class Parameters
{
    public const int Most = 32;

    private readonly int[] _values = new int[Most];
    private readonly int[] _subValues = new int[Most];
    private readonly byte[] _subStart = new byte[Most];
    private readonly byte[] _subEnd = new byte[Most];
    private int _subCount;
    private bool _rejectDigits;
    private bool _rejectSubDigits;
    private bool _digitIsSub;

    public Parameters() => Reset();

    /// <summary>At least 1: without any there is one of value 0.</summary>
    public int Count { get; private set; }

    public int this[int index] => index < Count ? _values[index] : 0;

    /// <summary>The first one, or 1 when it is 0 or missing.</summary>
    public int FirstOr1 => Math.Max(1, _values[0]);

    public ReadOnlySpan<int> SubValues(int index) => _subValues.AsSpan(_subStart[index].._subEnd[index]);

    public void Reset()
    {
        (Count, _subCount) = (0, 0);
        (_rejectDigits, _rejectSubDigits, _digitIsSub) = (false, false, false);
        Add();
    }

    /// <summary>Begins the next parameter.</summary>
    public void Add()
    {
        _digitIsSub = false;
        if (Count == Most)
        {
            _rejectDigits = true;
            return;
        }

        _subStart[Count] = _subEnd[Count] = (byte)_subCount;
        _values[Count++] = 0;
    }

    /// <summary>Begins a sub-parameter of the present one; -1 until it has digits.</summary>
    public void AddSub()
    {
        _digitIsSub = true;
        if (_rejectDigits || _subCount == Most)
        {
            _rejectSubDigits = true;
            return;
        }

        _subValues[_subCount++] = -1;
        _subEnd[Count - 1]++;
    }

    public void AddDigit(int digit)
    {
        if (_rejectDigits || (_digitIsSub && (_rejectSubDigits || _subCount == 0)))
            return;
        ref var value = ref _digitIsSub ? ref _subValues[_subCount - 1] : ref _values[Count - 1];
        value = value < 0 ? digit : (int)Math.Min(int.MaxValue, ((long)value * 10) + digit);
    }

    /// <summary>As they are written in a sequence.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            if (i > 0)
                text.Append(';');
            if (_values[i] != 0)
                text.Append(CultureInfo.InvariantCulture, $"{_values[i]}");
            foreach (var sub in SubValues(i))
            {
                text.Append(':');
                if (sub >= 0)
                    text.Append(CultureInfo.InvariantCulture, $"{sub}");
            }
        }

        // What follows is of one too many.
        return text.Append(_rejectDigits ? ";" : string.Empty).Append(_rejectSubDigits && _digitIsSub ? ":" : string.Empty).ToString();
    }

    public void Save(StateWriter writer)
    {
        writer.Write(Count);
        for (var i = 0; i < Count; i++)
        {
            writer.Write(_values[i]);
            writer.Write(_subEnd[i] - _subStart[i]);
        }

        for (var i = 0; i < _subCount; i++)
            writer.Write(_subValues[i] + 1L);
        writer.Write((_rejectDigits ? 1 : 0) | (_rejectSubDigits ? 2 : 0) | (_digitIsSub ? 4 : 0));
    }

    public void Load(ref StateReader reader)
    {
        Count = reader.ReadInt(1, Most);
        _subCount = 0;
        for (var i = 0; i < Count; i++)
        {
            _values[i] = reader.ReadInt(0, int.MaxValue);
            _subStart[i] = (byte)_subCount;
            _subCount += reader.ReadInt(0, Most - _subCount);
            _subEnd[i] = (byte)_subCount;
        }

        for (var i = 0; i < _subCount; i++)
            _subValues[i] = (int)(reader.ReadLong(0, 1L + int.MaxValue) - 1);
        var flags = reader.ReadInt(0, 7);
        (_rejectDigits, _rejectSubDigits, _digitIsSub) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
    }
}
