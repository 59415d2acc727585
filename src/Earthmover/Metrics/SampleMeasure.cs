using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Torch;

namespace Earthmover.Metrics;

/// <summary>A measurement of generated samples that a run reports: mode coverage of a mixture, n-gram divergence of text.</summary>
public interface ISampleMeasure
{
    /// <summary>Samples that the measurement wants.</summary>
    int SampleCount { get; }

    /// <summary>Numbers by name.</summary>
    /// <param name="samples">[<see cref="SampleCount"/>, …].</param>
    IEnumerable<KeyValuePair<string, double>> Measure(Tensor samples);

    /// <summary>The measurements that fit a data set.</summary>
    /// <param name="data">The data.</param>
    /// <param name="code">How rows of a table are encoded.</param>
    static IReadOnlyList<ISampleMeasure> For(DataSet data, TableCode? code = null) => data switch
    {
        TableSet table when code is not null => [new Tables.TableFit(table, code)],
        PointSet { Density: Data.Toys.GaussianModes mixture } => [new ModeCoverage(mixture)],
        TextSet text => [new NGramDivergence(text)],
        _ => [],
    };
}
