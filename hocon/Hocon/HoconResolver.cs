using System.Text;

namespace Hocon;

/// <summary>Turns drafts into values: follows substitutions, joins concatenations, merges stacks.</summary>
/// <remarks>
/// A substitution that meets its own key sees the values given to that key before it; one that finds nothing in the
/// document sees the environment.
/// </remarks>
internal sealed class HoconResolver
{
    private readonly DraftObject _root;
    private bool _cycle;

    private HoconResolver(DraftObject root) => _root = root;

    public static HoconNode Resolve(DraftObject root) => new HoconResolver(root).Value(root)!;

    private HoconNode? Value(Draft draft)
    {
        if (draft.Done)
            return draft.Result;
        draft.Busy = true;
        draft.Result = draft switch
        {
            DraftLeaf leaf => leaf.Node,
            DraftArray array => HoconNode.Array([.. array.Items.Select(Value).OfType<HoconNode>()], array.Origin),
            DraftObject map => Fields(map),
            DraftStack stack => Layers(stack, stack.Layers.Count - 1, []),
            DraftConcatenation parts => Concatenation(parts),
            DraftSubstitution substitution => Substitution(substitution),
            _ => throw new InvalidOperationException($"{draft.GetType()} is not a draft that can be resolved."),
        };
        draft.Busy = false;
        draft.Done = true;
        return draft.Result;
    }

    private HoconNode Fields(DraftObject map)
    {
        var fields = new Dictionary<string, HoconNode>(map.Fields.Count, StringComparer.Ordinal);
        foreach (var (key, draft) in map.Fields)
            if (Value(draft) is { } value)
                fields[key] = value;
        return HoconNode.Object(fields, map.Origin, map.Opened);
    }

    private HoconNode? Substitution(DraftSubstitution substitution)
    {
        _cycle = false;
        var found = substitution.Scope.Count > 0
            ? Find(_root, [.. substitution.Scope, .. substitution.Path]) : null;
        found ??= Find(_root, substitution.Path);
        if (found is not null)
            return found;
        var name = string.Join('.', substitution.Path);
        if (Environment.GetEnvironmentVariable(name) is { } variable)
            return HoconNode.Literal(variable, quoted: true, substitution.Origin);
        if (substitution.Optional)
            return null;
        throw new HoconParserException(
            _cycle ? $"${{{name}}} refers to itself" : $"${{{name}}} is not defined", substitution.Origin);
    }

    private HoconNode? Find(Draft from, ReadOnlySpan<string> path)
    {
        if (from is DraftStack stack)
            return InStack(stack, path);
        if (from is DraftObject map && path.Length > 0)
            return map.Fields.TryGetValue(path[0], out var field) ? Find(field, path[1..]) : null;
        if (!from.Busy)
            return Value(from)?.Find(path.ToArray());
        _cycle = true;
        return null;
    }

    private HoconNode? Find(Draft from, IReadOnlyList<string> path) => Find(from, path.ToArray().AsSpan());

    private HoconNode? InStack(DraftStack stack, ReadOnlySpan<string> path)
    {
        if (!stack.Busy)
            return path.IsEmpty ? Value(stack) : Layers(stack, stack.Layers.Count - 1, path);
        // Fields beside the one that asks are visible; the value as a whole is the one before.
        var own = !path.IsEmpty && stack.Layers[stack.Layer] is DraftObject ? stack.Layer : stack.Layer - 1;
        var before = Layers(stack, own, path);
        _cycle |= before is null;
        return before;
    }

    /// <summary>Merges the layers up to <paramref name="top"/>, or what they hold under a path.</summary>
    private HoconNode? Layers(DraftStack stack, int top, ReadOnlySpan<string> path)
    {
        HoconNode? result = null;
        var (wasBusy, wasAt) = (stack.Busy, stack.Layer);
        stack.Busy = true;
        for (var i = top; i >= 0; i--)
        {
            stack.Layer = i;
            var layer = stack.Layers[i];
            var whole = layer is DraftObject && !path.IsEmpty ? HoconNode.Empty : Value(layer);
            var value = layer is DraftObject && !path.IsEmpty ? Find(layer, path) : whole?.Find(path.ToArray());
            if (value is not null)
                result = result?.WithFallback(value) ?? value;
            if (whole is { Kind: not HoconKind.Object } || value is { Kind: not HoconKind.Object })
                break;
        }

        (stack.Busy, stack.Layer) = (wasBusy, wasAt);
        return result;
    }

    private HoconNode? Concatenation(DraftConcatenation concatenation)
    {
        var values = new List<(HoconNode Node, bool Blank)>();
        foreach (var part in concatenation.Parts)
            if (Value(part) is { } value)
                values.Add((value, part is DraftLeaf { Blank: true }));
        var solid = values.FindAll(value => !value.Blank).ConvertAll(value => value.Node);
        if (solid.Count == 0)
            return null;
        if (solid.TrueForAll(node => node.Kind == HoconKind.Array))
        {
            var items = solid.SelectMany(node => node.Items).ToList();
            // With nothing before it in this text, += adds to what another one has.
            return concatenation.Appends && (solid.Count == 1 || solid[0].AddsTo)
                ? HoconNode.Addition(items, concatenation.Origin)
                : HoconNode.Array(items, concatenation.Origin);
        }

        if (solid.TrueForAll(node => node.Kind == HoconKind.Object))
            return solid.Aggregate((under, over) => over.WithFallback(under));
        if (solid.Find(node => node.Kind is HoconKind.Array or HoconKind.Object) is { } odd)
            throw new HoconParserException($"an {odd.Kind} cannot be joined with another kind of value", odd.Origin);
        return Join(values, concatenation.Origin);
    }

    private static HoconNode Join(List<(HoconNode Node, bool Blank)> values, HoconOrigin origin)
    {
        var text = new StringBuilder();
        foreach (var (node, _) in values)
            text.Append(node.Kind == HoconKind.Null ? "null" : node.Text);
        var quoted = values.Exists(value => value.Node.IsQuoted);
        return HoconNode.Literal(text.ToString(), quoted, origin);
    }
}
