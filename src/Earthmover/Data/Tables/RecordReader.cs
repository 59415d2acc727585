using System.Globalization;
using System.Reflection;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Tables;

/// <summary>Rows of a table as records: columns and properties are matched by name.</summary>
/// <typeparam name="T">The type of the records.</typeparam>
internal sealed class RecordReader<T>
{
    private readonly ConstructorInfo? _constructor;
    private readonly Func<double[], long, object?>[] _arguments;
    private readonly List<(PropertyInfo Property, Func<double[], long, object?> Value)> _others = [];

    /// <summary>Looks at the columns.</summary>
    /// <param name="code">The table.</param>
    /// <exception cref="UserException">A property has no column, or one whose values it cannot take.</exception>
    public RecordReader(TableCode code)
    {
        var columns = RecordColumn.Of(typeof(T));
        // The one that takes most: of a record its first.
        var fitting = typeof(T).GetConstructors().Where(one => one.GetParameters().All(p => PropertyOf(columns, p) is not null))
            .OrderByDescending(one => one.GetParameters().Length).FirstOrDefault();
        if (fitting is null && !typeof(T).IsValueType)
            throw new UserException($"{typeof(T).Name} has no constructor whose parameters are its properties, nor one without any; "
                + "use a record, or a class with properties that can be set");
        _constructor = fitting;
        var parameters = fitting?.GetParameters() ?? [];
        _arguments = [.. parameters.Select(parameter => ValueOf(code, PropertyOf(columns, parameter)!, parameter)!)];
        foreach (var column in columns)
            if (!parameters.Any(p => PropertyOf(columns, p) == column) && column.Property.SetMethod is { IsPublic: true }
                && ValueOf(code, column, null) is { } value)
                _others.Add((column.Property, value));
        if (_arguments.Length + _others.Count == 0)
            throw new UserException($"no property of {typeof(T).Name} can be set; use a record, or give them init or set");
    }

    /// <summary>A row.</summary>
    /// <param name="values">One for each column.</param>
    /// <param name="number">Its number, by which identifiers are issued.</param>
    public T Read(double[] values, long number)
    {
        var arguments = Array.ConvertAll(_arguments, argument => argument(values, number));
        var made = _constructor?.Invoke(arguments) ?? Activator.CreateInstance<T>()!;
        foreach (var (property, value) in _others)
            property.SetValue(made, value(values, number));
        return (T)made;
    }

    private static RecordColumn? PropertyOf(RecordColumn[] columns, ParameterInfo parameter) => columns.FirstOrDefault(column =>
        column.Property.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase)
        && column.Property.PropertyType == parameter.ParameterType);

    // Null where the property is left as it is.
    private static Func<double[], long, object?>? ValueOf(TableCode code, RecordColumn column, ParameterInfo? parameter)
    {
        if (PlaceOf(code, column.Name) is not { } k)
            return parameter is { HasDefaultValue: true } && DefaultOf(parameter, column) is var usual ? (_, _) => usual
                : column.TakesNull ? (_, _) => null
                : parameter is null ? null
                : throw new UserException($"{column.Place} has no column '{column.Name}' in the table, which has "
                    + $"{string.Join(", ", code.Fields.Select(field => field.Name).Take(20))}{(code.Fields.Count > 20 ? ", …" : "")}; "
                    + "give it that name with [Column], or a default value");
        var field = code.Fields[k];
        var read = RecordValue.Of(field, column);
        var gap = GapOf(code, k, column);
        return field.Kind == FieldKind.Identifier ? (_, number) => read(number)
            : (values, _) => double.IsNaN(values[k]) ? gap : read(values[k]);
    }

    // Of an enum that may be null the runtime knows the number alone.
    private static object? DefaultOf(ParameterInfo parameter, RecordColumn column) =>
        column.Type.IsEnum && parameter.DefaultValue is { } number ? Enum.ToObject(column.Type, number) : parameter.DefaultValue;

    private static object? GapOf(TableCode code, int k, RecordColumn column)
    {
        var hasGaps = code.Codes[k]?.HasGap
            ?? code.Fields[k] is { Kind: FieldKind.Constant, Levels: [var only] } && TableColumn.IsGap(only);
        var gap = code.Fields[k].Gap ?? "";
        return !hasGaps || column.TakesNull ? null
            : column.Type == typeof(double) ? double.NaN
            : column.Type == typeof(float) ? float.NaN
            : column.Type == typeof(string) ? gap
            : column.Type.IsEnum && Enum.TryParse(column.Type, gap, out var named) ? named
            : throw new UserException($"column {code.Fields[k].Name} has missing values, which {column.Place} cannot take; "
                + $"make it {column.TypeName}?");
    }

    private static int? PlaceOf(TableCode code, string name)
    {
        int[] exact = [.. Places(StringComparison.Ordinal)], alike = [.. Places(StringComparison.OrdinalIgnoreCase)];
        return exact.Length == 1 ? exact[0] : alike.Length == 1 ? alike[0] : null;
        IEnumerable<int> Places(StringComparison how) =>
            Enumerable.Range(0, code.Fields.Count).Where(k => code.Fields[k].Name.Equals(name, how));
    }
}
