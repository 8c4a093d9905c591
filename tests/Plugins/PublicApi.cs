using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SshLog.Plugins.Tests;

/// <summary>Writes what a plug-in can be compiled against, a line a member, in an order that depends on nothing else.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext _nullability = new();

    public static string Describe(params IEnumerable<Type> types) => string.Join(
        '\n',
        types.Where(t => t.IsVisible).OrderBy(t => t.FullName, StringComparer.Ordinal)
            .SelectMany(t => Members(t).Order(StringComparer.Ordinal).Select(m => "  " + m).Prepend(Header(t)))) + "\n";

    private static string Header(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        var nature = type is { IsAbstract: true, IsSealed: true } ? "static "
            : type is { IsAbstract: true, IsInterface: false } ? "abstract "
            : type is { IsSealed: true, IsValueType: false } ? "sealed " : string.Empty;
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var above = type.GetInterfaces().Except(type.IsEnum ? type.GetInterfaces() : inherited).Select(t => Name(t)).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            above = above.Prepend(Name(parent)).Order(StringComparer.Ordinal);
        var list = string.Join(", ", above);
        return $"{nature}{kind} {Name(type)}{(list.Length > 0 ? " : " + list : string.Empty)}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (var field in type.GetFields(Declared).Where(f => (f.IsPublic || f.IsFamily) && !f.IsSpecialName))
        {
            var value = field.IsLiteral
                ? " = " + Value(field.GetRawConstantValue())
                : string.Empty;
            yield return $"{Static(field.IsStatic)}{Name(field.FieldType, _nullability.Create(field))} {field.Name}{value}";
        }

        foreach (var constructor in type.GetConstructors(Declared).Where(c => Visible(c) && !IsMade(c)))
            yield return $"new({Parameters(constructor)})";
        foreach (var property in type.GetProperties(Declared).Where(p => !IsMade(p) && p.GetAccessors(nonPublic: true).Any(Visible)))
            yield return Property(property);
        foreach (var method in type.GetMethods(Declared).Where(m => Visible(m) && !IsMade(m) && !IsAccessor(m)))
        {
            var generic = method.IsGenericMethod
                ? "<" + string.Join(", ", method.GetGenericArguments().Select(a => a.Name)) + ">" : string.Empty;
            var form = method is { IsAbstract: true } && !type.IsInterface ? "abstract " : Static(method.IsStatic);
            yield return $"{form}{Name(method.ReturnType, _nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})";
        }
    }

    private static string Property(PropertyInfo property)
    {
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : string.Empty;
        var get = property.GetMethod is { } getter && Visible(getter) ? " get;" : string.Empty;
        var set = property.SetMethod is { } setter && Visible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : string.Empty;
        var isStatic = property.GetAccessors(nonPublic: true)[0].IsStatic;
        return $"{required}{Static(isStatic)}{Name(property.PropertyType, _nullability.Create(property))} {property.Name} {{{get}{set} }}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{(p.IsOut ? "out " : string.Empty)}{Name(p.ParameterType, _nullability.Create(p))} {p.Name}"
        + (p.HasDefaultValue ? " = " + Value(p.DefaultValue) : string.Empty)));

    private static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool Visible(MethodBase member) => member.IsPublic || member.IsFamily || member.IsFamilyOrAssembly;

    // Equality, printing and taking apart follow from a record's constructor and properties.
    private static bool IsMade(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal));

    private static string Static(bool isStatic) => isStatic ? "static " : string.Empty;

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        var mark = nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType ? "?" : string.Empty;
        if (type.IsByRef)
            return Name(type.GetElementType()!, nullability);
        if (type.IsArray)
            return Name(type.GetElementType()!, nullability?.ElementType) + "[]" + mark;
        if (type.IsGenericParameter)
            return type.Name + mark;
        var name = (type.DeclaringType is { } outer ? Name(outer) + "." : type.Namespace + ".") + type.Name.Split('`')[0];
        var arguments = type.GetGenericArguments();
        return arguments.Length == 0
            ? name + mark
            : $"{name}<{string.Join(", ", arguments.Select((a, i) => Name(a, nullability?.GenericTypeArguments.ElementAtOrDefault(i))))}>{mark}";
    }
}
