namespace Akka.Util;

/// <summary>A value that may be absent.</summary>
public readonly struct Option<T> : IEquatable<Option<T>>
{
    private readonly T _value;

    /// <summary>Wraps a value; null counts as absent.</summary>
    public Option(T value)
    {
        _value = value;
        HasValue = value is not null;
    }

    /// <summary>The absent value.</summary>
    public static Option<T> None => default;

    /// <summary>Whether a value is present.</summary>
    public bool HasValue { get; }

    /// <summary>Whether the value is absent.</summary>
    public bool IsEmpty => !HasValue;

    /// <summary>The value, or the type's default when absent.</summary>
    public T Value => _value;

    /// <summary>Wraps a value; null counts as absent.</summary>
    public static Option<T> Create(T value) => new(value);

    /// <summary>The value, or the given one when absent.</summary>
    public T GetOrElse(T fallback) => HasValue ? _value : fallback;

    /// <summary>Wraps a value; null counts as absent.</summary>
    public static implicit operator Option<T>(T value) => new(value);

    /// <summary>Whether both are absent or hold equal values.</summary>
    public static bool operator ==(Option<T> left, Option<T> right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Option<T> left, Option<T> right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Option<T> other) =>
        HasValue == other.HasValue && EqualityComparer<T>.Default.Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Option<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HasValue ? _value!.GetHashCode() : 0;

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Some<{_value}>" : "None";
}
