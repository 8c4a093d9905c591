namespace Hocon;

/// <summary>A value as written, before substitutions are resolved.</summary>
internal abstract class Draft(HoconOrigin origin)
{
    public HoconOrigin Origin { get; } = origin;

    /// <summary>True while this value is being resolved: meeting it again is a cycle.</summary>
    public bool Busy { get; set; }

    public bool Done { get; set; }

    /// <summary>The result once <see cref="Done"/>; null where all of it was optional and undefined.</summary>
    public HoconNode? Result { get; set; }

    /// <summary>True if a substitution stands anywhere inside.</summary>
    public abstract bool Depends { get; }
}

internal sealed class DraftLeaf(HoconNode node, bool blank = false) : Draft(node.Origin)
{
    public HoconNode Node { get; } = node;

    /// <summary>True for white space between the pieces of a concatenation.</summary>
    public bool Blank { get; } = blank;

    public override bool Depends => false;
}

internal sealed class DraftArray(List<Draft> items, HoconOrigin origin) : Draft(origin)
{
    public List<Draft> Items { get; } = items;

    public override bool Depends => Items.Exists(item => item.Depends);
}

internal sealed class DraftSubstitution(IReadOnlyList<string> path, IReadOnlyList<string> scope, bool optional,
    HoconOrigin origin) : Draft(origin)
{
    public IReadOnlyList<string> Path { get; } = path;

    /// <summary>Where the including file put this one: tried before the root.</summary>
    public IReadOnlyList<string> Scope { get; } = scope;

    public bool Optional { get; } = optional;

    public override bool Depends => true;
}

internal sealed class DraftConcatenation(List<Draft> parts, HoconOrigin origin, bool appends = false) : Draft(origin)
{
    public List<Draft> Parts { get; } = parts;

    /// <summary>True for <c>+=</c>: the first part is what the key had before.</summary>
    public bool Appends { get; } = appends;

    public override bool Depends => Parts.Exists(part => part.Depends);
}

/// <summary>Values given to one key one after the other, where the later ones may need the earlier ones.</summary>
internal sealed class DraftStack(List<Draft> layers, HoconOrigin origin) : Draft(origin)
{
    public List<Draft> Layers { get; } = layers;

    /// <summary>The layer that is being resolved while <see cref="Draft.Busy"/>.</summary>
    public int Layer { get; set; }

    public override bool Depends => true;
}

internal sealed class DraftObject(HoconOrigin origin) : Draft(origin)
{
    public Dictionary<string, Draft> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>The opening braces of all that was merged into this object; none where a path alone made it.</summary>
    public List<HoconOrigin> Opened { get; } = [];

    public override bool Depends => Fields.Values.Any(value => value.Depends);

    public void Set(IReadOnlyList<string> path, Draft value)
    {
        for (var i = path.Count - 1; i > 0; i--)
        {
            var parent = new DraftObject(value.Origin);
            parent.Fields[path[i]] = value;
            value = parent;
        }

        Set(path[0], value);
    }

    public void Merge(DraftObject other)
    {
        Opened.AddRange(other.Opened);
        foreach (var (key, value) in other.Fields)
            Set(key, value);
    }

    private void Set(string key, Draft value)
    {
        if (!Fields.TryGetValue(key, out var before))
            Fields[key] = value;
        else if (before is DraftObject under && value is DraftObject over)
            under.Merge(over);
        else if (!value.Depends && (value is not DraftObject || before is DraftLeaf or DraftArray))
            Fields[key] = value;
        else
            Fields[key] = new DraftStack([.. Layers(before), .. Layers(value)], value.Origin);
    }

    private static List<Draft> Layers(Draft draft) => draft is DraftStack stack ? stack.Layers : [draft];
}
