using System.ComponentModel.DataAnnotations.Schema;
using System.Globalization;
using System.Reflection;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Tables;

/// <summary>A property of a record as a column of a table: how its values are written.</summary>
internal sealed class RecordColumn
{
    private static readonly Type[] s_known =
    [
        typeof(string), typeof(char), typeof(bool), typeof(decimal), typeof(double), typeof(float), typeof(Half),
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly),
    ];

    private RecordColumn(PropertyInfo property)
    {
        Property = property;
        Name = property.GetCustomAttribute<ColumnAttribute>()?.Name ?? property.Name;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        TakesNull = Type != property.PropertyType || (!Type.IsValueType
            && new NullabilityInfoContext().Create(property).ReadState != NullabilityState.NotNull);
    }

    /// <summary>The property.</summary>
    public PropertyInfo Property { get; }

    /// <summary>The column's name: that of the property, or what <see cref="ColumnAttribute"/> says.</summary>
    public string Name { get; }

    /// <summary>What its values are, where they are not missing.</summary>
    public Type Type { get; }

    /// <summary>Whether it may be null, which is a missing value.</summary>
    public bool TakesNull { get; }

    /// <summary>For messages: <c>Person.Age</c>.</summary>
    public string Place => $"{Property.DeclaringType!.Name}.{Property.Name}";

    /// <summary>Whether values of it can stand in a table.</summary>
    public bool IsKnown => Type.IsEnum || s_known.Contains(Type);

    /// <summary>Its type as C# writes it.</summary>
    public string TypeName => Type.Name switch
    {
        "Int32" => "int",
        "Int64" => "long",
        "Boolean" => "bool",
        "Single" => "float",
        _ when Type.IsPrimitive || Type == typeof(string) || Type == typeof(decimal) => Type.Name.ToLowerInvariant(),
        var name => name,
    };

    /// <summary>The properties of a type that are columns: public ones that can be read, but those that are not mapped.</summary>
    /// <param name="type">The type of the rows.</param>
    /// <exception cref="UserException">There is none.</exception>
    public static RecordColumn[] Of(Type type)
    {
        RecordColumn[] columns = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(one => one.GetMethod is { IsPublic: true } && one.GetIndexParameters().Length == 0
                && !one.IsDefined(typeof(NotMappedAttribute)))
            .Select(one => new RecordColumn(one))];
        return columns.Length > 0 ? columns
            : throw new UserException($"{type.Name} has no public property, and properties are the columns; use a record of them");
    }

    /// <summary>How its values are written: of times only as much as there is of them.</summary>
    /// <param name="values">All of them.</param>
    /// <exception cref="UserException">A value cannot stand in a table, by its row.</exception>
    public string?[] Cells(IReadOnlyList<object?> values)
    {
        var format = FormatOf(values);
        var cells = new string?[values.Count];
        for (var row = 0; row < cells.Length; row++)
            cells[row] = values[row] switch
            {
                null or "" => null,
                double d => double.IsNaN(d) ? null : Finite(d, row).ToString("R", CultureInfo.InvariantCulture),
                float f => float.IsNaN(f) ? null : ((float)Finite(f, row)).ToString("R", CultureInfo.InvariantCulture),
                bool b => b ? "true" : "false",
                DateTimeOffset time => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture),
                IFormattable other => other.ToString(format, CultureInfo.InvariantCulture),
                var other => other.ToString(),
            };
        RefuseGaps(cells);
        return cells;
    }

    private double Finite(double value, int row) => double.IsFinite(value) ? value
        : throw new UserException($"row {row + 1} has {Place} = {value.ToString(CultureInfo.InvariantCulture)}, "
            + "which is no number to learn from; leave the row out, or write null");

    private string? FormatOf(IReadOnlyList<object?> values)
    {
        long[] ticks = [.. values.Select(value => value switch
        {
            DateTime time => time.TimeOfDay.Ticks,
            DateTimeOffset time => time.UtcDateTime.TimeOfDay.Ticks,
            _ => 0,
        })];
        var moment = Array.Exists(ticks, t => t % TimeSpan.TicksPerSecond != 0) ? "yyyy-MM-dd'T'HH:mm:ss.fff" : "yyyy-MM-dd'T'HH:mm:ss";
        return Type == typeof(DateTime) ? Array.TrueForAll(ticks, t => t == 0) ? "yyyy-MM-dd" : moment
            : Type == typeof(DateTimeOffset) ? moment + "'Z'"
            : Type == typeof(DateOnly) ? "yyyy-MM-dd"
            : Type == typeof(TimeOnly) ? "HH:mm:ss"
            : null;
    }

    // A text such as NA reads as a gap, and comes back as it is only where nothing else is missing.
    private void RefuseGaps(string?[] cells)
    {
        if (Type != typeof(string) && !Type.IsEnum)
            return;
        var row = Array.FindIndex(cells, cell => cell is not null && TableColumn.IsGap(cell));
        if (row >= 0 && (TakesNull || cells.Any(cell => cell is null || (cell != cells[row] && TableColumn.IsGap(cell)))))
            throw new UserException($"row {row + 1} has {Place} = '{Printable.Of(cells[row]!)}', which reads as a missing value; "
                + "call it otherwise, or make it null");
    }
}
