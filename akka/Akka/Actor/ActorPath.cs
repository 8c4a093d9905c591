using System.Globalization;
using System.Text;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The name of an actor: its address and the names of its ancestors. Equality ignores the incarnation.</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>, ISurrogated
{
    internal const long UndefinedUid = 0;
    private const string ValidSymbols = "\"-_.*$+:@&=,!~';()";
    private string? _text;
    private int _hash;

    internal ActorPath(Address address, string name, long uid)
    {
        Address = address;
        Name = name;
        Uid = uid;
    }

    /// <summary>The address of the actor system.</summary>
    public Address Address { get; }

    /// <summary>The last element.</summary>
    public string Name { get; }

    /// <summary>The incarnation, or 0 when it does not matter.</summary>
    public long Uid { get; }

    /// <summary>The path of the parent; a root is its own parent.</summary>
    public abstract ActorPath Parent { get; }

    /// <summary>The root of this path.</summary>
    public abstract ActorPath Root { get; }

    /// <summary>The names from below the root downwards.</summary>
    public abstract IReadOnlyList<string> Elements { get; }

    internal int Depth { get; private protected init; }

    /// <summary>The same path with another incarnation number.</summary>
    public abstract ActorPath WithUid(long uid);

    /// <summary>The path of a child.</summary>
    public ActorPath Child(string childName) => this / childName;

    /// <summary>The path of a child; the name may carry <c>#uid</c>.</summary>
    public static ActorPath operator /(ActorPath path, string name)
    {
        var hash = name.IndexOf('#');
        return hash < 0
            ? new ChildActorPath(path, name, UndefinedUid)
            : new ChildActorPath(path, name[..hash], ParseUid(name.AsSpan(hash + 1)));
    }

    /// <summary>The path of a descendant.</summary>
    public static ActorPath operator /(ActorPath path, IEnumerable<string> names) =>
        names.Where(name => name.Length > 0).Aggregate(path, (parent, name) => parent / name);

    /// <summary>Reads an absolute path with its address.</summary>
    /// <exception cref="UriFormatException">The text is not an actor path.</exception>
    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    /// <summary>Reads an absolute path with its address.</summary>
    public static bool TryParse(string path, out ActorPath actorPath)
    {
        actorPath = null!;
        if (!Address.TryParse(path, out var address, out var rest)) return false;
        long uid = UndefinedUid;
        var hash = rest.LastIndexOf('#');
        if (hash >= 0)
        {
            if (!long.TryParse(rest[(hash + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out uid))
                return false;
            rest = rest[..hash];
        }

        ActorPath current = new RootActorPath(address);
        foreach (var range in rest.Split('/'))
        {
            var name = rest[range];
            if (!name.IsEmpty) current = new ChildActorPath(current, name.ToString(), UndefinedUid);
        }

        actorPath = uid == UndefinedUid ? current : current.WithUid(uid);
        return true;
    }

    /// <summary>Whether a name may stand in a path (RFC 2396 characters, not beginning with <c>$</c>).</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$') return false;
        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c)) continue;
            if (c != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2]))
                return false;
            i += 2;
        }

        return true;
    }

    /// <summary>The path with its own address.</summary>
    public string ToStringWithAddress() => ToString();

    /// <summary>The path with the given address, unless it already has one that holds everywhere.</summary>
    public string ToStringWithAddress(Address address) =>
        Address.HasGlobalScope ? ToString() : address + ToStringWithoutAddress();

    /// <summary>The path from the root, without the address.</summary>
    public string ToStringWithoutAddress()
    {
        if (Depth == 0) return "/";
        var builder = new StringBuilder();
        foreach (var element in Elements) builder.Append('/').Append(element);
        return builder.ToString();
    }

    /// <summary>The path with address and incarnation, as it is serialized.</summary>
    public string ToSerializationFormat() => AppendUid(ToString());

    /// <summary>The path with the given address and incarnation, as it is serialized for another system.</summary>
    public string ToSerializationFormatWithAddress(Address address) => AppendUid(ToStringWithAddress(address));

    /// <inheritdoc/>
    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Depth != other.Depth || GetHashCode() != other.GetHashCode()) return false;
        ActorPath left = this, right = other;
        while (left.Depth > 0)
        {
            if (ReferenceEquals(left, right)) return true;
            if (left.Name != right.Name) return false;
            left = left.Parent;
            right = right.Parent;
        }

        return left.Address.Equals(right.Address);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash != 0) return _hash;
        var hash = Depth == 0 ? Address.GetHashCode() : HashCode.Combine(Parent.GetHashCode(), Name);
        return _hash = hash == 0 ? 1 : hash;
    }

    /// <inheritdoc/>
    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    /// <summary>Whether both name the same actor.</summary>
    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    /// <summary>Whether they name different actors.</summary>
    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    /// <inheritdoc/>
    public override string ToString() => _text ??= Address + ToStringWithoutAddress();

    /// <inheritdoc/>
    public ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(ToSerializationFormat());

    private static long ParseUid(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var uid)
            ? uid
            : throw new UriFormatException($"Not an incarnation number: [{text}]");

    private string AppendUid(string path) => Uid == UndefinedUid
        ? path
        : string.Create(CultureInfo.InvariantCulture, $"{path}#{Uid}");

    /// <summary>A path as text.</summary>
    public sealed record Surrogate(string Path) : ISurrogate
    {
        /// <inheritdoc/>
        public ISurrogated FromSurrogate(ActorSystem system) => Parse(Path);
    }
}

/// <summary>The root of an actor system's paths.</summary>
public sealed class RootActorPath(Address address, string name = "/") : ActorPath(address, name, UndefinedUid)
{
    /// <inheritdoc/>
    public override ActorPath Parent => this;

    /// <inheritdoc/>
    public override ActorPath Root => this;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Elements => [];

    /// <inheritdoc/>
    public override ActorPath WithUid(long uid) => uid == UndefinedUid
        ? this
        : throw new NotSupportedException("A root path has no incarnation.");
}

/// <summary>A path below another.</summary>
public sealed class ChildActorPath : ActorPath
{
    private string[]? _elements;

    /// <summary>Names a child of <paramref name="parentPath"/>.</summary>
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(parentPath.Address, name, uid)
    {
        Parent = parentPath;
        Depth = parentPath.Depth + 1;
    }

    /// <inheritdoc/>
    public override ActorPath Parent { get; }

    /// <inheritdoc/>
    public override ActorPath Root
    {
        get
        {
            ActorPath path = this;
            while (path.Depth > 0) path = path.Parent;
            return path;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Elements
    {
        get
        {
            if (_elements is not null) return _elements;
            var elements = new string[Depth];
            for (ActorPath path = this; path.Depth > 0; path = path.Parent) elements[path.Depth - 1] = path.Name;
            return _elements = elements;
        }
    }

    /// <inheritdoc/>
    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
