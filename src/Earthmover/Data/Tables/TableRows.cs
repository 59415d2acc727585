namespace Earthmover.Data.Tables;

/// <summary>Encoded rows, kept short: of each column a number and a choice. What a value leaves open is drawn once, by its place.</summary>
public sealed class TableRows
{
    private const long Seed = 0x7461626c65;
    private readonly float[]?[] _numbers;
    private readonly int[]?[] _choices;

    internal TableRows(TableCode code, TableSet table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Code = code;
        (_numbers, _choices) = (new float[]?[code.Codes.Count], new int[]?[code.Codes.Count]);
        Count = table.Count;
        for (var k = 0; k < code.Codes.Count; k++)
        {
            if (code.Codes[k] is not { } column)
                continue;
            var values = table.Columns[table.IndexOf(code.Fields[k].Name)];
            _numbers[k] = column.HasNumber ? new float[Count] : null;
            _choices[k] = column.HasChoice ? new int[Count] : null;
            var random = new SeededRandom(Seed + k, "table code");
            for (var row = 0; row < Count; row++)
            {
                var (number, choice) = column.Encode(values[row], random.NextDouble());
                if (_numbers[k] is { } numbers)
                    numbers[row] = number;
                if (_choices[k] is { } choices)
                    choices[row] = choice;
            }
        }
    }

    /// <summary>Their code.</summary>
    public TableCode Code { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>The choices of the categories, one list [N] for each block that is one, in their order.</summary>
    internal IReadOnlyList<int[]> Categories =>
        [.. Code.Fields.Select((one, k) => one.IsDiscrete ? _choices[k] : null).OfType<int[]>()];

    /// <summary>A row's vector.</summary>
    /// <param name="row">0 to Count − 1.</param>
    /// <param name="into">Takes it [size of the code].</param>
    public void Fill(int row, Span<float> into)
    {
        into.Clear();
        for (var k = 0; k < _numbers.Length; k++)
        {
            var at = Code.Starts[k];
            if (_numbers[k] is { } numbers)
                into[at++] = numbers[row];
            if (_choices[k] is { } choices)
                into[at + choices[row]] = 1;
        }
    }
}
