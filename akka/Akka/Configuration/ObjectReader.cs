using System.Collections;
using System.Globalization;
using Hocon;

namespace Akka.Configuration;

/// <summary>Turns an object's public properties, dictionaries and lists into a HOCON tree.</summary>
internal static class ObjectReader
{
    public static HoconNode Read(object? source) => source switch
    {
        null => HoconNode.Null(default),
        string text => HoconNode.Literal(text, quoted: true, default),
        bool flag => HoconNode.Literal(flag ? "true" : "false", quoted: false, default),
        TimeSpan span => HoconNode.Literal(
            string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds} ms"), quoted: false, default),
        IDictionary map => Fields(map.Keys.Cast<object>().Select(key => (key.ToString()!, map[key]))),
        IEnumerable list => HoconNode.Array([.. list.Cast<object?>().Select(Read)], default),
        IFormattable value when source.GetType().IsPrimitive || source is decimal or Enum =>
            HoconNode.Literal(value.ToString(null, CultureInfo.InvariantCulture), quoted: false, default),
        _ => Fields(source.GetType().GetProperties()
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
            .Select(property => (property.Name, property.GetValue(source)))),
    };

    private static HoconNode Fields(IEnumerable<(string Key, object? Value)> fields) =>
        HoconNode.Object(fields.ToDictionary(field => field.Key, field => Read(field.Value)), default);
}
