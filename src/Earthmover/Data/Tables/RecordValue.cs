using System.Globalization;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Tables;

/// <summary>Values of a column as values of a property.</summary>
internal static class RecordValue
{
    /// <summary>What makes a property's value of a column's, which is not missing.</summary>
    /// <param name="field">The column.</param>
    /// <param name="column">The property.</param>
    /// <exception cref="UserException">The property cannot take what the column holds.</exception>
    public static Func<double, object?> Of(TableField field, RecordColumn column)
    {
        var type = column.Type;
        if (!column.IsKnown)
            throw new UserException($"{column.Place} is of type {column.TypeName}, which no table holds; mark the property [NotMapped]");
        if (type == typeof(string))
            return value => field.Print(value);
        if (field.Kind == FieldKind.Boolean && type == typeof(bool))
            return value => value == 1;
        if (field.Kind == FieldKind.Time)
            return Moment(field, type) ?? throw Unfit(field, column, "times; make it DateTime");
        if (field.IsDiscrete || field.Kind == FieldKind.Constant)
        {
            object?[] levels = [.. field.Levels.Select(level => Parsed(level, field, column))];
            return field.Kind == FieldKind.Constant ? _ => levels[0] : value => levels[(int)value];
        }
        var isNumber = type.IsPrimitive && type != typeof(bool) && type != typeof(char);
        if (!isNumber && type != typeof(decimal) && type != typeof(Half))
            throw Unfit(field, column, "numbers; make it double");
        if (field.Kind == FieldKind.Number && type != typeof(double) && type != typeof(float) && type != typeof(decimal)
            && type != typeof(Half))
            throw Unfit(field, column, "numbers with decimals; make it double or decimal");
        return type == typeof(double) && field.Kind != FieldKind.Identifier ? value => field.Round(value)
            : value => Parsed(field.Print(value), field, column);
    }

    private static Func<double, object?>? Moment(TableField field, Type type)
    {
        DateTime At(double seconds) => TimeFormat.Moment(field.Print(seconds), field.Format!)!.Value;
        return type == typeof(DateTime) ? seconds => At(seconds)
            : type == typeof(DateTimeOffset) ? seconds => new DateTimeOffset(At(seconds), TimeSpan.Zero)
            : type == typeof(DateOnly) ? seconds => DateOnly.FromDateTime(At(seconds))
            : type == typeof(TimeOnly) ? seconds => TimeOnly.FromDateTime(At(seconds))
            : null;
    }

    private static object? Parsed(string text, TableField field, RecordColumn column)
    {
        if (column.TakesNull && TableColumn.IsGap(text))
            return null;
        try
        {
            return column.Type.IsEnum ? Enum.Parse(column.Type, text)
                : column.Type == typeof(Half) ? Half.Parse(text, CultureInfo.InvariantCulture)
                : column.Type == typeof(decimal) ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
                : column.Type == typeof(DateOnly) ? DateOnly.Parse(text, CultureInfo.InvariantCulture)
                : column.Type == typeof(TimeOnly) ? TimeOnly.Parse(text, CultureInfo.InvariantCulture)
                : column.Type == typeof(DateTimeOffset) ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
                : Convert.ChangeType(text, column.Type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw Unfit(field, column, $"'{Printable.Of(text)}', which that cannot be; make it string");
        }
    }

    private static UserException Unfit(TableField field, RecordColumn column, string what) =>
        new($"{column.Place} is {column.TypeName}, and column {field.Name} holds {what}");
}
